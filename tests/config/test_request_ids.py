"""One id for what a request leaves behind: its answer, the page of an error and its log lines."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from accounts import tracing
from config import observability
from config.discretion import DiscreetFormatter

pytestmark = pytest.mark.django_db
FORGED = "11111111-2222-4333-8444-555555555555"


def broken(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr("config.health.failing", fail)


@pytest.mark.parametrize("path", ["/", "/login/", "/healthz", "/no-such-page/", "/me/"])
def test_every_answer_carries_an_id_of_its_own(path: str) -> None:
    ids = {Client().get(path)["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert all(UUID(each).version == 4 for each in ids)


def test_an_id_that_a_visitor_sends_is_not_taken() -> None:
    answer = Client(headers={"X-Request-ID": FORGED}).get("/login/")
    assert answer["X-Request-ID"] != FORGED


def test_the_page_of_an_error_names_it_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    broken(monkeypatch, ValueError("the secret of it"))
    answer = Client(raise_request_exception=False).get("/readyz")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert f">{answer['X-Request-ID']}</code>" in page
    assert "secret" not in page
    assert "Traceback" not in page


def test_the_log_names_it_before_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Kept()
    handler.setFormatter(DiscreetFormatter("%(levelname)s %(message)s"))
    logging.getLogger("django.request").addHandler(handler)
    broken(monkeypatch, ValueError("why"))
    try:
        answer = Client(raise_request_exception=False).get("/readyz")
        logging.getLogger("django.request").warning("By itself")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    first, *_, last = lines[0].splitlines()
    assert first == f"ERROR Internal Server Error: /readyz request={answer['X-Request-ID']}"
    assert last == "ValueError: why"
    assert lines[1] == "WARNING By itself"


def test_a_report_of_an_error_names_it(rf: Any) -> None:
    seen: list[Any] = []
    tracing.RequestIdMiddleware(lambda request: seen.append(observability.before_send({})) or _Answer())(
        rf.get("/")
    )
    assert UUID(seen[0]["tags"]["request_id"])
    assert observability.before_send({"message": "at night"}) == {"message": "at night"}


class _Answer(dict[str, str]):
    """As much of a response as the middleware needs."""
