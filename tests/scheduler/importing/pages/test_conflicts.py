"""An import that two pages change, or that goes while one of them is at it."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from scheduler.importing import keeping
from scheduler.models import BulkImport
from tests.factories import make_media
from tests.scheduler.importing.pages.page import (
    HEAD,
    HTMX,
    WHOLE,
    agreed,
    begin,
    fields,
    kept,
    listed,
    opened,
    posts,
    press,
    review,
    words,
)

pytestmark = pytest.mark.django_db(transaction=True)


def changed_twice(desk: SimpleNamespace) -> tuple[str, dict[str, Any]]:
    """An import whose caption another page has changed, and what this page sends, which has changed it too."""
    where = begin(desk, WHOLE)
    page = opened(desk, where)
    desk.browser.post(where, opened(desk, where) | {"r1-caption": "Theirs", "action": "check"})
    return where, page | {"r1-caption": "Mine"}


def caption_kept(desk: SimpleNamespace) -> str:
    return kept(desk).rows[0]["fields"]["caption"]


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize("action", ["", "check", "review", "drafts", "drop:r1", "discard"])
def test_what_another_changed_meanwhile_is_a_conflict_that_shows_both(
    desk: SimpleNamespace, headers: dict[str, str], action: str
) -> None:
    where, sent = changed_twice(desk)
    answer = desk.browser.post(where, sent | ({"action": action} if action else {}), headers=headers)
    assert answer.status_code == 409
    assert "Choose which of the two stays" in words(answer)
    assert '<q dir="auto">Mine</q>' in words(answer)
    assert fields(answer.content.decode())["r1-caption"] == "Theirs"
    assert caption_kept(desk) == "Theirs"
    assert posts(desk.workspace) == []


@pytest.mark.parametrize(("whose", "caption"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_a_person_chooses_which_of_two_stays(desk: SimpleNamespace, whose: str, caption: str) -> None:
    where, sent = changed_twice(desk)
    page = desk.browser.post(where, sent, headers=HTMX).content.decode()
    waiting = dict(re.findall(r'name="(mine-r1-caption)" value="([^"]*)"', page))
    sent |= fields(page) | waiting
    again = desk.browser.post(where, sent | {"r1-time": "13:30"}, headers=HTMX)
    assert (again.status_code, '<q dir="auto">Mine</q>' in words(again)) == (200, True), (
        "it waits for a choice"
    )

    sent |= fields(again.content.decode())
    answer = desk.browser.post(where, sent | {"action": f"choose:{whose}/r1/caption"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<q" not in words(answer)
    assert "1 of 1 row ready" in words(answer)
    assert caption_kept(desk) == caption


def test_a_row_that_another_page_removed_is_told_with_what_was_written(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE, WHOLE)
    sent = opened(desk, where) | {"r1-caption": "Long thought"}
    press(desk, where, "drop:r1")
    answer = desk.browser.post(where, sent, headers=HTMX)
    assert answer.status_code == 409
    assert "Row 1 is not here any more" in words(answer)
    assert "Long thought" in words(answer)


def test_a_page_that_stands_open_takes_no_video_away(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    stale = opened(desk, where)
    spare = make_media(desk.workspace, original_name="spare.mp4", pad_to=200_000)
    desk.browser.post(where, opened(desk, where) | {"files": str(spare.pk)}, headers=HTMX)
    answer = desk.browser.post(where, stale, headers=HTMX)
    assert kept(desk).files == [str(spare.pk)]
    assert "Files were added or removed in another tab" in words(answer)


@pytest.mark.parametrize(
    ("action", "said"), [("discard", "discard"), ("drafts", "save drafts"), ("place", "place them")]
)
def test_nobody_acts_on_rows_that_their_page_does_not_show(
    desk: SimpleNamespace, action: str, said: str
) -> None:
    where = begin(desk, WHOLE)
    stale = opened(desk, where)
    desk.browser.post(where, listed(HEAD + WHOLE) | {"action": "read"})
    answer = desk.browser.post(where, stale | {"action": action})
    assert answer.status_code == 409
    assert f"1 row came from another tab after this page was opened. Look at all, then {said}." in words(
        answer
    )
    assert len(kept(desk).rows) == 2
    assert posts(desk.workspace) == []


def test_choosing_mine_tells_what_was_written_into_a_row_that_is_gone(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE, WHOLE)
    sent = opened(desk, where) | {"r1-caption": "Mine", "r2-caption": "Long thought"}
    desk.browser.post(where, opened(desk, where) | {"r1-caption": "Theirs", "action": "check"})
    page = desk.browser.post(where, sent, headers=HTMX).content.decode()
    sent |= dict(re.findall(r'name="(mine-r1-caption)" value="([^"]*)"', page)) | {"r2-caption": "Longer"}
    press(desk, where, "drop:r2")
    answer = desk.browser.post(where, sent | {"action": "choose:mine/r1/caption"}, headers=HTMX)
    assert "Row 2 is not here any more" in words(answer)
    assert "Longer" in words(answer)
    assert caption_kept(desk) == "Mine"


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize("action", ["", "check", "drafts", "place", "review"])
def test_an_import_that_was_discarded_says_so(
    desk: SimpleNamespace, headers: dict[str, str], action: str
) -> None:
    where = begin(desk, WHOLE)
    sent = opened(desk, where)
    press(desk, where, "discard")
    answer = desk.browser.post(where, sent | {"action": action}, headers=headers)
    assert answer.status_code == 404
    assert "This import is not here any more" in words(answer)
    assert ("<html" in words(answer)) is not bool(headers)


@pytest.mark.parametrize("under_way", ["take", "place", "append"])
def test_an_import_discarded_while_a_request_is_under_way_says_so_too(
    desk: SimpleNamespace, under_way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = begin(desk, "rye.mp4,,Rye,,,Everyone\n")
    sent = opened(desk, where) | {"action": {"append": "read"}.get(under_way, "place")} | listed(HEAD + WHOLE)
    verb = getattr(keeping, under_way)

    def discarded_first(**kwargs: Any) -> Any:
        BulkImport.objects.filter(workspace=desk.workspace).delete()
        return verb(**kwargs)

    monkeypatch.setattr(keeping, under_way, discarded_first)
    answer = desk.browser.post(where, sent)
    assert answer.status_code == 404
    assert "This import is not here any more" in words(answer)


def test_agreeing_to_an_import_that_was_discarded_schedules_nothing(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    shown = agreed(review(desk, where))
    press(desk, where, "discard")
    assert desk.browser.post(f"{where}review/", {"agreed": shown}).status_code == 404
    assert posts(desk.workspace) == []


def test_another_import_is_refused_with_words_before_work_is_dropped(desk: SimpleNamespace) -> None:
    first, *_ = [begin(desk, WHOLE) for _ in range(keeping.MOST_KEPT)]
    answer = desk.browser.post(desk.start, listed(HEAD + WHOLE))
    assert answer.status_code == 409
    assert "20 imports are not finished yet" in words(answer)
    assert f'href="{first}"' in words(answer)


TWICE = "rye.mp4,@luna.bakes,Rye slowly,2027-10-31,01:30,Everyone\n"
"""The clocks of Lisbon show it twice."""


def on_twelve_hours(desk: SimpleNamespace) -> None:
    User.objects.filter(pk=desk.alice.pk).update(hours="12")


def test_a_time_that_nobody_touched_stays_as_it_is_on_a_clock_of_twelve_hours(desk: SimpleNamespace) -> None:
    on_twelve_hours(desk)
    where = begin(desk, TWICE)
    desk.browser.post(where, opened(desk, where) | {"r1-fold": "1", "action": "check"})
    sent = opened(desk, where)
    assert sent["r1-time"] == "1:30 am"

    desk.browser.post(where, sent | {"r1-caption": "Slower"}, headers=HTMX)

    [row] = kept(desk).rows
    assert [row["fields"][name] for name in ("caption", "time", "fold")] == ["Slower", "01:30", "1"]


def test_an_untouched_time_conflicts_with_no_other_page(desk: SimpleNamespace) -> None:
    on_twelve_hours(desk)
    where = begin(desk, WHOLE)
    idle = opened(desk, where)
    desk.browser.post(where, opened(desk, where) | {"r1-time": "2 pm", "action": "check"})

    assert desk.browser.post(where, idle, headers=HTMX).status_code == 200

    assert kept(desk).rows[0]["fields"]["time"] == "2 pm"
