"""The last look at an import: what is shown is what is agreed to, by those who may."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from scheduler.models import Media
from tests.factories import make_media
from tests.people import client_of, join, make_person
from tests.scheduler.importing.pages.page import (
    NO_AUDIENCE,
    WHOLE,
    agreed,
    begin,
    kept,
    listed,
    posts,
    press,
    review,
    words,
)
from tests.scheduler.pages import address

pytestmark = pytest.mark.django_db(transaction=True)


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
