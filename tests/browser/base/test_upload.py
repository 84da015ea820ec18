"""The upload in the composer, before a server of tus: what each of its answers makes of the page.

That files arrive whole on a real server, and survive its death, is in `test_resumable_upload.py` and
`test_photo_upload.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

pytestmark = pytest.mark.slow

CHECKED = '<div class="up" data-media-id="42"><p class="name">loaf.mp4</p><p>1080 × 1920</p></div>'
CLIP = {"name": "pão é bom.mp4", "mimeType": "video/mp4", "buffer": b"\0" * 2000}
TUS = {"Tus-Resumable": "1.0.0"}
PLACE = "/components/upload/1/"
TROUBLE = "Our server could not take the file."


@dataclass
class Server:
    """Takes every upload and answers with `fragment`, or refuses with `refusal` (status, body, headers)."""

    page: Page
    fragment: str = CHECKED
    refusal: tuple[int, str, dict[str, str]] | None = None
    requests: list[Request] = field(default_factory=list)
    held: list[Route] = field(default_factory=list)
    holds: bool = False

    def __post_init__(self) -> None:
        self.page.route("**/components/upload/**", self.answer)

    def answer(self, route: Route) -> None:
        request = route.request
        self.requests.append(request)
        if request.method == "PATCH" and self.holds:
            self.held.append(route)
        elif self.refusal and request.method == "POST":
            status, body, headers = self.refusal
            route.fulfill(status=status, body=body, headers=headers)
        elif request.method == "GET":
            route.fulfill(body=self.fragment, content_type="text/html; charset=utf-8")
        elif request.method == "POST":
            route.fulfill(status=201, headers=TUS | {"Location": PLACE, "Upload-Offset": "0"})
        elif request.method == "HEAD":
            route.fulfill(status=200, headers=TUS | {"Upload-Offset": "0", "Upload-Length": "2000"})
        else:
            route.fulfill(status=204, headers=TUS | {"Upload-Offset": "2000"})

    def asked(self, method: str) -> list[Request]:
        return [request for request in self.requests if request.method == method]


@pytest.fixture
def server(composer: Page) -> Server:
    return Server(composer)


def choose(page: Page) -> None:
    page.locator("#id_media_file").set_input_files([CLIP])


def media(page: Page) -> Locator:
    return page.locator("#id_media")


def test_a_video_goes_up_apart_from_the_form_with_the_token(composer: Page, server: Server) -> None:
    choose(composer)
    expect(composer.get_by_text("1080 × 1920")).to_be_visible()
    [begun], [sent] = server.asked("POST"), server.asked("PATCH")
    assert begun.headers["upload-length"] == "2000"
    assert begun.headers["upload-metadata"].startswith("filename cMOjbyDDqSBib20ubXA0")
    assert (sent.headers["upload-offset"], sent.headers["content-type"]) == (
        "0",
        "application/offset+octet-stream",
    )
    for request in (begun, sent):
        assert re.fullmatch(r"\w{64}", request.headers["x-csrftoken"])
    expect(media(composer)).to_have_value("42")
    expect(composer.get_by_role("link", name="Add a video")).to_have_count(0)
    expect(composer.get_by_text("Replace the video")).to_be_visible()


def test_the_local_file_is_previewed_at_once(composer: Page, server: Server) -> None:
    server.holds = True
    choose(composer)
    expect(composer.locator("video[data-preview]")).to_have_attribute("src", re.compile("^blob:"))


@pytest.mark.parametrize(
    ("status", "body", "headers", "sentence"),
    [
        (413, '{"error": "There is no room for it."}', TUS, "There is no room for it."),
        (503, '{"error": "The disk is full."}', TUS, "The disk is full."),
        (400, "too big", TUS, TROUBLE),
        (403, "<h1>Sign in</h1>", {"Content-Type": "text/html"}, "You are signed out."),
    ],
)
def test_a_refusal_is_a_sentence_and_keeps_everything(
    composer: Page,
    server: Server,
    expected: list[str],
    status: int,
    body: str,
    headers: dict[str, str],
    sentence: str,
) -> None:
    expected.append("Failed to load resource")
    composer.get_by_role("textbox", name="Caption").fill("Kept")
    server.refusal = (status, body, headers)
    choose(composer)
    expect(composer.get_by_role("alert").filter(visible=True)).to_contain_text(sentence)
    expect(composer.get_by_role("link", name="Send pão é bom.mp4 again, or remove it")).to_be_visible()
    expect(composer.get_by_role("textbox", name="Caption")).to_have_value("Kept")


def test_a_refused_file_is_sent_again_without_choosing_it_again(
    composer: Page, server: Server, expected: list[str]
) -> None:
    expected.append("413")
    server.refusal = (413, '{"error": "There is no room for it."}', TUS)
    choose(composer)
    expect(composer.get_by_role("alert").filter(visible=True)).to_be_visible()
    server.refusal = None
    composer.get_by_role("button", name="Try again").click()
    expect(composer.get_by_text("1080 × 1920")).to_be_visible()
    expect(composer.get_by_role("alert").filter(visible=True)).to_have_count(0)
    expect(media(composer)).to_have_value("42")


def test_a_file_that_arrived_and_cannot_be_posted_keeps_schedule_off(composer: Page, server: Server) -> None:
    server.fragment = '<div class="up" data-todo="Replace the video" data-todo-if=""><p>Too long.</p></div>'
    choose(composer)
    expect(composer.get_by_text("Too long.")).to_be_visible()
    expect(media(composer)).to_have_value("")
    expect(composer.get_by_role("link", name="Replace the video")).to_be_visible()
    expect(composer.get_by_role("button", name="Schedule")).to_be_disabled()


def test_while_a_new_video_is_on_its_way_the_old_one_cannot_be_scheduled(
    composer: Page, server: Server
) -> None:
    choose(composer)
    expect(media(composer)).to_have_value("42")
    server.holds = True
    choose(composer)
    expect(composer.get_by_role("link", name="Wait for pão é bom.mp4")).to_be_visible()
    expect(composer.get_by_role("progressbar", name="Upload of pão é bom.mp4")).to_be_visible()
    expect(media(composer)).to_have_value("")
    composer.get_by_role("button", name="Remove").filter(visible=True).click()
    expect(composer.get_by_role("progressbar").filter(visible=True)).to_have_count(0)
    expect(media(composer)).to_have_value("42")
    composer.unroute_all(behavior="ignoreErrors")


def test_leaving_the_page_during_an_upload_asks_first(composer: Page, server: Server) -> None:
    server.holds = True
    choose(composer)
    expect(composer.get_by_role("progressbar").filter(visible=True)).to_be_visible()
    asked: list[str] = []
    composer.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    composer.get_by_role("textbox", name="Caption").click()  # a browser asks only people who touched the page
    composer.evaluate("location.assign('/components/')")
    composer.wait_for_timeout(0)
    expect(composer).to_have_url(re.compile("/composer/$"))
    assert asked == ["beforeunload"]
    composer.close()  # with the request still held: released, it would reach a server that has no such page


@pytest.mark.parametrize(
    ("bytes_", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_000, "1.00 kB"),
        (15_000_000, "15.0 MB"),
        (1_800_000_000, "1.80 GB"),
    ],
)
def test_sizes_are_written_in_decimal_units(composer: Page, bytes_: int, words: str) -> None:
    assert composer.evaluate("async (n) => (await import('/static/js/pace.js')).size(n)", bytes_) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "A few seconds left"),
        (47, "About 50 seconds left"),
        (58, "About a minute left"),
        (200, "About 3 minutes left"),
    ],
)
def test_the_time_left_is_written_in_words(composer: Page, seconds: int, words: str) -> None:
    assert (
        composer.evaluate("async (s) => (await import('/static/js/pace.js')).remaining(s)", seconds) == words
    )


def test_no_speed_is_guessed_in_the_first_second(composer: Page) -> None:
    readings = composer.evaluate(
        """async () => { const pace = new (await import("/static/js/pace.js")).Pace(100_000_000);
        return [[0, 0], [5e6, 500], [10e6, 1000], [1e8, 9000]].map(([sent, at]) => pace.at(sent, at)) }"""
    )
    assert [reading["speed"] for reading in readings] == ["", "", "10.0 MB/s", ""]
    assert [reading["left"] for reading in readings] == [
        "",
        "",
        "About 10 seconds left",
        "Checking the video",
    ]
