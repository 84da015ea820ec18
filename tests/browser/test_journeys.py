"""The journeys of ui.md 3.1 from end to end, where no other file walks all of one: from nothing to a published post,
and what failed told in four places, on the running stack; a post without JavaScript; two who edit one post.

A week by mouse is in `test_calendar.py`, thirty videos in `test_import.py`, support in `tests/scheduler/test_admin.py`.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import workspace_scope
from config.supervisor import parts
from scheduler.models import Post
from tests.browser.axe import violations
from tests.browser.studio import Studio, tiktok_environment
from tests.factories import clip_bytes, make_media, make_post
from tests.people import PASSWORD
from tests.processes import Processes
from tests.sandbox_process import Sandbox, free_port, start_sandbox

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

GOES_OUT = 60_000
"""Milliseconds in which a post that is due gets to TikTok and through its checks."""


@dataclass
class House:
    """The whole stack for somebody who has never been there, and the letters that it writes."""

    url: str
    tiktok: Sandbox
    letters: Path
    clips: Path


@pytest.fixture
def house(processes: Processes, tmp_path: Path, state_folder: Path, origins: set[str]) -> Iterator[House]:
    """Web server, worker and beat at an address that TikTok's consent page leads back to."""
    sandbox = start_sandbox(tmp_path, allow_loopback=True)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = tiktok_environment(sandbox) | {"PUBLIC_BASE_URL": url}
    origins.update({url, sandbox.base_url})
    processes.start_worker(env=environment)
    processes.start_beat(env=environment)
    web = processes.start("web", parts.web("127.0.0.1", port), environment)
    web.await_line(r"Booting worker")
    yield House(url, sandbox, state_folder / "mail", tmp_path)
    sandbox.stop()


def letter(folder: Path) -> tuple[str, str]:
    """Subject and text of the newest mail."""
    newest = max(folder.glob("*.eml"))
    message = email.message_from_bytes(newest.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(message["Subject"]), str(body.get_content())


def test_first_run_from_signing_up_to_a_published_post(page: Page, house: House) -> None:
    page.goto(house.url)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Dora")
    page.get_by_label("Email").fill("dora@people.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your mail")).to_be_visible()
    [link] = re.findall(rf"{house.url}\S+", letter(house.letters)[1])
    page.goto(link)
    page.get_by_role("button", name="Confirm email").click()

    page.get_by_label("Workspace name").fill("Harbour Social")
    page.get_by_role("button", name="Create workspace").click()
    expect(page.locator("[aria-current=step]")).to_have_text("Connect TikTok")
    page.get_by_role("button", name="Connect TikTok").click()
    page.locator("input[value='luna.bakes']").check()
    page.get_by_role("button", name="Allow").click()
    page.get_by_role("button", name="Connect this account").click()

    page.wait_for_url("**/posts/new/**")
    expect(page.locator("#creator")).to_contain_text("Luna Bakes")
    film = house.clips / "autumn loaf.mp4"
    film.write_bytes(clip_bytes())
    page.locator("#id_media_file").set_input_files(film)
    page.get_by_role("textbox", name="Caption").fill("Autumn loaf 🍂 #sourdough")
    page.get_by_label("Who can watch this post").select_option(label="Everyone")
    page.get_by_role("radio", name="Post now").check()
    expect(page.locator("[data-todo-list]")).to_contain_text("Ready", timeout=GOES_OUT)
    page.get_by_role("button", name="Post now").click()

    page.wait_for_url(re.compile(r"/posts/[0-9a-f-]{36}/$"))
    page.evaluate("window.same = true")
    expect(page.locator("#why")).to_have_text("Published by Luna Bakes", timeout=GOES_OUT)
    assert page.evaluate("window.same"), "the page was loaded again"
    assert page.locator("#live").get_attribute("hx-trigger") is None
    for step in ("Dora scheduled it", "TikTok has it", "Published"):
        expect(page.locator(".timeline")).to_contain_text(step)
    assert house.tiktok.posts_on_page("luna.bakes") == 1
    assert violations(page) == []


