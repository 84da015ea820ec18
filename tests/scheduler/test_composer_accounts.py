"""One composer for several accounts: one post each, with settings of its own, each kept or refused for itself."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from pytest_django import Settings

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.creator_form import accounts_in, with_accounts
from scheduler.models import Post, PostingSlot
from tests.factories import make_account, make_media, make_post
from tests.people import client_of
from tests.scheduler.pages import address, filled
from tests.scheduler.rows import attempt

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    """Alice at the composer, with a checked video and two creators."""
    studio.browser = client_of(studio.alice)
    studio.media = make_media(studio.workspace)
    studio.fern = make_account(studio.workspace, studio.tiktok, creator="fernandfold")
    studio.new = address(studio.workspace, "post_new")
    return studio


def posts(workspace: Workspace) -> dict[str, Post]:
    """By the creator's name at TikTok."""
    with workspace_scope(workspace):
        return {
            post.account.username: post
            for post in Post.objects.filter(workspace=workspace).select_related("account")
        }


def send(desk: SimpleNamespace, **changes: Any) -> Any:
    """The form for both: Everyone on Luna's, Friends on Fern's."""
    of_fern = {
        "also": str(desk.fern.pk),
        f"{desk.fern.pk}-privacy_level": "MUTUAL_FOLLOW_FRIENDS",
        f"{desk.fern.pk}-allow_stitch": "on",
    }
    return desk.browser.post(desk.new, filled(desk.luna, desk.media, **of_fern | changes))


def test_each_account_gets_a_post_with_its_own_settings(desk: SimpleNamespace) -> None:
    answer = send(desk)

    assert answer.status_code == 302
    made = posts(desk.workspace)
    luna, fern = made["luna.bakes"], made["fernandfold"]
    assert (luna.status, luna.privacy_level, luna.allow_comment, luna.allow_stitch) == (
        "scheduled",
        "PUBLIC_TO_EVERYONE",
        True,
        False,
    )
    assert (fern.status, fern.privacy_level, fern.allow_comment, fern.allow_stitch) == (
        "scheduled",
        "MUTUAL_FOLLOW_FRIENDS",
        False,
        True,
    )
    assert luna.caption == fern.caption
    assert luna.media_id == fern.media_id == desk.media.pk
    assert luna.consent_digest != fern.consent_digest


def test_what_one_account_is_refused_holds_up_no_other(desk: SimpleNamespace) -> None:
    answer = send(desk, **{f"{desk.fern.pk}-privacy_level": ""})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert list(posts(desk.workspace)) == ["luna.bakes"]
    assert "Scheduled for Luna Bakes" in page
    assert f'name="account" id="id_account" value="{desk.fern.pk}"' in page
    assert "Choose who can watch." in page.split('id="privacy-error"')[1].split("</p>")[0]
    assert 'name="also"' not in page


def test_what_is_left_can_be_sent_again_and_makes_no_second_post(desk: SimpleNamespace) -> None:
    send(desk, **{f"{desk.fern.pk}-privacy_level": ""})

    answer = desk.browser.post(desk.new, filled(desk.fern, desk.media))

    assert answer.status_code == 302
    assert sorted(posts(desk.workspace)) == ["fernandfold", "luna.bakes"]


def test_what_is_left_of_more_than_is_kept_is_shown_all_the_same(desk: SimpleNamespace) -> None:
    """Fields of no form of ours: the post that is made is made."""
    answer = send(desk, foreign="x" * 100_001, **{f"{desk.fern.pk}-privacy_level": ""})

    assert answer.status_code == 422
    assert list(posts(desk.workspace)) == ["luna.bakes"]
    assert "Scheduled for Luna Bakes" in answer.content.decode()


def test_where_all_are_refused_each_says_why_and_both_stay(desk: SimpleNamespace) -> None:
    answer = send(desk, privacy_level="", **{f"{desk.fern.pk}-privacy_level": ""})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert posts(desk.workspace) == {}
    for place in ("privacy-error", f"privacy-{desk.fern.pk}-error"):
        assert "Choose who can watch." in page.split(f'id="{place}"')[1].split("</p>")[0]
        assert f'href="#{place}"' in page


def test_what_holds_for_all_is_said_once(desk: SimpleNamespace) -> None:
    page = send(desk, media="").content.decode()

    assert page.split('id="media-error"')[1].split("</p>")[0].count("Add a video.") == 1
    assert 'id="media-error-2"' not in page


def test_tiktok_away_for_one_creator_leaves_the_other(desk: SimpleNamespace) -> None:
    desk.tiktok.control(tokens=[{"creator": "fernandfold", "do": "revoke"}])

    page = send(desk).content.decode()

    assert list(posts(desk.workspace)) == ["luna.bakes"]
    assert "Nothing was scheduled yet. Reconnect Fern" in page


