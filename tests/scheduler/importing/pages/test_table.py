"""The first pages of an import against a real sandbox: begun, mended, and what is missing."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from accounts.tenancy import workspace_scope
from scheduler.models import BulkImport, Media
from tests.factories import make_media
from tests.scheduler.importing.pages.page import (
    HEAD,
    HTMX,
    NO_AUDIENCE,
    WHOLE,
    agreed,
    begin,
    fields,
    kept,
    listed,
    posts,
    press,
    review,
    words,
)
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_list_of_posts_leads_to_it(desk: SimpleNamespace) -> None:
    assert f'href="{desk.start}"' in words(desk.browser.get(address(desk.workspace, "posts")))


def test_the_template_is_a_file_that_the_import_takes(desk: SimpleNamespace) -> None:
    answer = desk.browser.get(address(desk.workspace, "import_template"))
    assert answer["Content-Disposition"] == 'attachment; filename="posts.csv"'
    line = "rye.mp4" + "," * 11
    begun = desk.browser.post(desk.start, listed(answer.content.decode() + line))
    assert begun.status_code == 302
    assert [row["file"] for row in kept(desk).rows] == ["rye.mp4"]


def test_the_template_alone_is_no_list_of_posts(desk: SimpleNamespace) -> None:
    template = desk.browser.get(address(desk.workspace, "import_template")).content.decode()
    answer = desk.browser.post(desk.start, listed(template))
    assert answer.status_code == 422
    assert "only the template's example rows" in words(answer)


def test_the_page_says_what_each_column_may_hold(desk: SimpleNamespace) -> None:
    page = words(desk.browser.get(desk.start))
    table = page.split('<table class="column-table">')[1].split("</table>")[0]
    for name, said in {
        "file": "loaf.mp4",
        "privacy": "Everyone, Friends, Followers or Only me",
        "ai": "Yes or no",
    }.items():
        row = table.split(f'<th scope="row">{name}</th>')[1].split("</tr>")[0]
        assert said in row


def test_a_list_that_cannot_be_read_says_why_and_begins_nothing(desk: SimpleNamespace) -> None:
    answer = desk.browser.post(desk.start, listed("caption\nRye\n"))
    assert answer.status_code == 422
    assert "no column “file”" in words(answer)
    with workspace_scope(desk.workspace):
        assert not BulkImport.objects.filter(workspace=desk.workspace).exists()


def test_an_import_that_was_begun_is_offered_again(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    assert f'href="{where}"' in words(desk.browser.get(desk.start))


def test_every_error_stands_at_its_field(desk: SimpleNamespace) -> None:
    page = words(desk.browser.get(begin(desk, "wheat.mp4,@sol,Rye,03/04/2027,noon,Some\n")))
    assert "No video is called “wheat.mp4”" in page.split('id="r1-media-open"')[1].split("</p>")[0]
    for name, said in {
        "account": "No account here is called “@sol”",
        "date": "4 March, or 3 April?",
        "time": "Write the time as 12:30.",
        "privacy_level": "The list says “Some”. Choose who can watch.",
    }.items():
        assert said in page.split(f'id="r1-{name}-error"')[1].split("</div>")[0]
        assert f'aria-describedby="r1-{name}-error"' in page


def test_a_row_that_is_mended_becomes_ready_with_its_time_and_zone(desk: SimpleNamespace) -> None:
    where = begin(desk, "rye.mp4,,Rye,03/04/2027,12:30,\n")
    answer = press(desk, where, "check", **{"r1-date": "2027-04-03", "r1-privacy_level": "SELF_ONLY"})
    page = words(answer)
    assert "1 of 1 row ready" in page
    assert "Sat 3 Apr 2027, 12:30</time> Lisbon time" in page


def test_nothing_is_ticked_or_chosen_that_nobody_chose(desk: SimpleNamespace) -> None:
    page = desk.browser.get(begin(desk, NO_AUDIENCE)).content.decode()
    boxes = re.findall(r'<input type="checkbox" name="r1-[^>]*>', page)
    assert len(boxes) == 7
    assert not [box for box in boxes if " checked" in box]
    assert fields(page)["r1-privacy_level"] == ""


def test_what_was_typed_survives_every_answer(desk: SimpleNamespace) -> None:
    where = begin(desk, NO_AUDIENCE)
    press(desk, where, "read", **{"r1-caption": "Typed <b>", "r1-time": "half past"})
    sent = fields(desk.browser.get(where).content.decode())
    assert (sent["r1-caption"], sent["r1-time"]) == ("Typed <b>", "half past")


def test_the_page_keeps_what_is_typed_by_itself(desk: SimpleNamespace) -> None:
    where = begin(desk, NO_AUDIENCE)
    sent = fields(desk.browser.get(where).content.decode()) | {"r1-privacy_level": "SELF_ONLY"}
    answer = desk.browser.post(where, sent, headers=HTMX)
    assert "<html" not in words(answer)
    assert "1 of 1 row ready" in words(answer)
    assert kept(desk).rows[0]["fields"]["privacy_level"] == "SELF_ONLY"
    assert desk.browser.post(where, sent, headers=HTMX).status_code == 204


def test_mending_a_row_asks_tiktok_once_and_agreeing_asks_again(desk: SimpleNamespace) -> None:
    def asked() -> int:
        return len(desk.tiktok.requests(endpoint="creator_info"))

    where = begin(desk, WHOLE, WHOLE)
    sent = fields(desk.browser.get(where).content.decode())
    before = asked()
    for number in range(5):
        desk.browser.post(where, sent | {"r1-caption": f"Loaf {number}"}, headers=HTMX)
    assert asked() == before

    shown = agreed(words(desk.browser.get(f"{where}review/")))
    assert asked() == before + 1
    desk.browser.post(f"{where}review/", {"agreed": shown})
    assert asked() == before + 2


def test_a_video_that_arrives_is_matched_in_the_part_that_is_answered(desk: SimpleNamespace) -> None:
    where = begin(desk, "wheat.mp4,,Wheat,2027-06-01,12:30,Everyone\n")
    sent = fields(desk.browser.get(where).content.decode())
    wheat = make_media(desk.workspace, original_name="Wheat.mp4", pad_to=200_000)
    answer = desk.browser.post(where, sent | {"files": str(wheat.pk)}, headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in words(answer)
    assert "1 of 1 row ready" in words(answer)
    assert kept(desk).files == [str(wheat.pk)]


def test_a_page_that_waits_for_a_check_hears_when_it_is_over(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        Media.objects.filter(pk=desk.rye.pk).update(status="checking", check_due_at="2030-01-01T00:00Z")
    where = begin(desk, WHOLE)
    sent = fields(desk.browser.get(where).content.decode()) | {"waits": "1"}
    desk.browser.post(where, sent, headers=HTMX)
    assert desk.browser.post(where, sent, headers=HTMX).status_code == 204

    with workspace_scope(desk.workspace):
        Media.objects.filter(pk=desk.rye.pk).update(status="ready", check_due_at=None)
    assert "1 of 1 row ready" in words(desk.browser.post(where, sent, headers=HTMX))


def test_a_page_that_stands_open_undoes_nothing_of_another(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    idle = fields(desk.browser.get(where).content.decode())
    press(desk, where, "check", **{"r1-caption": "Other words"})
    answer = desk.browser.post(where, idle | {"waits": "1"}, headers=HTMX)
    assert fields(answer.content.decode())["r1-caption"] == "Other words"
    assert kept(desk).rows[0]["fields"]["caption"] == "Other words"


def test_rows_are_added_made_of_videos_and_removed(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    spare = make_media(desk.workspace, original_name="spare.mp4", pad_to=200_000)
    desk.browser.post(where, {"files": str(spare.pk), "action": "rows"})
    desk.browser.post(where, listed(HEAD + NO_AUDIENCE) | {"action": "read"})
    assert [row["number"] for row in kept(desk).rows] == [1, 2, 3]
    desk.browser.post(where, {"action": "drop:r2"})
    assert [row["number"] for row in kept(desk).rows] == [1, 3]


def test_a_time_that_the_clocks_skip_is_offered_the_next(desk: SimpleNamespace) -> None:
    where = begin(desk, "rye.mp4,,Rye,2027-03-28,01:30,Everyone\n")
    assert 'value="time:r1/02:00"' in words(desk.browser.get(where))
    assert "1 of 1 row ready" in words(press(desk, where, "time:r1/02:00"))


def test_a_time_that_comes_twice_is_asked_about_once(desk: SimpleNamespace) -> None:
    where = begin(desk, "rye.mp4,,Rye,2027-10-31,01:30,Everyone\n")
    page = words(desk.browser.get(where))
    assert "The second<small>01:30 UTC" in page
    assert not re.search(r'name="r1-fold"[^>]*checked', page)

    assert "1 of 1 row ready" in words(press(desk, where, "check", **{"r1-fold": "1"}))
    assert "1 of 1 row ready" in words(press(desk, where, "check", **{"r1-caption": "Other"}))
    shown = agreed(review(desk, where))
    desk.browser.post(f"{where}review/", {"agreed": shown})
    assert [f"{post.due_at:%H:%M}" for post in posts(desk.workspace)] == ["01:30"]


def test_there_is_no_slot_to_place_rows_into_without_slots(desk: SimpleNamespace) -> None:
    answer = press(desk, begin(desk, "rye.mp4,,Rye,,,Everyone\n"), "place")
    assert answer.status_code == 422
    assert "1 row found no free slot" in words(answer)


def test_discarding_keeps_the_videos(desk: SimpleNamespace) -> None:
    press(desk, begin(desk, WHOLE), "discard")
    with workspace_scope(desk.workspace):
        assert not BulkImport.objects.filter(workspace=desk.workspace).exists()
        assert Media.objects.filter(pk=desk.rye.pk).exists()


def test_what_nobody_has_touched_is_not_red(desk: SimpleNamespace) -> None:
    page = words(desk.browser.get(begin(desk, NO_AUDIENCE)))
    row = page.split('id="row-r1"')[1].split("</tr>")[0]
    assert 'id="r1-privacy_level-open">Choose who can watch.' in row
    assert 'aria-describedby="r1-privacy_level-open"' in row
    for red in ('class="err"', "aria-invalid", 'data-status="attention"', 'data-status="failed"'):
        assert red not in row


def test_there_is_nothing_to_look_at_before_a_row_is_ready_and_the_bar_says_why(
    desk: SimpleNamespace,
) -> None:
    where = begin(desk, NO_AUDIENCE)
    bar = words(desk.browser.get(where)).split('class="actbar"')[1]
    assert re.search(r'value="review" disabled aria-describedby="import-left"', bar)
    assert '<a class="link" href="#id_r1-privacy_level">choose who can watch (row 1)</a>' in bar

    bar = words(press(desk, where, "check", **{"r1-privacy_level": "SELF_ONLY"})).split('class="actbar"')[1]
    assert " disabled" not in bar.split("Look and schedule")[0]
    assert "Left:" not in bar
