"""F-10 to F-19: whatever TikTok answers, or does not. One engine meets all variants of a row, a creator for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from accounts.tenancy import workspace_scope
from scheduler.models import Post
from tests.factories import make_media
from tests.faults import invariants
from tests.faults.engine import SOON, Engine, eventually
from tests.faults.world import let_time_pass
from tests.scheduler.engine import attempts, fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

OUT = "published"
LONGER_THAN_WE_WAIT = 13.0
RATE_LIMITED_SECONDS = 130.0


@dataclass
class Variant:
    """What befalls one creator's post of this kind, and where it ends: a status, or the reason of a hold."""

    kind: str
    fault: str
    endpoint: str
    ends: str = OUT
    details: dict[str, Any] = field(default_factory=dict)
    creator: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.kind}: {self.fault} at {self.endpoint} {self.details or ''}"


def lost(kind: str, endpoint: str) -> list[Variant]:
    """Every way in which an answer does not come, or can't be read."""
    return [
        Variant(kind, "lose", endpoint),
        Variant(kind, "reset", endpoint),
        Variant(kind, "cut", endpoint),
        Variant(kind, "malformed", endpoint),
        Variant(kind, "hang", endpoint, details={"seconds": LONGER_THAN_WE_WAIT}),
        Variant(kind, "lose", endpoint, details={"effect": False}),
    ]


def down(kind: str, endpoint: str) -> list[Variant]:
    return [Variant(kind, "http", endpoint, details={"http_status": status}) for status in (500, 502, 503)]


def meet(engine: Engine, variants: Sequence[Variant], *, within: float = 60.0) -> dict[str, Post]:
    """Post one each, let it meet its fault, and compare where it ended; by variant."""
    posts = {}
    for variant in variants:
        account = engine.world.creator(**variant.creator)
        if variant.fault:
            engine.sandbox.fault(variant.fault, variant.endpoint, creator=account.username, **variant.details)
        posts[str(variant)] = engine.world.post(variant.kind, account, due_in=SOON)
    engine.world.bystander()
    engine.start("clock", "publish", "uploads", "beat", "web")
    invariants.check(engine, within=within)
    ended = {name: fresh(post) for name, post in posts.items()}
    expected = {str(variant): variant.ends for variant in variants}
    assert {name: ending(post) for name, post in ended.items()} == expected
    return ended


def ending(post: Post) -> str:
    return str(post.hold or ("published" if post.status == "in_inbox" else post.status))


def inits(engine: Engine, post: Post) -> int:
    assert post.account is not None
    return len(engine.sandbox.requests(endpoint="photo_init", creator=post.account.username))


def test_f10_no_answer_to_an_init(engine: Engine) -> None:
    meet(engine, [*lost("video", "video_init"), *lost("inbox video", "inbox_init")])


def test_f10_no_answer_to_an_init_that_posts(engine: Engine) -> None:
    """TikTok's event names the id; a second init follows only where nothing was ever fetched."""
    ended = meet(engine, lost("photos", "photo_init"))
    for name, post in ended.items():
        assert inits(engine, post) == (2 if "False" in name else 1), name


def test_f11_tiktok_is_down_for_an_init(engine: Engine) -> None:
    meet(
        engine, [*down("video", "video_init"), *down("photos", "photo_init"), *down("video", "creator_info")]
    )


def test_f11_tiktok_stays_down(engine: Engine) -> None:
    """Attempts are capped by the growing pauses; nothing is failed in the first minute, and it goes out in the end."""
    post = engine.world.post()
    engine.sandbox.fault("http", "video_init", times=3, http_status=503)
    engine.start()
    invariants.check(engine, within=120)
    assert fresh(post).status == "published"
    assert len(attempts(post)) == 4


def test_f12_too_many_calls(engine: Engine) -> None:
    """The post waits out the minute; other creators do not notice (the bystander is on time)."""
    variants = [
        Variant(
            "video", "error", endpoint, details={"code": "rate_limit_exceeded", "http_status": 429, **advice}
        )
        for endpoint in ("video_init", "creator_info", "status")
        for advice in ({}, {"retry_after": 30})
    ]
    meet(engine, variants, within=RATE_LIMITED_SECONDS)


def test_f13_the_token_dies_while_tiktok_is_asked(engine: Engine) -> None:
    """It is renewed, and the same `publish_id` asked about; nothing is sent again."""
    engine.sandbox.control(settings={"processing_seconds": 12.0})
    post = engine.world.post()
    engine.start()
    engine.seen("status")
    engine.sandbox.control(tokens=[{"creator": "luna.bakes", "do": "expire_access"}])
    invariants.check(engine)
    assert fresh(post).status == "published"
    assert len(engine.publish_ids(post)) == 1
    assert len(engine.sandbox.requests(endpoint="commit")) == 1


def test_f14_trouble_with_a_chunk(engine: Engine) -> None:
    """An attempt goes on where TikTok says, or ends and a new one begins; two ids are never mixed."""
    statuses = (403, 404, 416, 500, 503)
    variants = [
        *(Variant("chunks", "http", "upload", details={"http_status": status}) for status in statuses),
        *(
            Variant("chunks", "http", "upload", details={"http_status": status, "skip": 1})
            for status in statuses
        ),
        *(Variant("video", "http", "commit", details={"http_status": status}) for status in (416, 500, 503)),
        *(Variant("video", fault, "commit") for fault in ("lose", "reset", "malformed")),
        Variant("chunks", "expire_upload", "upload", details={"skip": 1}),
    ]
    meet(engine, variants, within=90)


