"""Drafts: sent to the creator's inbox, finished there, once or several times (contract 6.2, 9)."""

from __future__ import annotations

import re

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import POST_INFO, VIDEO, Caller, code_of, id_of, put
from .media_host import MediaHost, picture


def inbox_page(sandbox: Sandbox) -> str:
    return requests.get(f"{sandbox.base_url}/inbox/@luna.bakes", timeout=5).text


def finish(caller: Caller, publish_id: str, privacy_level: str = "") -> requests.Response:
    form = {"publish_id": publish_id, "privacy_level": privacy_level}
    return requests.post(f"{caller.sandbox.base_url}/inbox/@luna.bakes/finish", data=form, timeout=5)


def test_a_draft_waits_in_the_inbox_and_is_no_post(luna: Caller) -> None:
    publish_id = luna.draft()
    assert publish_id.startswith("v_inbox_file~")
    assert luna.data(publish_id) == {"status": "SEND_TO_USER_INBOX", "uploaded_bytes": len(VIDEO)}
    assert luna.sandbox.posts_on_page("luna.bakes") == 0
    assert 'data-drafts="1"' in inbox_page(luna.sandbox)


def test_an_inbox_init_takes_a_source_and_nothing_else(luna: Caller) -> None:
    assert code_of(luna.inbox(post_info=POST_INFO)) == (400, "invalid_params")
    assert code_of(luna.inbox(source_info={"source": "FILE_UPLOAD"})) == (400, "invalid_param")


def test_an_inbox_init_needs_the_upload_scope(sandbox: Sandbox) -> None:
    assert code_of(Caller(sandbox, scopes=["video.publish"]).inbox()) == (401, "scope_not_authorized")


def test_finishing_a_draft_makes_a_post_each_time(luna: Caller) -> None:
    publish_id = luna.draft()
    assert finish(luna, publish_id, "PUBLIC_TO_EVERYONE").status_code == 200
    assert finish(luna, publish_id, "SELF_ONLY").status_code == 200
    luna.sandbox.control(publishes=[{"publish_id": publish_id, "do": "finish"}])
    data = luna.data(publish_id)
    assert (data["status"], len(set(data["publicaly_available_post_id"]))) == ("PUBLISH_COMPLETE", 2)
    assert luna.sandbox.posts_on_page("luna.bakes") == 3


@pytest.mark.parametrize(("publish_id", "level"), [("none", ""), ("", "FOLLOWER_OF_CREATOR")])
def test_only_a_draft_of_theirs_can_be_finished_and_only_for_whom_they_may(
    luna: Caller, publish_id: str, level: str
) -> None:
    assert finish(luna, publish_id or luna.draft(), level).status_code in (400, 404)


def test_a_direct_post_cannot_be_finished(luna: Caller) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        luna.sandbox.finish_draft(luna.publish())


def test_a_draft_fetched_by_url_and_a_photo_draft_wait_too(nearby: Caller, host: MediaHost) -> None:
    source = {"source": "PULL_FROM_URL", "video_url": host.put("/v", VIDEO)}
    video = id_of(nearby.inbox(source_info=source))
    photo = id_of(nearby.photos([host.put("/a.jpg", picture())], "MEDIA_UPLOAD"))
    assert video.startswith("v_inbox_url~")
    assert [nearby.settled(publish_id)["status"] for publish_id in (video, photo)] == [
        "SEND_TO_USER_INBOX"
    ] * 2
    page = inbox_page(nearby.sandbox)
    assert "Three loaves, one oven" in page
    [image] = re.findall(r'<li><img src="([^"]+)"', page)
    assert requests.get(nearby.sandbox.base_url + image, timeout=5).content == picture()


def test_the_sixth_pending_share_is_refused_until_one_is_finished(luna: Caller) -> None:
    luna.sandbox.control(settings={"limits": {"inbox_init": None}})
    drafts = [luna.draft() for _ in range(4)]
    luna.inbox()  # one that is not even uploaded counts
    assert code_of(luna.inbox()) == (403, "spam_risk_too_many_pending_share")
    assert code_of(luna.photos([], "MEDIA_UPLOAD")) == (403, "spam_risk_too_many_pending_share")
    assert code_of(luna.init()) == (200, "ok")
    finish(luna, drafts[0])
    assert code_of(luna.inbox()) == (200, "ok")


def test_a_failed_draft_leaves_room(luna: Caller) -> None:
    luna.sandbox.control(settings={"pending_cap": 1}, faults=[{"kind": "fail"}])
    luna.draft()
    assert code_of(luna.inbox()) == (200, "ok")


def test_drafts_are_no_direct_posts_for_the_daily_cap(luna: Caller) -> None:
    luna.sandbox.control(creators={"luna.bakes": {"daily_cap": 1}})
    luna.draft()
    assert code_of(luna.init()) == (200, "ok")


def test_a_banned_creator_gets_no_drafts(luna: Caller) -> None:
    luna.sandbox.control(creators={"luna.bakes": {"banned": True}})
    assert code_of(luna.inbox()) == (403, "spam_risk_user_banned_from_posting")


def test_two_drafts_of_one_video_are_twice_in_the_ledger(luna: Caller) -> None:
    luna.draft()
    luna.draft(VIDEO + b"another")
    assert luna.sandbox.ledger()["published_twice"] == []
    luna.draft()
    assert luna.sandbox.ledger()["published_twice"][0]["posts"] == 2


def test_a_creator_can_disconnect_the_app_on_the_page(luna: Caller) -> None:
    [key] = re.findall(r'name="client_key" value="([^"]+)"', inbox_page(luna.sandbox))
    url = f"{luna.sandbox.base_url}/inbox/@luna.bakes/disconnect"
    assert requests.post(url, data={"client_key": key}, timeout=5).ok
    assert code_of(luna.creator_info()) == (401, "access_token_invalid")
    assert "Connected apps</h2><p>None.</p>" in inbox_page(luna.sandbox)


def test_a_chunk_of_a_draft_is_judged_as_any_other(luna: Caller) -> None:
    url = luna.inbox().json()["data"]["upload_url"]
    assert [put(url, VIDEO).status_code for _ in range(2)] == [201, 416]
