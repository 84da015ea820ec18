"""The double beside `tiktok-api.md`: it has the routes, fields, values, codes and numbers of the tables there."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
import requests

from tests.sandbox_process import Sandbox
from tests.tiktok.contract.document import codes_in, contract, numbers_in, statuses_in
from tiktok.sandbox import (
    chunks,
    creators,
    disconnecting,
    endpoints,
    envelopes,
    events,
    faults,
    images,
    limits,
    photo_rules,
    plans,
    posts,
    profiles,
    rules,
    signing,
    state,
    video_rules,
    videos,
)
from tiktok.sandbox.publishes import Post, Publish

from .caller import VIDEO, Caller, id_of, put
from .media_host import MediaHost, picture

CONTRACT = contract()
SOURCE = "\n".join(file.read_text() for file in Path(rules.__file__).parent.glob("*.py"))
ROUTES = sorted(tuple(route) for route in CONTRACT.routes)


def first_codes(section: str, column: str) -> list[str]:
    """The first thing in backticks of each row."""
    return [codes[0] for row in CONTRACT.table(section, column) if (codes := codes_in(row[column]))]


def fields(section: str, part: str) -> set[str]:
    """The fields of `part` in a table of request fields, as `part.name`."""
    return {
        name.removeprefix(f"{part}.") for name in first_codes(section, "Field") if name.startswith(f"{part}.")
    }


def row(section: str, column: str, cell: str) -> dict[str, str]:
    """The row whose cell under `column` holds these words."""
    return next(row for row in CONTRACT.table(section, column) if cell in row[column])


def codes_with_status() -> dict[str, int]:
    """Every `error.code` of the data APIs with its HTTP status. Creator info's own 200s are another test's."""
    found = statuses_in(CONTRACT.errors.partition("[O5]")[0]) | statuses_in(
        row("10", "Endpoint", "Errors")["Facts"]
    )
    for section in ("1.4", "6.4"):
        for line in CONTRACT.table(section, "HTTP"):
            status = 500 if line["HTTP"] == "5xx" else int(line["HTTP"])
            found |= dict.fromkeys(codes_in(line["`error.code`"]), status)
    return found


def test_the_routes_are_those_of_the_contract_and_the_upload_of_our_own() -> None:
    assert set(endpoints.ROUTES.values()) - {("PUT", "/upload/")} == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_route_answers_in_the_running_process(sandbox: Sandbox, method: str, path: str) -> None:
    assert requests.request(method, sandbox.base_url + path, timeout=5).status_code not in (404, 405)


def test_codes_have_the_status_of_the_contract() -> None:
    assert codes_with_status() == envelopes.HTTP_STATUS


def test_creator_info_refuses_posting_with_the_codes_that_come_as_200() -> None:
    table = CONTRACT.table("5", "HTTP")
    as_200 = {code for line in table if "200" in line["HTTP"] for code in codes_in(line["`error.code`"])}
    assert as_200 - {"ok"} == envelopes.POSTING_REFUSALS


def test_no_code_is_said_that_the_contract_does_not_have() -> None:
    oauth = {
        code
        for codes in (codes_in(line["`error`"]) for line in CONTRACT.table("2.4", "`error`"))
        for code in codes
    }
    assert set(re.findall(r'[( ]Refusal\(\s*"(\w+)"', SOURCE)) <= set(codes_with_status())
    assert set(re.findall(r'OAuthRefusal\(\s*"(\w+)"', SOURCE)) <= oauth
    assert set(re.findall(r"UploadRefusal\((\d+)\)", SOURCE)) <= {
        line["HTTP"] for line in CONTRACT.table("7.2", "HTTP")
    }


def test_no_fail_reason_is_given_that_the_contract_does_not_have() -> None:
    written = set(first_codes("9.1", "`fail_reason`"))
    given = set(re.findall(r'PullFailed\(\s*"(\w+)"|fail\(sandbox, publish, "(\w+)"', SOURCE))
    assert {reason for pair in given for reason in pair if reason} <= written
    assert {"video_pull_failed", "photo_pull_failed"} <= written


def test_scopes_are_those_of_the_contract() -> None:
    assert set(endpoints.SCOPES) == set(first_codes("3", "Scope"))


def test_user_fields_need_the_scopes_of_the_contract() -> None:
    table = CONTRACT.table("4", "Field")
    expected = {field: codes_in(line["Scope"])[0] for line in table for field in codes_in(line["Field"])}
    assert expected == profiles.USER_FIELDS


def test_creator_info_has_the_fields_and_options_of_the_contract(luna: Caller) -> None:
    data = luna.creator_info().json()["data"]
    assert set(data) == set(first_codes("5", "`data` field"))
    public, private = row("5", "`data` field", "privacy_level_options")["Meaning"].split(";")
    luna.sandbox.control(creators={"luna.bakes": {"private": True}})
    options = [data, luna.creator_info().json()["data"]]
    assert [each["privacy_level_options"] for each in options] == [codes_in(public), codes_in(private)]


def test_the_token_request_and_answer_have_the_fields_of_the_contract(luna: Caller) -> None:
    assert set(luna.tokens) == set(luna.refresh().json()) == set(first_codes("2.3", "Field"))
    facts = {
        line["Fact"]: numbers_in(line["Value"])[0]
        for line in CONTRACT.table("2.3", "Fact")
        if numbers_in(line["Value"])
    }
    settings = state.Settings()
    assert settings.access_seconds == facts["Access token life"] * 3_600
    assert settings.refresh_seconds == facts["Refresh token life"] * state.DAY


def test_a_video_init_takes_the_fields_of_the_contract() -> None:
    assert fields("6.1", "post_info") == video_rules.POST_FIELDS
    assert fields("6.1", "source_info") == video_rules.SOURCE_FIELDS
    table = CONTRACT.table("6.1", "Field")
    flags = {
        codes_in(line["Field"])[0].removeprefix("post_info.") for line in table if line["Type"] == "bool"
    }
    assert flags == set(video_rules.POST_FLAGS)
    assert video_rules.MAX_TITLE_UNITS in numbers_in(row("6.1", "Field", "post_info.title")["Rule"])
    levels = codes_in(row("6.1", "Field", "post_info.privacy_level")["Rule"])
    assert set(levels) - {"privacy_level_options"} == creators.PRIVACY_LEVELS


def test_a_photo_init_takes_the_fields_and_limits_of_the_contract() -> None:
    assert {name for name in first_codes("8", "Field") if "." not in name} | {
        "post_info",
        "source_info",
    } == photo_rules.FIELDS
    assert fields("8", "post_info") == photo_rules.POST_FIELDS
    assert fields("8", "source_info") == photo_rules.SOURCE_FIELDS
    table = CONTRACT.table("8", "Field")
    direct = {
        codes_in(line["Field"])[0] for line in table if "DIRECT_POST" in line["Required"] + line["Rule"]
    }
    only_direct = {name.removeprefix("post_info.") for name in direct if name.startswith("post_info.")}
    assert only_direct == photo_rules.POST_FIELDS - photo_rules.DRAFT_FIELDS
    assert numbers_in(row("8", "Field", "post_info.title")["Rule"])[0] == photo_rules.MAX_TITLE_UNITS
    assert (
        numbers_in(row("8", "Field", "post_info.description")["Rule"])[0] == photo_rules.MAX_DESCRIPTION_UNITS
    )
    assert numbers_in(row("8", "Field", "photo_images")["Rule"])[:2] == [1, photo_rules.MAX_IMAGES]
    modes = codes_in(row("8", "Field", "post_mode")["Rule"])
    assert modes == [photo_rules.DIRECT_POST, photo_rules.MEDIA_UPLOAD]


def test_inits_answer_within_the_lengths_and_prefixes_of_the_contract(
    nearby: Caller, host: MediaHost
) -> None:
    photo, video = host.put("/a.jpg", picture()), host.put("/v", VIDEO)
    inbox = {"source_info": {"source": "PULL_FROM_URL", "video_url": video}}
    begun = [nearby.begin(), nearby.inbox().json()["data"]]
    pulled = [id_of(nearby.pull(video)), id_of(nearby.inbox(**inbox)), id_of(nearby.photos([photo]))]
    ids = [each["publish_id"] for each in begun] + pulled
    longest_id, longest_url = (numbers_in(line["Limit"])[0] for line in CONTRACT.table("6.3", "Field"))
    prefixes = {code for code in codes_in(row("6.3", "Field", "publish_id")["Limit"]) if code.endswith("~")}
    assert {f"{publish_id.partition('~')[0]}~" for publish_id in ids} == prefixes
    assert all(len(publish_id) <= longest_id for publish_id in ids)
    assert all(len(each["upload_url"]) <= longest_url for each in begun)


def test_chunk_plans_and_statuses_are_those_of_the_contract() -> None:
    for line in CONTRACT.table("7.1", "Size"):
        numbers = [numbers_in(line[name])[0] for name in ("Bytes", "`chunk_size`", "`total_chunk_count`")]
        plan = plans.UploadPlan(*numbers)
        plans.check_plan(plan)
        first, last = plan.span(plan.chunk_size * (plan.total_chunk_count - 1))
        assert f"`bytes {first}-{last}/{plan.video_size}`" == line["Last `Content-Range`"]
    assert numbers_in(row("7.1", "Rule", "Count")["Value"]) == [1, plans.MAX_CHUNKS]
    assert codes_in(row("7.2", "Header", "Content-Type")["Value"]) == [
        "video/mp4",
        "video/quicktime",
        "video/webm",
    ]
    assert set(codes_in(row("7.2", "Header", "Content-Type")["Value"])) == chunks.CONTENT_TYPES


def test_the_official_chunk_example_goes_through(luna: Caller) -> None:
    size, chunk = 50_000_123, 10_000_000
    url = luna.begin(size, chunk, 5)["upload_url"]
    ends = [*range(0, 5 * chunk, chunk), size]
    statuses = [put(url, bytes(end - start), start, size).status_code for start, end in pairwise(ends)]
    assert statuses == [206, 206, 206, 206, 201]


def test_statuses_and_their_fields_are_those_of_the_contract(luna: Caller) -> None:
    assert set(first_codes("9", "Status")) == set(posts.Status)
    written = set(first_codes("9", "`data` field"))
    luna.sandbox.fault("fail", skip=1)
    answers = [luna.data(luna.publish()), luna.data(luna.publish()), luna.data(luna.draft())]
    assert all(set(data) <= written for data in answers)
    assert set().union(*answers) | {"downloaded_bytes"} == written


def test_the_post_id_is_a_number_of_19_digits(luna: Caller) -> None:
    [post_id] = luna.data(luna.publish())["publicaly_available_post_id"]
    assert isinstance(post_id, int)
    assert len(str(post_id)) == 19


def test_media_limits_are_those_of_the_contract() -> None:
    assert row("11", "Image", "Size")["Value"] == f"at most {images.MAX_IMAGE_BYTES // 10**6} MB each"
    assert numbers_in(row("11", "Image", "Count")["Value"]) == [photo_rules.MAX_IMAGES]
    assert row("11", "Video", "Size")["Value"] == f"at most {plans.MAX_VIDEO_BYTES // 10**9} GB"


def test_webhooks_have_the_keys_events_and_contents_of_the_contract() -> None:
    body = signing.event_body(client_key="k", event="e", create_time=1, user_openid="o", content={})
    assert re.findall(r'"(\w+)":', body) == first_codes("12.3", "Key")
    table = {
        codes_in(line["Event"])[0]: codes_in(line["`content` keys"])
        for line in CONTRACT.table("12.4", "Event")
    }
    publish = Publish("p", "luna.bakes", "k", 0.0, posts=[Post(1, 1.0, creators.PUBLIC)])
    for name in set(events.EventName) - {events.EventName.REMOVED}:
        extra = {"reason": "internal"} if name == events.EventName.FAILED else {}
        event = events.Event(1.0, name, 1, extra)
        assert set(events.content_of(publish, event, post_id_as_text=False)) == set(table[name])
    reasons = numbers_in(row("12.4", "Event", "authorization.removed")["`content` keys"])
    assert [int(reason) for reason in disconnecting.Removal] == reasons


def test_the_display_api_has_the_fields_and_limits_of_the_contract() -> None:
    written = {code for line in CONTRACT.table("13.3", "Field") for code in codes_in(line["Field"])}
    assert set(videos.FIELDS) == written
    assert numbers_in(row("13.1", "Item", "max_count")["Value"])[-2:] == [
        videos.DEFAULT_COUNT,
        videos.MAX_VIDEOS,
    ]


def test_limits_are_those_of_the_contract() -> None:
    names = {
        "video init (direct)": ["video_init"],
        "inbox init": ["inbox_init"],
        "photo init": ["photo_init"],
        "creator info": ["creator_info"],
        "status fetch": ["status"],
        "user info, video list, video query": ["user_info", "video_list", "video_query"],
    }
    written = {
        endpoint: numbers_in(row("14", "Limit", name)["Value"])[0]
        for name, found in names.items()
        for endpoint in found
    }
    assert written == limits.PER_MINUTE
    assert numbers_in(row("14", "Limit", "Pending inbox shares")["Value"])[0] == state.Settings().pending_cap
    assert numbers_in(row("14", "Limit", "posting users")["Value"])[0] == limits.UNAUDITED_USERS
    assert (
        numbers_in(row("14", "Limit", "Direct posts per creator")["Value"])[0]
        == creators.Creator("c", "C").daily_cap
    )


def test_every_answer_carries_a_log_id(luna: Caller) -> None:
    answers = [luna.creator_info(), luna.status("none")]
    assert all(set(answer.json()["error"]) == {"code", "message", "log_id"} for answer in answers)
    assert all(answer.json()["error"]["log_id"] for answer in answers)


def test_every_kind_of_fault_says_when_it_strikes() -> None:
    after = {kind for kind in faults.FaultKind if faults.Fault(kind).effect}
    assert after == {"lose", "reset", "cut", "stall", "huge", "hang", "malformed", "slow"}
