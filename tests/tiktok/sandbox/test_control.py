"""The sandbox's own doors: control, grants, reset, the ledger and the request list."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import VIDEO, Caller, code_of


@pytest.mark.parametrize(
    "orders",
    [
        {"colour": "red"},
        {"settings": {"colour": "red"}},
        {"creators": {"luna.bakes": {"colour": "red"}}},
        {"faults": [{"kind": "earthquake"}]},
        {"faults": [{"kind": "lose", "endpoint": "nowhere"}]},
        {"faults": [{"kind": "lose", "colour": "red"}]},
        {"tokens": [{"creator": "luna.bakes", "do": "dance"}]},
        {"tokens": [{"creator": "nobody", "do": "revoke"}]},
        {"tokens": [{"creator": "luna.bakes", "do": "revoke", "reason": 6}]},
        {"publishes": [{"publish_id": "none", "do": "finish"}]},
        {"webhooks": [{"creator": "nobody", "event": "e", "content": {}}]},
        {"settings": {"webhook_url": "http://oncue.example/"}},
    ],
)
def test_a_wrong_order_is_refused_and_changes_nothing(sandbox: Sandbox, orders: dict[str, Any]) -> None:
    before = sandbox.control()
    with pytest.raises(requests.HTTPError, match="400"):
        sandbox.control(**{"settings": {"unaudited": True}} | orders)
    assert sandbox.control() == before


def test_a_new_creator_can_be_made(sandbox: Sandbox) -> None:
    sandbox.control(creators={"kiln.and.co": {"nickname": "Kiln & Co", "private": True}})
    data = Caller(sandbox, "kiln.and.co").creator_info().json()["data"]
    assert (data["creator_nickname"], data["duet_disabled"]) == ("Kiln & Co", True)


def test_waiting_faults_are_shown_and_can_be_cleared(sandbox: Sandbox) -> None:
    sandbox.fault("lose", "commit", times=3)
    [waiting] = sandbox.control()["faults"]
    assert (waiting["kind"], waiting["times"]) == ("lose", 3)
    assert sandbox.control(clear_faults=True)["faults"] == []


def test_a_grant_can_be_made_without_a_browser(sandbox: Sandbox) -> None:
    tokens = sandbox.grant("fernandfold", ["user.info.basic", "video.publish"])
    assert tokens["scope"] == "user.info.basic,video.publish"


def test_many_grants_can_be_made_at_once(sandbox: Sandbox) -> None:
    grants = sandbox.grant_all(["fernandfold", "luna.bakes"])
    assert {name: grant["scope"].count(",") for name, grant in grants.items()} == {
        "fernandfold": 5,
        "luna.bakes": 5,
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"creators": ["luna.bakes", "nobody"]},
        {"creator": "nobody"},
        {"creator": "luna.bakes", "scopes": ["x"]},
        {"creator": "luna.bakes", "client_key": "x"},
    ],
)
def test_a_grant_for_nobody_nothing_or_another_app_is_refused(sandbox: Sandbox, body: dict[str, Any]) -> None:
    answer = requests.post(f"{sandbox.base_url}/sandbox/grants", json=body, timeout=5)
    assert answer.status_code == 400


def test_reset_forgets_everything_but_the_grants_it_is_told_to_keep(luna: Caller) -> None:
    luna.publish()
    luna.sandbox.control(creators={"luna.bakes": {"banned": True}}, faults=[{"kind": "lose"}])
    luna.sandbox.reset(keep_grants=True)
    assert code_of(luna.creator_info()) == (200, "ok")
    assert luna.sandbox.ledger()["publishes"] == []
    luna.sandbox.reset()
    assert code_of(luna.creator_info()) == (401, "access_token_invalid")


def test_the_ledger_tells_what_one_publish_was(luna: Caller) -> None:
    publish_id = luna.publish(title="First loaf")
    luna.status(publish_id)
    ledger = luna.sandbox.ledger()
    [entry] = ledger["publishes"]
    expected = {
        "publish_id": publish_id,
        "creator": "luna.bakes",
        "caption": "First loaf",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "sha256": sha256(VIDEO).hexdigest(),
        "status": "PUBLISH_COMPLETE",
        "requests": {"video_init": 1, "commit": 1, "status": 1},
    }
    assert expected.items() <= entry.items()
    assert ledger["creators"] == {"luna.bakes": {"inits": 1, "committed": 1, "posts": 1}}
    assert ledger["published_twice"] == []


def test_the_ledger_shows_what_was_published_twice(luna: Caller) -> None:
    twice = [luna.publish(title="Twice"), luna.publish(title="Twice")]
    luna.publish(title="Once")
    luna.publish(VIDEO + b"another cut", title="Twice")
    [row] = luna.sandbox.ledger()["published_twice"]
    assert (row["creator"], row["caption"], row["posts"]) == ("luna.bakes", "Twice", 2)
    assert row["publish_ids"] == twice


def test_a_failed_first_try_is_not_a_second_post(luna: Caller) -> None:
    luna.sandbox.fault("fail")
    luna.publish()
    luna.publish()
    assert luna.sandbox.ledger()["published_twice"] == []


def test_the_same_content_for_two_creators_is_not_twice(luna: Caller) -> None:
    luna.publish()
    Caller(luna.sandbox, "fernandfold").publish()
    assert luna.sandbox.ledger()["published_twice"] == []


def test_requests_are_listed_in_order_and_filtered(luna: Caller) -> None:
    publish_id = luna.publish()
    luna.status(publish_id)
    Caller(luna.sandbox, "fernandfold").creator_info()
    seen = [(call["endpoint"], call["status"]) for call in luna.sandbox.requests(creator="luna.bakes")]
    assert seen == [("video_init", 200), ("commit", 201), ("status", 200)]
    assert len(luna.sandbox.requests(publish_id=publish_id)) == 3
    assert len(luna.sandbox.requests(endpoint="creator_info")) == 1


def test_no_secret_is_in_the_request_list_the_ledger_or_the_log(luna: Caller) -> None:
    url = luna.begin()["upload_url"]
    luna.refresh()
    shown = f"{luna.sandbox.requests()} {luna.sandbox.ledger()} {luna.sandbox.log.read_text()}"
    secrets = [luna.tokens["access_token"], luna.tokens["refresh_token"], url.split("upload_token=")[1]]
    assert not [secret for secret in [*secrets, luna.sandbox.client_secret] if secret in shown]
