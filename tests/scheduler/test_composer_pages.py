"""The composer against a real sandbox: what it offers, what it keeps, what it refuses (tiktok-api.md 15)."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Workspace
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post
from tests.factories import make_account, make_media
from tests.people import client_of, join, make_person
from tests.scheduler.pages import address, filled
from tests.tiktok.journey import Traveller

HIDDEN = r'<input type="hidden" name="([^"]+)" value="([^"]*)">'

pytestmark = pytest.mark.django_db(transaction=True)

BOXES = [
    "allow_comment",
    "allow_duet",
    "allow_stitch",
    "disclose",
    "brand_organic",
    "brand_content",
    "is_aigc",
]


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    """Alice at the composer, with a checked video."""
    studio.browser = client_of(studio.alice)
    studio.media = make_media(studio.workspace)
    studio.new = address(studio.workspace, "post_new")
    return studio


def posts(workspace: Workspace) -> list[Post]:
    with workspace_scope(workspace):
        return list(Post.objects.filter(workspace=workspace))


def schedule(desk: SimpleNamespace, **changes: Any) -> Any:
    return desk.browser.post(desk.new, filled(desk.luna, desk.media, **changes))


def options(page: str) -> list[str]:
    select = page.split('name="privacy_level"')[1].split("</select>")[0]
    return re.findall(r'<option value="([^"]*)"', select)


def box(page: str, name: str) -> str:
    return re.search(rf'<input type="checkbox"[^>]*name="{name}"[^>]*>', page)[0]


# --- what it shows (points 1 to 10)


def test_creator_info_is_asked_anew_for_every_page(desk: SimpleNamespace) -> None:
    for nickname in ("Luna Bakes", "Luna Bakes Bread"):
        desk.tiktok.control(creators={"luna.bakes": {"nickname": nickname}})
        assert f"<strong>{nickname}</strong>" in desk.browser.get(desk.new).content.decode()


def test_nothing_is_chosen_beforehand(desk: SimpleNamespace) -> None:
    page = desk.browser.get(desk.new).content.decode()

    assert "selected" not in page.split('name="privacy_level"')[1].split("</select>")[0]
    for name in (
        "allow_comment",
        "allow_duet",
        "allow_stitch",
        "disclose",
        "brand_organic",
        "brand_content",
        "is_aigc",
    ):
        assert "checked" not in box(page, name)


def test_only_the_audiences_of_this_creator_are_offered(desk: SimpleNamespace) -> None:
    desk.tiktok.control(creators={"luna.bakes": {"private": True}})

    page = desk.browser.get(desk.new).content.decode()

    assert options(page) == ["", "FOLLOWER_OF_CREATOR", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]


def test_an_interaction_the_creator_turned_off_is_disabled(desk: SimpleNamespace) -> None:
    desk.tiktok.control(creators={"luna.bakes": {"comment_disabled": True}})

    page = desk.browser.get(desk.new).content.decode()

    assert "disabled" in box(page, "allow_comment")
    assert "Off in this account" in page


def test_the_declaration_and_its_links_are_always_there(desk: SimpleNamespace) -> None:
    page = desk.browser.get(desk.new).content.decode()

    assert "https://www.tiktok.com/legal/page/global/music-usage-confirmation/en" in page
    assert "https://www.tiktok.com/legal/page/global/bc-policy/en" in page


def test_an_app_that_is_not_audited_says_so_before_the_first_click(desk: SimpleNamespace, settings) -> None:
    settings.TIKTOK_APP_AUDITED = False
    assert "TikTok has not approved this app yet" in desk.browser.get(desk.new).content.decode()

    settings.TIKTOK_APP_AUDITED = True
    assert "TikTok has not approved this app yet" not in desk.browser.get(desk.new).content.decode()


def test_without_an_account_the_page_says_what_to_do(desk: SimpleNamespace) -> None:
    with workspace_scope(desk.workspace):
        desk.luna.delete()

    assert "No TikTok account is connected" in desk.browser.get(desk.new).content.decode()


def test_with_two_accounts_none_is_chosen_for_the_person(desk: SimpleNamespace) -> None:
    make_account(desk.workspace, desk.tiktok, creator="fernandfold")

    page = desk.browser.get(desk.new).content.decode()

    assert "Choose the accounts that post" in page
    assert 'name="account" id="id_account" value=""' in page


# --- scheduling


def test_a_complete_post_is_scheduled_with_its_consent(desk: SimpleNamespace) -> None:
    answer = schedule(desk)

    (post,) = posts(desk.workspace)
    assert answer.status_code == 302
    assert answer.url == address(desk.workspace, "post_detail", post.pk)
    assert (post.status, post.privacy_level, post.allow_comment) == ("scheduled", "PUBLIC_TO_EVERYONE", True)
    assert (post.due_local, post.due_zone) == ("2027-06-01T12:30:00", "Europe/Lisbon")
    assert post.consent_by == desk.alice
    assert post.consent_digest


def test_post_now_is_due_at_once(desk: SimpleNamespace) -> None:
    schedule(desk, when="now", date="", time="")

    (post,) = posts(desk.workspace)
    assert post.status == "scheduled"
    assert post.next_step_at <= post.due_at


BAD_INPUT = {
    "a time in the past": ({"date": "2024-06-01"}, "time", "passed"),
    "a time in a gap": ({"date": "2027-03-28", "time": "01:30"}, "time", "skip 01:30"),
    "a caption over 2,200 UTF-16 units": ({"caption": "🍂" * 1101}, "caption", "2 characters over"),
    "a privacy value no longer offered": ({"privacy_level": "FOLLOWER_OF_CREATOR"}, "privacy", "any more"),
    "no audience": ({"privacy_level": ""}, "privacy", "Choose who can watch."),
    "a disclosure that says nothing": ({"disclose": "on"}, "disclose", "You need to indicate"),
    "branded content for only me": (
        {"disclose": "on", "brand_content": "on", "privacy_level": "SELF_ONLY"},
        "privacy",
        "Branded content visibility cannot be set to private.",
    ),
    "no video": ({"media": ""}, "media", "Add a video."),
    "no account": ({"account": ""}, "account", "Choose the account"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_said_and_everything_typed_is_kept(desk: SimpleNamespace, name: str) -> None:
    changes, place, sentence = BAD_INPUT[name]
    answer = schedule(desk, is_aigc="on", **changes)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert sentence.replace("'", "&#x27;") in page.split(f'id="{place}-error"')[1].split("</p>")[0]
    assert f'href="#{place}-error"' in page
    assert posts(desk.workspace) == []
    assert changes.get("caption", "Autumn loaf 🍂 #sourdough") in page
    assert "checked" in box(page, "is_aigc")
    assert f'value="{changes.get("date", "2027-06-01")}"' in page
    if "media" not in changes:
        assert f'data-media-id="{desk.media.pk}"' in page


def test_a_caption_of_exactly_the_limit_goes_out(desk: SimpleNamespace) -> None:
    assert schedule(desk, caption="🍂" * 1100).status_code == 302


def test_a_video_too_long_for_the_creator_is_refused(desk: SimpleNamespace) -> None:
    long = make_media(desk.workspace, duration_ms=700_000)

    answer = schedule(desk, media=str(long.pk))

    assert answer.status_code == 422
    assert "may post up to" in answer.content.decode()


@pytest.mark.parametrize("status", ["checking", "refused"])
def test_a_video_that_is_not_ready_is_not_scheduled(desk: SimpleNamespace, status: str) -> None:
    waiting = {"check_due_at": database_now()} if status == "checking" else {"refusals": ["Not a video."]}
    media = make_media(desk.workspace, status=status, **waiting)

    assert schedule(desk, media=str(media.pk)).status_code == 422
    assert posts(desk.workspace) == []


def test_the_time_that_was_offered_is_put_in_with_one_press(desk: SimpleNamespace) -> None:
    page = schedule(desk, date="2027-03-28", time="01:30").content.decode()
    assert 'value="time:2027-03-28T02:00"' in page

    page = schedule(desk, date="2027-03-28", time="01:30", action="time:2027-03-28T02:00").content.decode()

    assert 'value="02:00"' in page
    assert "Autumn loaf" in page


def test_a_repeated_hour_offers_both_and_takes_the_second(desk: SimpleNamespace) -> None:
    page = schedule(desk, date="2027-10-31", time="01:30").content.decode()
    assert page.count('name="fold"') == 2

    assert schedule(desk, date="2027-10-31", time="01:30", fold="1").status_code == 302
    assert posts(desk.workspace)[0].due_at.hour == 1


# --- TikTok away, or saying no


@pytest.mark.parametrize("fault", ["http", "html", "lose", "malformed"])
def test_with_tiktok_away_the_page_stands_and_keeps_everything(desk: SimpleNamespace, fault: str) -> None:
    desk.tiktok.control(faults=[{"kind": fault, "endpoint": "creator_info", "times": 9}])

    page = desk.browser.get(desk.new).content.decode()
    answer = schedule(desk)

    assert "TikTok does not answer properly right now" in page
    assert "Try again" in page
    assert answer.status_code == 422
    assert "Nothing was scheduled" in answer.content.decode()
    assert "Autumn loaf" in answer.content.decode()
    assert '<option value="PUBLIC_TO_EVERYONE" data-label="Everyone" selected>' in answer.content.decode()
    assert posts(desk.workspace) == []


def test_with_tiktok_away_a_draft_is_saved(desk: SimpleNamespace) -> None:
    desk.tiktok.control(faults=[{"kind": "http", "endpoint": "creator_info", "times": 9}])

    assert schedule(desk, action="draft").status_code == 302
    assert posts(desk.workspace)[0].status == "draft"


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("spam_risk_too_many_posts", "TikTok asks to try again later"),
        ("reached_active_user_cap", "TikTok asks to try again later"),
        ("spam_risk_user_banned_from_posting", "TikTok doesn&#x27;t let Luna Bakes post right now"),
    ],
)
def test_a_creator_that_cannot_post_now_stops_the_schedule(
    desk: SimpleNamespace, code: str, title: str
) -> None:
    fault = {"kind": "error", "endpoint": "creator_info", "code": code, "times": 9}
    desk.tiktok.control(faults=[fault])

    assert title in desk.browser.get(desk.new).content.decode()
    assert schedule(desk).status_code == 422
    assert posts(desk.workspace) == []


def test_a_lost_connection_leads_to_reconnecting(desk: SimpleNamespace) -> None:
    desk.tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])

    page = desk.browser.get(desk.new).content.decode()

    assert f'value="reconnect:{desk.luna.pk}"' in page
    assert 'data-todo="Reconnect Luna Bakes"' in page
    assert "Wait for TikTok" not in page


def test_reconnecting_keeps_what_was_typed_and_comes_back_to_it(desk: SimpleNamespace) -> None:
    desk.tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    traveller = Traveller(desk.browser, desk.workspace)

    leaving = schedule(desk, action=f"reconnect:{desk.luna.pk}", unsaved=str(desk.media.pk))
    asked = desk.browser.get(traveller.consent(leaving["Location"]))
    page = desk.browser.post(asked["Location"], follow=True).content.decode()

    assert "Luna Bakes is connected again." in page
    assert "Autumn loaf 🍂 #sourdough" in page
    assert "videos up to 10 min" in page
    assert "Reconnect Luna Bakes" not in page


def test_saying_no_at_tiktok_comes_back_too(desk: SimpleNamespace) -> None:
    leaving = schedule(desk, action=f"reconnect:{desk.luna.pk}", unsaved=str(desk.media.pk))
    refused = Traveller(desk.browser, desk.workspace).consent(leaving["Location"], allow=False)

    page = desk.browser.get(refused, follow=True).content.decode()

    assert "Autumn loaf 🍂 #sourdough" in page


def test_the_way_back_holds_for_one_trip(desk: SimpleNamespace) -> None:
    schedule(desk, action=f"reconnect:{desk.luna.pk}", unsaved=str(desk.media.pk))

    back = Traveller(desk.browser, desk.workspace).connect(account=desk.luna)

    assert back["Location"] == address(desk.workspace, "accounts")


def test_who_may_not_connect_is_told_who_may(desk: SimpleNamespace) -> None:
    desk.tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    editor = make_person("Edna")
    join(desk.workspace, editor, Role.EDITOR)
    desk.browser = client_of(editor)

    page = desk.browser.get(desk.new).content.decode()
    refused = schedule(desk, action=f"reconnect:{desk.luna.pk}", unsaved=str(desk.media.pk))

    assert "Only an owner or an admin of this workspace may reconnect it." in page
    assert 'value="reconnect:' not in page
    assert refused.status_code == 422


def test_an_account_of_nobody_here_is_not_reconnected(desk: SimpleNamespace) -> None:
    answer = schedule(desk, action=f"reconnect:{desk.media.pk}", unsaved=str(desk.media.pk))

    assert answer.status_code == 422
    assert "This was not found in this workspace" in answer.content.decode()


# --- another account


def test_another_account_keeps_the_words_and_asks_the_audience_again(desk: SimpleNamespace) -> None:
    other = make_account(desk.workspace, desk.tiktok, creator="fernandfold")

    page = schedule(desk, action=f"account:{other.pk}").content.decode()

    assert f'name="account" id="id_account" value="{other.pk}"' in page
    assert "Autumn loaf" in page
    assert "selected" not in page.split('name="privacy_level"')[1].split("</select>")[0]
    assert "checked" not in box(page, "allow_comment")


def test_to_htmx_another_account_changes_only_its_cards(desk: SimpleNamespace) -> None:
    other = make_account(desk.workspace, desk.tiktok, creator="fernandfold")
    data = filled(desk.luna, desk.media, action=f"account:{other.pk}")

    part = desk.browser.post(desk.new, data, headers={"HX-Request": "true"}).content.decode()

    assert 'id="creator"' in part
    assert 'id="audience" hx-swap-oob="true"' in part
    assert "<resumable-upload" not in part


# --- ids of others


def test_ids_of_another_workspace_are_not_found(desk: SimpleNamespace, elsewhere: Workspace) -> None:
    foreign = {
        "account": make_account(elsewhere, desk.tiktok, creator="fernandfold"),
        "media": make_media(elsewhere),
    }
    for name, row in foreign.items():
        answer = schedule(desk, **{name: str(row.pk)})
        assert answer.status_code == 422
        assert "not found in this workspace" in answer.content.decode()
    assert posts(desk.workspace) == []


# --- editing


@pytest.fixture
def draft(desk: SimpleNamespace) -> Post:
    schedule(desk, action="draft")
    return posts(desk.workspace)[0]


def edit(desk: SimpleNamespace, post: Post, **changes: Any) -> Any:
    data = filled(desk.luna, desk.media, version=str(post.version), **changes)
    return desk.browser.post(address(desk.workspace, "post_edit", post.pk), data)


def test_a_draft_comes_back_as_it_was_saved(desk: SimpleNamespace, draft: Post) -> None:
    page = desk.browser.get(address(desk.workspace, "post_edit", draft.pk)).content.decode()

    assert "Autumn loaf 🍂 #sourdough" in page
    assert '<option value="PUBLIC_TO_EVERYONE" data-label="Everyone" selected>' in page
    assert "checked" in box(page, "allow_comment")
    assert 'value="2027-06-01"' in page
    assert 'value="12:30"' in page
    assert f'data-media-id="{desk.media.pk}"' in page


def test_what_may_keep_a_post_from_going_out_is_said_when_it_is_saved(
    desk: SimpleNamespace, settings
) -> None:
    settings.TIKTOK_POSTS_PER_DAY = 1
    schedule(desk, time="10:00")
    said = desk.browser.post(desk.new, filled(desk.luna, desk.media), follow=True).content.decode()
    [second] = [post for post in posts(desk.workspace) if post.due_local.endswith("12:30:00")]
    again = desk.browser.get(address(desk.workspace, "post_edit", second.pk)).content.decode()

    for page in (said, again):
        assert "This post may not go out: TikTok usually takes 1 posts" in page


def test_a_draft_is_scheduled_from_its_edit_page(desk: SimpleNamespace, draft: Post) -> None:
    assert edit(desk, draft, caption="Better").status_code == 302

    (post,) = posts(desk.workspace)
    assert (post.status, post.caption) == ("scheduled", "Better")


def test_two_people_who_edit_at_once_see_both_versions(desk: SimpleNamespace, draft: Post) -> None:
    assert edit(desk, draft, caption="Bob was first", action="draft").status_code == 302

    answer = edit(desk, draft, caption="Alice was second", action="draft")
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "Bob was first" in page
    assert "Alice was second" in page
    assert posts(desk.workspace)[0].caption == "Bob was first"


def test_keeping_mine_after_a_conflict_saves_it(desk: SimpleNamespace, draft: Post) -> None:
    edit(desk, draft, caption="Bob was first", action="draft")
    page = edit(desk, draft, caption="Alice was second", action="draft").content.decode()
    kept = {name: unescape(value) for name, value in re.findall(HIDDEN, page)}

    answer = desk.browser.post(address(desk.workspace, "post_edit", draft.pk), kept)

    assert answer.status_code == 302
    assert posts(desk.workspace)[0].caption == "Alice was second"


def test_an_edit_of_a_scheduled_post_asks_for_consent_again(desk: SimpleNamespace) -> None:
    schedule(desk)
    (post,) = posts(desk.workspace)

    edit(desk, post, caption="Other words", action="draft")

    (post,) = posts(desk.workspace)
    assert post.status == "draft"


def test_a_post_on_its_way_opens_no_composer(desk: SimpleNamespace) -> None:
    post = desk.post()
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status="publishing")

    answer = desk.browser.get(address(desk.workspace, "post_edit", post.pk), follow=True)

    assert answer.redirect_chain
    assert "on its way to TikTok" in answer.content.decode()


def test_an_edit_that_came_too_late_keeps_what_was_typed(desk: SimpleNamespace) -> None:
    post = desk.post()
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status="publishing")

    answer = edit(desk, post, caption="Too late")

    assert answer.status_code == 422
    assert "on its way to TikTok" in answer.content.decode()
    assert "Too late" in answer.content.decode()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_is_no_number_is_a_conflict(desk: SimpleNamespace, draft: Post, version: str) -> None:
    data = filled(desk.luna, desk.media, version=version, action="draft")

    assert desk.browser.post(address(desk.workspace, "post_edit", draft.pk), data).status_code == 409


# --- who may


def test_a_viewer_may_not_compose(desk: SimpleNamespace) -> None:
    viewer = make_person("Vera")
    join(desk.workspace, viewer, Role.VIEWER)

    assert client_of(viewer).get(desk.new).status_code == 403


def test_a_stranger_finds_nothing(desk: SimpleNamespace, draft: Post) -> None:
    stranger = client_of(make_person("Sam"))

    assert stranger.get(desk.new).status_code == 404
    assert stranger.get(address(desk.workspace, "post_edit", draft.pk)).status_code == 404


def test_a_post_without_a_csrf_token_is_refused(desk: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.alice)

    assert strict.post(desk.new, filled(desk.luna, desk.media)).status_code == 403


def test_a_cover_number_without_end_is_an_error_at_its_field(desk: SimpleNamespace) -> None:
    assert schedule(desk, kind="photo", cover_index="9" * 5000).status_code == 422
