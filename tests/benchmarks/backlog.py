"""The others: posts of many accounts by the million, due from tomorrow on. They must slow nothing down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.clock import database_now
from tests.benchmarks.load import TOKENS_LIVE, cast_of, make_clip, new_post, workspaces
from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

QUEUE_ACCOUNTS = 100_000


def fill_queue(bench: Bench, posts: int) -> None:
    """Bring the number of other queued posts to this; they are due from tomorrow on."""
    had = bench.known.get("queued", 0)
    if posts > had:
        bench.once("the accounts of the queue", _make_queue_accounts)
        _queue(bench, had, posts - had)
        bench.known["queued"] = posts


def _make_queue_accounts() -> int:
    spaces = workspaces(QUEUE_ACCOUNTS // 100, "queue")
    with cross_tenant(CrossTenant.SEED), connection.cursor() as cursor:
        media = [make_clip(space, 1) for space in spaces]
        cursor.execute(
            "CREATE TABLE bench_account AS SELECT (space.n * 100 + each.n)::int AS n, gen_random_uuid() AS id, "
            "space.workspace_id, space.media_id FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY "
            "AS space (workspace_id, media_id, n), generate_series(1, 100) AS each (n)",
            [[space.pk for space in spaces], [clip.pk for clip in media]],
        )
        account = TikTokAccount(
            workspace=spaces[0],
            access_token=b"sealed elsewhere",
            refresh_token=b"sealed elsewhere",
            access_expires_at=datetime.now(UTC) + TOKENS_LIVE,
            refresh_due_at=datetime.now(UTC) + TOKENS_LIVE,
        )
        multiply(
            account,
            "bench_account AS a",
            id="a.id",
            workspace_id="a.workspace_id",
            client_key="'bench'",
            open_id="a.n::text",
        )
        cursor.execute("CREATE INDEX ON bench_account (n); ANALYZE bench_account")
    return len(spaces)


def _queue(bench: Bench, had: int, posts: int) -> None:
    template = new_post(cast_of(bench), 0, database_now() + timedelta(days=1), "queued")
    instant = "now() + interval '1 day' + random() * interval '60 days'"
    with connection.cursor() as cursor, _unguarded(cursor):
        multiply(
            template,
            f"(SELECT {instant} AS due, 101 + i %% {QUEUE_ACCOUNTS} AS n "
            f"FROM generate_series({had + 1}, {had + posts}) AS i) AS p JOIN bench_account AS a USING (n)",
            id="gen_random_uuid()",
            workspace_id="a.workspace_id",
            account_id="a.id",
            media_id="a.media_id",
            due_at="p.due",
            next_step_at="p.due - interval '85 seconds'",
        )
        cursor.execute(WAKE_LANES)
        for table in ("scheduler_post", "scheduler_lane", "tiktok_tiktokaccount"):
            cursor.execute(f"VACUUM ANALYZE {table}")


@contextmanager
def _unguarded(cursor: Any) -> Iterator[None]:
    """Neither the triggers nor the foreign keys look at a million rows that are right by their making."""
    cursor.execute("SET session_replication_role = replica")
    try:
        yield
    finally:
        cursor.execute("RESET session_replication_role")


# What the trigger does for each, for all of them at once.
WAKE_LANES = """
INSERT INTO scheduler_lane AS lane
    (id, workspace_id, account_id, kind, next_at, busy_fence, inits, infos, statuses)
SELECT gen_random_uuid(), workspace_id, account_id, 'calls', min(next_step_at), 0, '{}', '{}', '{}'
FROM scheduler_post WHERE next_step = 'start' AND next_step_at > now() + interval '1 hour'
GROUP BY workspace_id, account_id
ON CONFLICT (account_id, kind) DO UPDATE SET next_at = LEAST(lane.next_at, EXCLUDED.next_at)
"""


def multiply(row: Model, source: str, **expressions: str) -> None:
    """Insert this unsaved row once for each row of `source` (SQL), with these columns from it."""
    columns, values, parameters = [], [], []
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        assert field.column is not None
        if field.column not in expressions and isinstance(value, DatabaseDefault):
            continue
        columns.append(f'"{field.column}"')
        values.append(expressions.get(field.column, "%s"))
        if field.column not in expressions:
            parameters.append(field.get_db_prep_save(value, connection))
    statement = (
        f"INSERT INTO {row._meta.db_table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {source}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
