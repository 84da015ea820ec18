"""The Display API: public posts only, newest first, in pages (contract 13)."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox_process import Sandbox

from .caller import Caller, code_of, id_of
from .media_host import MediaHost, picture


def ids(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [video["id"] for video in answer["videos"]]


def test_public_posts_are_listed_newest_first_in_pages(luna: Caller) -> None:
    posted = [str(luna.data(luna.publish())["publicaly_available_post_id"][0]) for _ in range(3)]
    luna.publish(privacy_level="SELF_ONLY")
    first = luna.videos(max_count=2).json()["data"]
    assert (ids(first), first["has_more"]) == (posted[:0:-1], True)
    second = luna.videos(max_count=2, cursor=first["cursor"]).json()["data"]
    assert (ids(second), second["has_more"]) == (posted[:1], False)


def test_only_the_fields_asked_for_come_back(luna: Caller) -> None:
    luna.publish(title="t" * 200)
    [video] = luna.videos(fields="id,title,share_url").json()["data"]["videos"]
    assert set(video) == {"id", "title", "share_url"}
    assert video["title"] == "t" * 150


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ("", {}),
        ("id,colour", {}),
        ("id", {"max_count": 0}),
        ("id", {"max_count": 21}),
        ("id", {"cursor": "now"}),
        ("id", {"page": 2}),
    ],
)
def test_a_wrong_question_is_invalid_params(luna: Caller, fields: str, body: dict[str, object]) -> None:
    status, code = code_of(luna.videos(fields=fields, **body))
    assert (status, code.removesuffix("s")) == (400, "invalid_param")


def test_a_query_tells_of_the_creators_own_public_posts_alone(luna: Caller) -> None:
    fern = Caller(luna.sandbox, "fernandfold")
    mine, theirs = ([*who.data(who.publish())["publicaly_available_post_id"]] for who in (luna, fern))
    asked = {"video_ids": [str(mine[0]), str(theirs[0]), "1"]}
    assert ids(luna.videos("query", filters=asked).json()["data"]) == [str(mine[0])]


@pytest.mark.parametrize(
    "filters", [None, {}, {"video_ids": []}, {"video_ids": ["1"] * 21}, {"video_ids": [1]}]
)
def test_a_query_names_one_to_twenty_ids_as_texts(luna: Caller, filters: object) -> None:
    assert code_of(luna.videos("query", filters=filters)) == (400, "invalid_params")


def test_both_need_the_list_scope(sandbox: Sandbox) -> None:
    caller = Caller(sandbox, scopes=["user.info.basic"])
    assert [code_of(caller.videos(call)) for call in ("list", "query")] == [(401, "scope_not_authorized")] * 2


def test_photos_are_listed_only_where_the_knob_says_so(nearby: Caller, host: MediaHost) -> None:
    nearby.settled(id_of(nearby.photos([host.put("/a.jpg", picture())])))
    assert ids(nearby.videos().json()["data"]) == []
    nearby.sandbox.control(settings={"list_photos": True})
    assert len(ids(nearby.videos().json()["data"])) == 1


def test_a_hidden_post_is_no_longer_listed(luna: Caller) -> None:
    publish_id = luna.publish()
    luna.sandbox.control(publishes=[{"publish_id": publish_id, "do": "hide"}])
    assert ids(luna.videos().json()["data"]) == []
    assert luna.data(publish_id)["publicaly_available_post_id"] == []


def test_the_numbers_are_those_that_were_ordered(luna: Caller) -> None:
    publish_id = luna.publish()
    asked = "view_count,like_count,comment_count,share_count"
    assert set(luna.videos(fields=asked).json()["data"]["videos"][0].values()) == {0}
    counts = {"views": 9_000_000_000, "likes": 41, "shares": 3}
    luna.sandbox.control(publishes=[{"publish_id": publish_id, "do": "count", "counts": counts}])
    [video] = luna.videos(fields=asked).json()["data"]["videos"]
    assert video == {
        "view_count": 9_000_000_000,
        "like_count": 41,
        "comment_count": 0,
        "share_count": 3,
    }


def test_only_what_tiktok_counts_can_be_ordered(luna: Caller) -> None:
    order = {"publish_id": luna.publish(), "do": "count", "counts": {"saves": 1}}
    with pytest.raises(requests.HTTPError, match="400"):
        luna.sandbox.control(publishes=[order])
