"""An attempt in plain words, with the time of what they say."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from scheduler.states import Stage, Way
from scheduler.tries import told_of


def attempt(stage: Stage, **columns: str) -> SimpleNamespace:
    times = {name: name for name in ("started_at", "commit_intent_at", "last_byte_at", "ended_at")}
    return SimpleNamespace(stage=stage, **{"way": Way.UPLOAD, "inbox_at": None} | times | columns)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_words_and_never_the_time_of_the_beginning(stage: Stage) -> None:
    told = told_of(attempt(stage))  # type: ignore[arg-type]

    assert told.words
    assert told.at != "started_at"


def test_what_is_over_stands_beside_its_end() -> None:
    for stage in (Stage.LIVE, Stage.REFUSED, Stage.ABANDONED):
        assert told_of(attempt(stage)).at == "ended_at"  # type: ignore[arg-type]


def test_a_draft_for_the_app_is_in_its_inbox() -> None:
    told = told_of(attempt(Stage.COMMITTED, inbox_at="inbox_at"))  # type: ignore[arg-type]

    assert told == ("In the inbox of the TikTok app", "inbox_at")


def test_what_is_fetched_is_not_said_to_be_sent() -> None:
    assert told_of(attempt(Stage.STAGED, way=Way.PULL)).words == "Ready for TikTok to fetch"  # type: ignore[arg-type]