def test_what_failed_is_told_in_four_places_with_one_sentence_and_one_button(
    page: Page, studio: Studio, processes: Processes, state_folder: Path
) -> None:
    studio.tiktok.fault("fail", fail_reason="spam_risk_text")
    post = make_post(studio.luna, make_media(studio.workspace), studio.alice, caption="Miracle loaf")
    sentence, button = "TikTok found the caption risky", "Edit the caption"
    there = re.compile(rf"/posts/{post.pk}/$")
    processes.start_beat(env=tiktok_environment(studio.tiktok))
    studio.sign_in(page)
    page.goto(studio.address(f"posts/{post.pk}/"))
    expect(page.locator("#why")).to_have_text(sentence, timeout=GOES_OUT)

    page.goto(studio.address("media/"))
    banner = page.locator(".banner", has_text=sentence)
    expect(page.locator(".rail [data-section=posts] .count")).to_have_text("1")
    assert violations(page) == []
    banner.get_by_role("link", name=button).click()
    expect(page).to_have_url(there)

    page.locator(".rail [data-section=posts]").click()
    expect(page.locator("tbody tr")).to_contain_text([sentence])
    page.goto(studio.address("calendar/"))
    card = page.locator(f"[id='p-{post.pk}']")
    expect(card).to_contain_text(sentence)
    expect(card).to_contain_text(button)
    assert violations(page) == []
    card.get_by_role("link", name=re.compile(r", Miracle loaf$")).click()
    expect(page).to_have_url(there)
    expect(page.locator("#why")).to_have_text(sentence)

    page.locator(".outcome").get_by_role("link", name=button).click()
    page.wait_for_url("**/edit/")
    subject, text = letter(state_folder / "mail")
    assert subject == f"{sentence} – {studio.workspace.name}"
    assert re.search(rf"{button}: \S+/posts/{post.pk}/", text)


def test_without_javascript_a_post_is_composed_and_scheduled(
    browser: Browser, page: Page, desk: Studio
) -> None:
    make_media(desk.workspace, original_name="autumn loaf.mp4")
    desk.sign_in(page)
    with browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ) as context:
        plain = context.new_page()
        plain.goto(desk.address("calendar/"))
        plain.get_by_role("link", name="New post").first.click()
        plain.get_by_role("textbox", name="Caption").fill("Typed without a script")
        plain.get_by_role("button", name="Take one from the library").first.click()
        plain.get_by_role("button", name="autumn loaf.mp4").click()

        expect(plain.get_by_role("textbox", name="Caption")).to_have_value("Typed without a script")
        plain.get_by_role("button", name="Schedule").click()
        expect(plain.get_by_role("alert")).to_contain_text("Choose a day.")
        plain.get_by_role("radio", name="Pick a time").check()
        plain.get_by_label("Day", exact=True).fill("2027-06-01")
        plain.get_by_role("combobox", name="Time").fill("12:30")
        plain.get_by_label("Who can watch this post").select_option(label="Everyone")
        plain.get_by_role("button", name="Schedule").click()

        expect(plain.get_by_role("heading", level=1)).to_have_text("Typed without a script")
        expect(plain.locator(".post-title")).to_contain_text("Scheduled")
        plain.get_by_role("button", name="Cancel this post").click()
        expect(plain.locator(".post-title")).to_contain_text("Cancelled")
    with workspace_scope(desk.workspace):
        assert Post.objects.get(workspace=desk.workspace).due_local == "2027-06-01T12:30:00"


def test_without_javascript_what_a_choice_opens_is_open(browser: Browser, page: Page, desk: Studio) -> None:
    desk.sign_in(page)
    with browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    ) as context:
        plain = context.new_page()
        plain.goto(desk.address("posts/new/"))
        expect(plain.get_by_label("Branded content")).to_be_visible()
        expect(plain.get_by_label("Day", exact=True)).to_be_visible()


def test_two_browsers_that_edit_one_post_see_both_versions(
    browser: Browser, page: Page, desk: Studio, expected: list[str]
) -> None:
    expected.append("409")
    post = make_post(desk.luna, make_media(desk.workspace), desk.alice, caption="First words")
    with workspace_scope(desk.workspace):
        Post.objects.filter(pk=post.pk).update(status="draft", next_step_at=None)
    desk.sign_in(page)
    with browser.new_context(storage_state=page.context.storage_state()) as context:
        other = context.new_page()
        for each in (page, other):
            each.goto(desk.address(f"posts/{post.pk}/edit/"))
        other.get_by_role("textbox", name="Caption").fill("Rui was quicker")
        other.get_by_role("button", name="Save draft").click()
        other.wait_for_url(re.compile(rf"/posts/{post.pk}/$"))
        other.goto("about:blank")

    page.get_by_role("textbox", name="Caption").fill("Alice was second")
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 409):
        page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("region", name="What you wrote")).to_contain_text("Alice was second")
    expect(page.get_by_role("region", name="What is saved now")).to_contain_text("Rui was quicker")
    assert violations(page) == []
    page.get_by_role("button", name="Keep what I wrote").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alice was second")
