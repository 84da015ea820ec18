"""A video on its way through lost servers and reloaded pages, in a real browser; it arrives whole and is sent once."""

from __future__ import annotations

import hashlib
import random
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from accounts.tenancy import workspace_scope
from config.supervisor import parts
from scheduler.models import Media, Upload
from tests.browser.axe import violations
from tests.browser.studio import Studio, tiktok_environment
from tests.factories import clip_bytes
from tests.processes import Processes

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MEGABYTE = 1024 * 1024
CHUNK = 16 * MEGABYTE
SLOW = 12 * MEGABYTE
"""Bytes a second that the browser may send, so that there is something to interrupt."""


@pytest.fixture
def form(page: Page, studio: Studio) -> Page:
    """The composer of a video post, behind a slow line."""
    studio.sign_in(page)
    page.goto(studio.address("posts/new/"))
    page.locator("input[name=kind][value=video]").check()
    line = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", line)
    return page


@pytest.fixture
def film(studio: Studio) -> Path:
    """A playable clip of 60 MB; what follows it is noise in a box that players skip."""
    noise = 60 * MEGABYTE
    path = studio.clips / "autumn loaf.mp4"
    box = (noise + 8).to_bytes(4) + b"free"
    path.write_bytes(clip_bytes() + box + random.Random(3).randbytes(noise))
    return path


@pytest.fixture
def sent(form: Page) -> list[int]:
    """The offsets at which the browser has begun parts, as they come."""
    offsets: list[int] = []

    def on_request(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    form.on("request", on_request)
    return offsets


def row(page: Page) -> Locator:
    return page.locator("resumable-upload[data-target=media] ol > li")


def choose(page: Page, path: Path) -> None:
    page.locator("#id_media_file").set_input_files(path)


def safe(studio: Studio) -> int:
    with workspace_scope(studio.workspace):
        return sum(Upload.objects.values_list("offset", flat=True))


def start_again(processes: Processes, studio: Studio) -> None:
    """The site at the address where it was."""
    port = urlsplit(studio.url).port
    assert port is not None
    web = processes.start("web", parts.web("127.0.0.1", port), tiktok_environment(studio.tiktok))
    web.await_line(r"Listening at: ")


def await_part(page: Page) -> None:
    """Wait until one more part of the upload has been answered."""
    with page.expect_response(lambda answer: answer.request.method == "PATCH" and answer.status == 204):
        pass


def arrives(page: Page, studio: Studio, film: Path) -> None:
    expect(page.locator("resumable-upload .checks")).to_contain_text("H.264", timeout=60_000)
    with workspace_scope(studio.workspace):
        row = Media.objects.get()
    assert row.sha256 == hashlib.sha256(film.read_bytes()).hexdigest()
    assert page.locator("#id_media").input_value() == str(row.pk)


def test_an_upload_survives_a_killed_server(
    form: Page, studio: Studio, film: Path, sent: list[int], processes: Processes, expected: list[str]
) -> None:
    expected.extend(["ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "409", "Failed to fetch"])
    choose(form, film)
    expect(form.locator("[data-todo-list]")).to_contain_text("Wait for autumn loaf.mp4")
    await_part(form)

    studio.web.kill()
    expect(row(form)).to_contain_text("Waiting for a connection")
    start_again(processes, studio)

    arrives(form, studio, film)
    assert sent.count(0) == 1
    assert violations(form) == []


def test_an_upload_survives_a_reloaded_page(
    form: Page, studio: Studio, film: Path, sent: list[int], expected: list[str]
) -> None:
    expected.append("409 (Conflict)")  # the server may still be storing the part that the reload cut off
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    choose(form, film)
    await_part(form)
    await_part(form)

    form.reload()
    assert asked == ["beforeunload"]
    before = safe(studio)
    choose(form, film)

    arrives(form, studio, film)
    assert before >= 2 * CHUNK
    assert sent.count(0) == 1


def test_a_browser_that_forgot_an_upload_finds_it_on_the_page(
    form: Page, studio: Studio, film: Path, sent: list[int]
) -> None:
    form.on("dialog", lambda dialog: dialog.accept())
    choose(form, film)
    await_part(form)
    form.evaluate("localStorage.clear()")

    form.goto(studio.address("media/"))
    left = form.get_by_role("list", name="Unfinished uploads")
    expect(left).to_contain_text(
        re.compile(r"autumn loaf\.mp4: \d\d of 63 MB came. Choose the file again to go on.")
    )
    assert violations(form) == []
    form.goto(studio.address("posts/new/"))
    expect(left).to_contain_text("Discard")
    choose(form, film)

    expect(left).not_to_contain_text("autumn loaf.mp4")
    arrives(form, studio, film)
    assert sent.count(0) == 1


def test_an_upload_that_stopped_is_discarded_from_the_page(
    form: Page, studio: Studio, film: Path, expected: list[str]
) -> None:
    form.on("dialog", lambda dialog: dialog.accept())
    choose(form, film)
    await_part(form)
    form.reload()
    form.locator("#id_caption").fill("Rye, slowly")

    form.get_by_role("button", name="Discard the upload of autumn loaf.mp4").click()

    expect(form.get_by_text("“autumn loaf.mp4” discarded.")).to_be_visible()
    expect(form.get_by_text("Choose the file again to go on.")).to_have_count(0)
    expect(form.locator("#id_caption")).to_have_value("Rye, slowly")
    with workspace_scope(studio.workspace):
        assert not Upload.objects.exists()


def test_an_upload_is_paused_and_goes_on(form: Page, studio: Studio, film: Path, sent: list[int]) -> None:
    choose(form, film)
    await_part(form)
    expect(row(form)).to_contain_text(re.compile(r"MB/s"))

    row(form).get_by_role("button", name="Pause").click()
    expect(row(form)).to_contain_text("Paused; kept for a day")
    expect(form.locator("[data-todo-list]")).to_contain_text("Resume autumn loaf.mp4, or remove it")
    assert violations(form) == []
    row(form).get_by_role("button", name="Resume").click()

    arrives(form, studio, film)
    assert sent.count(0) == 1


def test_a_removed_upload_leaves_the_video_that_was_there(form: Page, studio: Studio, film: Path) -> None:
    small = studio.clips / "first.mp4"
    small.write_bytes(clip_bytes())
    choose(form, small)
    expect(form.locator("resumable-upload .checks")).to_contain_text("H.264")
    first = form.locator("#id_media").input_value()

    choose(form, film)
    await_part(form)
    assert form.locator("#id_media").input_value() == ""
    with form.expect_response(lambda answer: answer.request.method == "DELETE" and answer.status == 204):
        row(form).nth(1).get_by_role("button", name="Remove").click()

    expect(form.locator("#id_media")).to_have_value(first)
    expect(form.locator("[data-media-id] .name")).to_have_text("first.mp4")