def test_drafts_are_saved_for_all(desk: SimpleNamespace) -> None:
    answer = send(desk, action="draft", **{f"{desk.fern.pk}-privacy_level": ""})

    assert answer.status_code == 302
    assert {post.status for post in posts(desk.workspace).values()} == {"draft"}
    assert len(posts(desk.workspace)) == 2


def test_an_account_of_another_workspace_stops_everything(
    desk: SimpleNamespace, elsewhere: Workspace
) -> None:
    foreign = make_account(elsewhere, desk.tiktok, creator="kiln.street")

    answer = send(desk, also=str(foreign.pk))

    assert answer.status_code == 422
    assert "not found in this workspace" in answer.content.decode()
    assert posts(desk.workspace) == {}


def test_the_page_has_the_choices_once_for_each_account(desk: SimpleNamespace) -> None:
    page = desk.browser.get(f"{desk.new}?account={desk.luna.pk}&account={desk.fern.pk}").content.decode()

    assert 'name="privacy_level"' in page
    assert f'name="{desk.fern.pk}-privacy_level"' in page
    assert f'data-todo-if="mode=direct !{desk.fern.pk}-privacy_level"' in page
    assert page.count('name="is_aigc"') == 1
    assert page.count('name="caption"') == 1
    assert f'data-show="brand_content|{desk.fern.pk}-brand_content"' in page


def test_adding_and_removing_accounts_keeps_what_was_chosen_for_each(desk: SimpleNamespace) -> None:
    added = desk.browser.post(
        desk.new, filled(desk.luna, desk.media, action=f"add:{desk.fern.pk}")
    ).content.decode()
    assert f'name="also" value="{desk.fern.pk}"' in added
    assert '<option value="PUBLIC_TO_EVERYONE" data-label="Everyone" selected>' in added

    removed = send(desk, action=f"drop:{desk.luna.pk}").content.decode()
    assert f'name="account" id="id_account" value="{desk.fern.pk}"' in removed
    assert '<option value="MUTUAL_FOLLOW_FRIENDS" data-label="Friends" selected>' in removed
    assert f"{desk.fern.pk}-privacy_level" not in removed
    assert posts(desk.workspace) == {}


def test_an_edit_is_of_one_account_whatever_is_sent(desk: SimpleNamespace) -> None:
    send(desk, action="draft", also=None)
    [draft] = posts(desk.workspace).values()
    data = filled(desk.luna, desk.media, version="1", also=str(desk.fern.pk), action="draft")

    desk.browser.post(address(desk.workspace, "post_edit", draft.pk), data)

    assert list(posts(desk.workspace)) == ["luna.bakes"]


def folds(page: str) -> list[bool]:
    """Of each account's choices, whether they are open."""
    return [" open" in fold for fold in re.findall(r'<details class="whose"[^>]*>', page)]


def test_the_choices_of_the_first_account_with_something_left_are_open(desk: SimpleNamespace) -> None:
    both = f"{desk.new}?account={desk.luna.pk}&account={desk.fern.pk}"
    assert folds(desk.browser.get(both).content.decode()) == [True, False]

    lead = f"{desk.fern.pk}-"
    assert folds(send(desk, media="", **{f"{lead}disclose": "on"}).content.decode()) == [False, True]
    assert folds(send(desk, media="").content.decode()) == [True, False]


# --- the next free slot


def give_slot(desk: SimpleNamespace, account: Any, weekday: int = 2) -> None:
    with workspace_scope(desk.workspace):
        PostingSlot.objects.create(workspace=desk.workspace, account=account, weekday=weekday, at="12:30")


def shown_slot(page: str, lead: str = "") -> str:
    return page.split(f'name="{lead}slot" value="')[1].split('"')[0]


def test_without_slots_none_is_offered(desk: SimpleNamespace) -> None:
    assert 'value="next"' not in desk.browser.get(f"{desk.new}?account={desk.luna.pk}").content.decode()


def test_the_next_free_slot_is_offered_first_and_taken(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna)
    page = desk.browser.get(f"{desk.new}?account={desk.luna.pk}").content.decode()
    assert '<input type="radio" name="when" value="next" checked' in page

    form = filled(desk.luna, desk.media, when="next", slot=shown_slot(page), date=None, time=None)
    assert desk.browser.post(desk.new, form).status_code == 302

    [post] = posts(desk.workspace).values()
    assert (post.status, post.due_local[11:], post.due_zone) == ("scheduled", "12:30:00", "Europe/Lisbon")
    assert post.due_at.isoformat() == shown_slot(page)


def test_a_slot_that_was_taken_meanwhile_is_not_replaced_in_silence(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna)
    page = desk.browser.get(f"{desk.new}?account={desk.luna.pk}").content.decode()
    form = filled(desk.luna, desk.media, when="next", slot=shown_slot(page), date=None, time=None)
    desk.browser.post(desk.new, form)

    late = desk.browser.post(desk.new, form)

    assert late.status_code == 422
    assert "has been taken meanwhile. The next free one is" in late.content.decode()
    assert len(posts(desk.workspace)) == 1
    assert shown_slot(late.content.decode()) != shown_slot(page)


