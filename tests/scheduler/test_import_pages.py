"""The pages of an import against a real sandbox: begun, mended, looked at, agreed to, by those who may."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from accounts.models import Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler.importing import keeping
from scheduler.models import BulkImport, Media, Post
from tests.factories import make_media
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}
HEAD = "file,account,caption,date,time,privacy\n"
WHOLE = "rye.mp4,@luna.bakes,Rye slowly,2027-06-01,12:30,Everyone\n"
NO_AUDIENCE = "rye.mp4,@luna.bakes,Later,2027-06-02,12:30,\n"


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    """Alice at the import, with “rye.mp4” in the library."""
    studio.browser = client_of(studio.alice)
    studio.rye = make_media(studio.workspace, original_name="rye.mp4")
    studio.start = address(studio.workspace, "import_begin")
    return studio


def listed(text: str) -> dict[str, Any]:
    return {"list": SimpleUploadedFile("posts.csv", text.encode(), "text/csv")}


def begin(desk: SimpleNamespace, *rows: str) -> str:
    """The address of a new import."""
    answer = desk.browser.post(desk.start, listed(HEAD + "".join(rows)))
    assert answer.status_code == 302, words(answer)
    return answer["Location"]


def words(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def fields(page: str) -> dict[str, Any]:
    """What a browser would send of the table as it stands."""
    sent: dict[str, Any] = {"rows": re.findall(r'name="rows" value="(\w+)"', page)}
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        sent[name] = unescape(text)
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r'name="(r\d[^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (" checked" in tag or not re.search("checkbox|radio", tag)):
            sent[name[1]] = unescape(value[1]) if value else "on"
    return sent


def press(desk: SimpleNamespace, where: str, action: str, **changes: str) -> HttpResponse:
    sent = fields(desk.browser.get(where).content.decode()) | changes
    return desk.browser.post(where, sent | {"action": action}, follow=True)


def posts(workspace: Workspace) -> list[Post]:
    with workspace_scope(workspace):
        return list(Post.objects.filter(workspace=workspace))


def kept(desk: SimpleNamespace) -> BulkImport:
    with workspace_scope(desk.workspace):
        return BulkImport.objects.get(workspace=desk.workspace)


# --- begun


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


# --- mended


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


# --- changed by two


def changed_twice(desk: SimpleNamespace) -> tuple[str, dict[str, Any]]:
    """An import whose caption another page has changed, and what this page sends, which has changed it too."""
    where = begin(desk, WHOLE)
    page = opened(desk, where)
    desk.browser.post(where, opened(desk, where) | {"r1-caption": "Theirs", "action": "check"})
    return where, page | {"r1-caption": "Mine"}


def opened(desk: SimpleNamespace, where: str) -> dict[str, Any]:
    """What a page that is opened now would send."""
    page = desk.browser.get(where).content.decode()
    whole = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]
        for name in ("page", "files", "files_seen")
    }
    return fields(page) | whole


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


# --- what is missing


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


# --- looked at and agreed to


def review(desk: SimpleNamespace, where: str) -> str:
    return words(press(desk, where, "review"))


def agreed(page: str) -> list[str]:
    return re.findall(r'name="agreed" value="([^"]+)"', page)


def test_the_last_look_shows_each_post_as_it_will_go_out(desk: SimpleNamespace) -> None:
    page = review(desk, begin(desk, WHOLE, NO_AUDIENCE))
    assert "Schedule 1 post<" in page
    for said in ("Rye slowly", "Tue 1 Jun 2027, 12:30", "Lisbon time", "Everyone", "Luna Bakes", "rye.mp4"):
        assert said in page
    assert "Later" not in page
    assert "Music Usage Confirmation" in page
    assert "Branded Content Policy" not in page


def test_a_paid_partnership_asks_for_its_policy_too(desk: SimpleNamespace) -> None:
    list_ = "file,date,time,privacy,brand_content\nrye.mp4,2027-06-01,12:30,Everyone,yes\n"
    where = desk.browser.post(desk.start, listed(list_))["Location"]
    page = review(desk, where)
    assert "Branded Content Policy" in page
    assert "Paid partnership" in page


def test_agreeing_schedules_what_was_shown_and_tells_of_each(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE, NO_AUDIENCE)
    page = review(desk, where)
    answer = desk.browser.post(f"{where}review/", {"agreed": agreed(page)}, follow=True)

    [post] = posts(desk.workspace)
    assert (post.status, post.consent_by) == ("scheduled", desk.alice)
    told = words(answer)
    assert "Row 1: Scheduled for Luna Bakes" in told
    assert f'href="{address(desk.workspace, "post_detail", post.pk)}"' in told
    assert "0 of 1 row ready" in told


def test_thirty_videos_and_their_list_become_posts_and_what_is_wrong_stays(desk: SimpleNamespace) -> None:
    names = [f"film {number:02}.mp4" for number in range(1, 31)]
    for name in names:
        make_media(desk.workspace, original_name=name)
    rows = [
        f"{name},@luna.bakes,{name},2027-06-{day:02},12:30,Everyone\n" for day, name in enumerate(names, 1)
    ]
    rows[6] = rows[6].replace("Everyone", "Everybody")
    where = begin(desk, *rows)
    page = review(desk, where)
    assert "Schedule 29 posts" in page
    answer = desk.browser.post(f"{where}review/", {"agreed": agreed(page)}, follow=True)

    made = sorted(posts(desk.workspace), key=lambda post: post.due_local)
    assert [post.caption for post in made] == [name for name in names if name != "film 07.mp4"]
    with workspace_scope(desk.workspace):
        films = Media.objects.in_bulk([post.media_id for post in made])
    assert [films[post.media_id].original_name for post in made] == [post.caption for post in made]
    assert {post.status for post in made} == {"scheduled"}
    assert "0 of 1 row ready" in words(answer)
    assert [row["fields"]["caption"] for row in kept(desk).rows] == ["film 07.mp4"]


def test_a_row_changed_between_the_look_and_the_yes_stays(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    shown = agreed(review(desk, where))
    press(desk, where, "check", **{"r1-caption": "Other words"})
    answer = desk.browser.post(f"{where}review/", {"agreed": shown}, follow=True)
    assert posts(desk.workspace) == []
    assert "This row was changed after you had looked at it." in words(answer)


def test_nothing_is_agreed_to_without_being_named(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    desk.browser.post(f"{where}review/", {"agreed": ["r1", "r1.", "x.y", "r1.0"]})
    assert posts(desk.workspace) == []


def test_a_silent_tiktok_leaves_drafts_possible_and_schedules_nothing(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    shown = agreed(review(desk, where))
    desk.tiktok.control(faults=[{"kind": "http", "endpoint": "creator_info", "times": 99}])
    desk.browser.post(f"{where}review/", {"agreed": shown})
    assert posts(desk.workspace) == []
    press(desk, where, "drafts")
    assert [post.status for post in posts(desk.workspace)] == ["draft"]


def test_there_is_no_last_look_at_nothing(desk: SimpleNamespace) -> None:
    where = begin(desk, NO_AUDIENCE)
    answer = desk.browser.get(f"{where}review/", follow=True)
    assert answer.redirect_chain[-1][0] == where
    assert "No row is ready to be scheduled yet." in words(answer)


# --- who may


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER, Role.CLIENT])
def test_who_may_not_write_drafts_imports_nothing(desk: SimpleNamespace, role: Role) -> None:
    where = begin(desk, WHOLE)
    shown = agreed(review(desk, where))
    bea = make_person("Bea")
    join(desk.workspace, bea, role)
    browser = client_of(bea)
    assert browser.get(where).status_code == 403
    assert browser.post(f"{where}review/", {"agreed": shown}).status_code == 403
    assert posts(desk.workspace) == []


def test_an_editor_goes_on_with_what_another_began(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    bea = make_person("Bea")
    join(desk.workspace, bea, Role.EDITOR)
    desk.browser = client_of(bea)
    desk.browser.post(f"{where}review/", {"agreed": agreed(review(desk, where))})
    assert [post.consent_by for post in posts(desk.workspace)] == [bea]


def test_a_stranger_finds_nothing(desk: SimpleNamespace) -> None:
    where = begin(desk, WHOLE)
    assert client_of(make_person("Mallory")).get(where).status_code == 404