def test_f15_answers_that_never_end(engine: Engine) -> None:
    """A total deadline and a cap on size free the worker; the post goes out after that."""
    slow = {"bytes_per_second": 4}
    variants = [
        Variant("video", "slow", "creator_info", details=slow),
        Variant("video", "slow", "video_init", details=slow),
        Variant("video", "slow", "status", details=slow),
        Variant("video", "huge", "video_init", details={"size": 100_000_000}),
        Variant("video", "huge", "status", details={"size": 100_000_000}),
        Variant("video", "stall", "video_init", details={"seconds": LONGER_THAN_WE_WAIT}),
    ]
    meet(engine, variants, within=90)


def test_f16_processing_that_never_ends(engine: Engine) -> None:
    """Asked about ever more slowly, never posted again; after a day a person decides, with the evidence."""
    engine.sandbox.fault("stuck", "commit", creator="luna.bakes")
    post = engine.world.post()
    engine.start()
    engine.seen("status", times=3, within=60)
    assert fresh(post).status == "publishing"
    let_time_pass(post, timedelta(hours=24))
    eventually(lambda: fresh(post).status == "needs_check", within=90, what="a person is asked")
    invariants.check(engine)
    assert len(engine.sandbox.requests(endpoint="commit")) == 1
    assert fresh(post).reason == "still_processing"


def test_f17_answers_of_another_shape(engine: Engine) -> None:
    """Unknown codes, pages instead of data, other types: an outcome with words, or another try; no loop."""
    shapes = [
        '{"data": [], "error": {"code": "ok"}}',
        '{"data": {"publish_id": 7}, "error": {"code": 5}}',
        "[]",
        "null",
    ]
    variants = [
        Variant(
            "video",
            "error",
            "video_init",
            "app_configuration",
            {"code": "brand_new_code", "http_status": 400},
        ),
        Variant("video", "html", "video_init"),
        Variant("video", "html", "status"),
        Variant("video", "error", "status", details={"code": "brand_new_code", "http_status": 400}),
        *(Variant("video", "malformed", "video_init", details={"body": body}) for body in shapes),
        *(Variant("video", "malformed", "status", details={"body": body}) for body in shapes),
    ]
    meet(engine, variants, within=90)


def test_f18_caps_and_bans(engine: Engine) -> None:
    """Held until the window rolls; a ban fails the post that met it and holds the creator's others. No asking again."""
    code = {"http_status": 403}
    banned = engine.world.creator(banned=True)
    met, other = (engine.world.post(account=banned, due_in=SOON * number) for number in (1, 2))
    variants = [
        Variant("video", "", "", "daily_cap", creator={"capped": True}),
        Variant(
            "inbox video",
            "error",
            "inbox_init",
            "pending_shares",
            {"code": "spam_risk_too_many_pending_share", **code},
        ),
    ]
    ended = meet(engine, variants)
    assert (ending(fresh(met)), ending(fresh(other))) == ("failed", "tiktok_refused")
    with workspace_scope(engine.world.home):
        creators = [post.account.username for post in (*ended.values(), met) if post.account]
    assert len(creators) == 1 + len(variants)
    for creator in creators:
        assert len(engine.sandbox.requests(creator=creator)) <= 3


def test_f18_the_apps_own_cap(engine: Engine) -> None:
    """TikTok tells one creator's post; everybody new waits without asking, and the operator knows."""
    engine.sandbox.control(settings={"active_user_cap": 1})
    first = engine.world.post(account=engine.world.creator())
    engine.start()
    assert engine.settled(first).status == "published"
    others = [engine.world.post(account=engine.world.creator()) for _ in range(4)]
    invariants.check(engine)
    assert [ending(fresh(post)) for post in others] == ["app_cap"] * 4
    assert len(engine.sandbox.requests(endpoint="video_init")) <= 5


def test_f19_what_only_a_person_can_mend(engine: Engine) -> None:
    """Failed, or held for the operator, with the one action that helps; no second try."""
    forbidden = {"http_status": 403}
    variants = [
        Variant(
            "video",
            "error",
            "video_init",
            "app_configuration",
            {"code": "unaudited_client_can_only_post_to_private_accounts", **forbidden},
        ),
        Variant("video", "", "", "failed", creator={"privacy_level_options": ["SELF_ONLY"]}),
        Variant(
            "photos",
            "error",
            "photo_init",
            "app_configuration",
            {"code": "url_ownership_unverified", **forbidden},
        ),
    ]
    ended = meet(engine, variants)
    assert all(len(attempts(post)) <= 1 for post in ended.values())


def test_f43_media_that_is_gone_cut_or_changed(engine: Engine) -> None:
    """Nothing is sent; the post fails with the reason, and its owner is told."""
    world = engine.world
    files = [make_media(world.home) for _ in range(3)]
    posts = [world.post(account=world.creator(), media=media, due_in=SOON) for media in files]
    paths = [engine.state / "media" / media.storage_key for media in files]
    paths[0].unlink()
    paths[1].write_bytes(paths[1].read_bytes()[:-1])
    body = bytearray(paths[2].read_bytes())
    body[len(body) // 2] ^= 1
    paths[2].write_bytes(bytes(body))
    world.bystander()
    engine.start()
    invariants.check(engine)
    assert [fresh(post).reason for post in posts] == ["media_missing", "media_changed", "media_changed"]
    assert len(engine.sandbox.ledger()["publishes"]) == 1