def test_each_account_takes_its_own_slot(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna, weekday=1)
    give_slot(desk, desk.fern, weekday=4)
    page = desk.browser.get(f"{desk.new}?account={desk.luna.pk}&account={desk.fern.pk}").content.decode()
    lead = f"{desk.fern.pk}-"

    shown = {"slot": shown_slot(page), f"{lead}slot": shown_slot(page, lead)}
    assert send(desk, when="next", date=None, time=None, **shown).status_code == 302

    days = {name: post.due_at.weekday() for name, post in posts(desk.workspace).items()}
    assert days == {"luna.bakes": 1, "fernandfold": 4}


def test_a_draft_without_a_time_is_offered_the_slot_like_a_new_post(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna)
    send(desk, action="draft", also="", date="", time="")
    [post] = posts(desk.workspace).values()
    assert post.due_at is None

    page = desk.browser.get(address(desk.workspace, "post_edit", post.pk)).content.decode()

    assert '<input type="radio" name="when" value="next" checked' in page


def test_a_draft_with_a_time_keeps_it(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna)
    send(desk, action="draft", also="")
    [post] = posts(desk.workspace).values()

    page = desk.browser.get(address(desk.workspace, "post_edit", post.pk)).content.decode()

    assert '<input type="radio" name="when" value="pick" checked' in page


# --- the free slots of the picked day

TUESDAY, WEDNESDAY = "2027-06-01", "2027-06-02"


def suggested(page: str) -> list[str]:
    return re.findall(
        r'<option value="([^"]+)"', page.split('<datalist id="free-times"')[1].split("</datalist>")[0]
    )


def test_the_time_field_suggests_the_free_slots_of_the_picked_day(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna)
    for day, times in ((WEDNESDAY, ["12:30"]), (TUESDAY, []), ("9999-12-31", []), ("soon", [])):
        page = desk.browser.get(f"{desk.new}?account={desk.luna.pk}&date={day}").content.decode()
        assert suggested(page) == times


def test_another_day_brings_its_own_suggestions(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna)
    kept = address(desk.workspace, "post_unsaved")
    form = filled(desk.luna, desk.media, unsaved=str(desk.media.pk), date=WEDNESDAY, time="")

    assert suggested(desk.browser.post(kept, form).content.decode()) == ["12:30"]
    assert suggested(desk.browser.post(kept, form | {"date": TUESDAY}).content.decode()) == []


def test_for_several_accounts_only_slots_of_all_are_suggested(desk: SimpleNamespace) -> None:
    give_slot(desk, desk.luna)
    both = f"{desk.new}?account={desk.luna.pk}&account={desk.fern.pk}&date={WEDNESDAY}"
    assert suggested(desk.browser.get(both).content.decode()) == []

    give_slot(desk, desk.fern)

    assert suggested(desk.browser.get(both).content.decode()) == ["12:30"]


# --- TikTok's limits of each account


def test_the_shortest_limit_of_all_accounts_is_the_video_s(desk: SimpleNamespace) -> None:
    long = make_media(desk.workspace, duration_ms=400_000)
    both = f"{desk.new}?account={desk.luna.pk}&account={desk.fern.pk}&media={long.pk}"

    page = desk.browser.get(both).content.decode()

    assert 'data-todo-if="kind=video mode=direct media media_ms>>300000"' in unescape(page)
    told = re.findall(
        r'<p class="err" data-show="mode=direct media media_ms[^"]+"( hidden)?>', unescape(page)
    )
    assert told == [" hidden", ""]  # Luna may post ten minutes, Fern five


def test_the_posts_of_the_day_stand_at_each_account(desk: SimpleNamespace, settings: Settings) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 2
    for hours in (20, 3):
        attempt(make_post(desk.luna, desk.media, desk.alice), ago=timedelta(hours=hours))

    page = desk.browser.get(f"{desk.new}?account={desk.luna.pk}&account={desk.fern.pk}").content.decode()

    luna, fern = page.split('class="acct"')[1:3]
    assert "2 of 2 posts in 24 hours" in luna
    assert "One more from" in luna
    assert "0 of 2 posts in 24 hours" in fern
    assert "One more from" not in fern.split("</p>")[0]


# --- the form itself


def test_the_choices_of_an_account_follow_it_through_every_order() -> None:
    data = QueryDict("account=a&also=b&also=c&privacy_level=A&b-privacy_level=B&c-privacy_level=C&caption=x")

    turned = with_accounts(data, ["c", "a"])

    assert accounts_in(turned) == ["c", "a"]
    assert turned.dict() == {
        "account": "c",
        "also": "a",
        "privacy_level": "C",
        "a-privacy_level": "A",
        "caption": "x",
    }


def test_what_was_chosen_before_any_account_is_the_first_one_s() -> None:
    assert with_accounts(QueryDict("account=&disclose=on"), ["a"]).dict() == {
        "account": "a",
        "disclose": "on",
    }
