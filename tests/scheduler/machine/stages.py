"""Every stage that an attempt was ever written in, in order, as the database saw it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from scheduler.states import FIRST_STAGE, STAGES_FOLLOW, Stage, Way

INSTALL = """
CREATE TABLE public.test_stage (way text, was text, follows text);
CREATE FUNCTION public.test_note_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.test_stage
    VALUES (NEW.way, CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.stage END, NEW.stage);
    RETURN NULL;
END $$;
CREATE TRIGGER test_note_first_stage AFTER INSERT ON scheduler_publishattempt
FOR EACH ROW EXECUTE FUNCTION public.test_note_stage();
CREATE TRIGGER test_note_next_stage AFTER UPDATE OF stage ON scheduler_publishattempt
FOR EACH ROW WHEN (OLD.stage <> NEW.stage) EXECUTE FUNCTION public.test_note_stage();
"""
REMOVE = "DROP FUNCTION public.test_note_stage() CASCADE; DROP TABLE public.test_stage"


@contextmanager
def noted_stages() -> Iterator[None]:
    """Note each change of stage until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute(INSTALL)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(REMOVE)


def unknown_stages() -> list[tuple[str, str, str]]:
    """Changes that the table does not know, as (way, was, follows); forgets what it has returned."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.test_stage RETURNING way, was, follows")
        return [change for change in cursor.fetchall() if not _is_known(*change)]


def _is_known(way: str, was: str, follows: str) -> bool:
    if not was:
        return FIRST_STAGE[Way(way)] == follows
    return Stage(follows) in STAGES_FOLLOW[Stage(was)]
