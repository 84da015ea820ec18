"""The model of `test_state_machine` sees what it is there for: with a guard of the engine's taken out, it objects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from scheduler import intents, pulls
from tests.scheduler.machine.remote import Fate
from tests.scheduler.machine.world import world
from tests.scheduler.test_state_machine import FAR, Engine

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def engine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    settings.TIKTOK_CLIENT_KEY, settings.TIKTOK_CLIENT_SECRET = "test-key", "test-secret"
    with world(monkeypatch, settings) as here:
        Engine.here = here
        yield Engine()


def lose_the_answer_of_a_fetched_init(engine: Engine) -> None:
    engine.write_all("file_upload", [("photo", False, 1)])
    engine.work(0, [], FAR, False, False)
    engine.work(0, [Fate.LOST], FAR, False, False)
    engine.remote.settle()
    engine.work(0, [], FAR, False, False)


def pause_while_a_post_is_held_to_its_instant(engine: Engine) -> None:
    engine.write_all("file_upload", [("video", False, 1)])
    worker = engine.here.workers[0]
    while worker.at != "holding":
        worker.finish()
        engine.work(0, [], 0, False, False)
        while worker.at not in {"holding", None}:
            worker.go_on()
    engine.stop_or_resume_everything("workspace")
    worker.finish()


def test_it_sees_nothing_wrong_with_the_guards_in_place(engine: Engine) -> None:
    lose_the_answer_of_a_fetched_init(engine)
    engine.nothing_forbidden_has_happened()


def test_it_sees_a_second_init_after_files_were_fetched(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulls, "revoke", lambda attempt: True)
    lose_the_answer_of_a_fetched_init(engine)
    with pytest.raises(AssertionError):
        engine.nothing_forbidden_has_happened()


def test_it_sees_no_intent_in_a_pause_with_the_guards_in_place(engine: Engine) -> None:
    pause_while_a_post_is_held_to_its_instant(engine)
    engine.nothing_forbidden_has_happened()


def test_it_sees_an_intent_after_a_pause(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    blind = intents.LAST_LOOK.replace("switch.paused_at IS NOT NULL", "false")
    assert blind != intents.LAST_LOOK
    monkeypatch.setattr(intents, "LAST_LOOK", blind)
    pause_while_a_post_is_held_to_its_instant(engine)
    with pytest.raises(AssertionError):
        engine.nothing_forbidden_has_happened()
