"""The link of whoever found a post on TikTok: what is taken for one, and where it is seen afterwards."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from scheduler.found_links import LONGEST, Found, read
from tests.people import client_of
from tests.scheduler.engine import attempts, fresh
from tests.scheduler.pages import address, standing
from tests.scheduler.rows import attempt
from tiktok.models import TikTokAccount

LUNA = TikTokAccount(username="luna.bakes", nickname="Luna Bakes")
VIDEO = "https://www.tiktok.com/@luna.bakes/video/7504836789012345679"


@pytest.mark.parametrize(
    ("text", "kept", "number"),
    [
        (VIDEO, VIDEO, "7504836789012345679"),
        (
            f"{VIDEO}?utm_campaign=x&is_copy_url=1",
            f"{VIDEO}?utm_campaign=x&is_copy_url=1",
            "7504836789012345679",
        ),
        (f"{VIDEO}/#comments", f"{VIDEO}/", "7504836789012345679"),
        ("www.tiktok.com/@Luna.Bakes/photo/73", "https://www.tiktok.com/@Luna.Bakes/photo/73", "73"),
        ("HTTPS://TikTok.com/@luna.bakes/video/73", "https://tiktok.com/@luna.bakes/video/73", "73"),
        ("https://vm.tiktok.com/ZMabc123/", "https://vm.tiktok.com/ZMabc123/", ""),
        ("https://www.tiktok.com/@luna.bakes/live/7", "https://www.tiktok.com/@luna.bakes/live/7", ""),
        (f"{VIDEO}?{'x' * LONGEST}", VIDEO, "7504836789012345679"),
    ],
)
def test_an_address_at_tiktok_is_kept_and_its_number_read_where_it_shows(
    text: str, kept: str, number: str
) -> None:
    assert read(text, account=LUNA) == Found(kept, (number,) if number else ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("http://www.tiktok.com/@luna.bakes/video/73", "no address at TikTok"),
        ("https://tiktok.com.evil.example/@luna.bakes/video/73", "no address at TikTok"),
        ("https://nottiktok.com/@luna.bakes/video/73", "no address at TikTok"),
        ("https://evil.example\\.tiktok.com/video/73", "no address at TikTok"),
        ("https://www.tiktok.com@evil.example/video/73", "no address at TikTok"),
        ("https://evil.example@www.tiktok.com/video/73", "no address at TikTok"),
        ("https://www.tiktok.com:8443/@luna.bakes/video/73", "no address at TikTok"),
        ("https://[www.tiktok.com/", "no address at TikTok"),
        ("javascript://www.tiktok.com/%0aalert(1)", "no address at TikTok"),
        ("Look at this https://vm.tiktok.com/ZMabc123/", "no address at TikTok"),
        ("autumn loaf", "no address at TikTok"),
        ("https://www.tiktok.com/", "to no post"),
        ("https://www.tiktok.com/@luna.bakes", "to no post"),
        (
            "https://www.tiktok.com/@fern.clay/video/73",
            "a link of @fern.clay, and the post was to go out at @luna",
        ),
        (f"https://www.tiktok.com/{'x' * LONGEST}", "longer than 500"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        read(text, account=LUNA)


def test_of_a_creator_whose_handle_is_unknown_any_is_taken() -> None:
    assert read(VIDEO, account=TikTokAccount(nickname="Luna Bakes")).post_ids == ("7504836789012345679",)
    assert read(VIDEO, account=None).share_url == VIDEO


# --- on the pages

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    studio.browser = client_of(studio.alice)
    return studio


def say(desk: SimpleNamespace, post: Any, link: str) -> Any:
    data = {"live": "yes", "link": link}
    return desk.browser.post(address(desk.workspace, "post_answer", post.pk), data, follow=True)


def unclear(desk: SimpleNamespace, **columns: Any) -> Any:
    """A post whose last byte has left and whose outcome nobody knows."""
    post = desk.post()
    attempt(post, **{"stage": "committed"} | columns)
    return standing(post, status="needs_check", reason="outcome_unknown")


def test_a_pasted_link_is_kept_and_opens_the_post(desk: SimpleNamespace) -> None:
    post = unclear(desk)

    page = say(desk, post, f" {VIDEO} ").content.decode()

    [row] = attempts(post)
    assert (row.stage, row.share_url, row.post_ids) == ("live", VIDEO, ["7504836789012345679"])
    assert f'href="{VIDEO}"' in page.split('id="why"')[1].split("</section>")[0]
    assert "Alice says so" in page
    assert "Link pending" not in page


def test_what_tiktok_told_before_stays(desk: SimpleNamespace) -> None:
    post = unclear(desk, post_ids=["7301"], share_url="https://www.tiktok.com/@luna.bakes/video/7301")

    say(desk, post, "https://vm.tiktok.com/ZMabc123/")

    [row] = attempts(post)
    assert (row.share_url[-4:], row.post_ids) == ("7301", ["7301"])


def test_a_wrong_link_is_told_at_its_field_and_stays_there(desk: SimpleNamespace) -> None:
    post = unclear(desk)

    answer = say(desk, post, "https://example.com/<b>")
    field = answer.content.decode().split('id="id_link"')[0].rsplit("<input", 1)[1]

    assert (answer.status_code, fresh(post).status) == (422, "needs_check")
    assert 'value="https://example.com/&lt;b&gt;"' in field
    assert "This is no address at TikTok" in answer.content.decode().split('id="id_link_error"')[1]
    assert attempts(post)[0].stage == "committed"


def test_a_wrong_link_of_a_post_that_is_settled_meanwhile_says_that(desk: SimpleNamespace) -> None:
    post = standing(unclear(desk), status="published")

    answer = say(desk, post, "https://example.com/")

    assert answer.status_code == 409
    assert "there is nothing to decide" in answer.content.decode()


def test_after_a_restore_no_attempt_is_needed_to_keep_it(desk: SimpleNamespace) -> None:
    post = standing(desk.post(), status="needs_check", reason="restored")
    before = desk.browser.get(address(desk.workspace, "post_detail", post.pk)).content.decode()

    page = say(desk, post, VIDEO).content.decode()
    history = desk.browser.get(address(desk.workspace, "post_history")).content.decode()
    exported = desk.browser.post(address(desk.workspace, "posts_export"), {"form": "posts"})

    assert "Nothing of the attempt is on record" in before
    assert f'href="{VIDEO}"' in page
    assert f'href="{VIDEO}"' in history
    assert VIDEO in b"".join(exported.streaming_content).decode()


def test_history_and_export_have_a_pasted_link(desk: SimpleNamespace) -> None:
    say(desk, unclear(desk), VIDEO)

    history = desk.browser.get(address(desk.workspace, "post_history")).content.decode()
    exported = desk.browser.post(address(desk.workspace, "posts_export"), {"form": "posts"})

    assert f'href="{VIDEO}"' in history
    assert f'"7504836789012345679","{VIDEO}"' in b"".join(exported.streaming_content).decode()


def test_what_was_to_go_out_stands_beside_what_is_known(desk: SimpleNamespace) -> None:
    post = unclear(desk)

    page = desk.browser.get(address(desk.workspace, "post_detail", post.pk)).content.decode()
    outcome = page.split('class="outcome"')[1].split("</section>")[0]

    assert (
        outcome.index("What was to go out") < outcome.index("What we know") < outcome.index("It is on TikTok")
    )
    assert "@luna.bakes" in outcome
    assert "TikTok has it and has not said that it is live" in outcome
