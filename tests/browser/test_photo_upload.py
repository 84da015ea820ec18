"""The element that takes the images of a carousel, on a real site: an upload each, in an order people can change."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.tenancy import workspace_scope
from scheduler.models import Media
from tests.browser.axe import violations
from tests.browser.studio import Studio
from tests.clips import make_image, picture

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(page: Page, studio: Studio) -> Page:
    """The composer of a photo post."""
    studio.sign_in(page)
    page.goto(studio.address("posts/new/"))
    page.locator("input[name=kind][value=photo]").check()
    return page


def image(studio: Studio, name: str, data: bytes | None = None) -> Path:
    path = studio.clips / name
    path.write_bytes(data or make_image(picture(300, 500)))
    return path


def rows(page: Page) -> Locator:
    return page.locator("resumable-upload[data-target=images] ol > li")


def names(page: Page) -> list[str]:
    return page.locator("resumable-upload [data-slot=result] .name").all_inner_texts()


def field(page: Page) -> list[str]:
    return page.locator("#id_images").input_value().split(",")


def id_of(studio: Studio, name: str) -> str:
    with workspace_scope(studio.workspace):
        return str(Media.objects.get(original_name=name).pk)


def choose(page: Page, *paths: Path) -> None:
    page.locator("resumable-upload[data-target=images] input[type=file]").set_input_files(paths)


def test_images_are_sent_ordered_and_removed(form: Page, studio: Studio) -> None:
    choose(form, *(image(studio, f"{name}.jpg") for name in ("one", "two", "three")))
    expect(form.locator("resumable-upload[data-target=images] .checks")).to_have_count(3)
    assert names(form) == ["one.jpg", "two.jpg", "three.jpg"]
    assert violations(form) == []

    rows(form).nth(2).get_by_label("Cover").check()
    rows(form).nth(2).get_by_role("button", name="Show earlier").click()
    rows(form).nth(0).get_by_role("button", name="Remove").click()

    assert names(form) == ["three.jpg", "two.jpg"]
    assert field(form) == [id_of(studio, "three.jpg"), id_of(studio, "two.jpg")]
    expect(form.locator("photo-preview img")).to_have_count(2)
    assert form.locator("input[name=cover_index]:checked").input_value() == "0"
    expect(rows(form).nth(0).get_by_role("button", name="Show earlier")).to_be_disabled()


def test_a_bad_image_among_good_ones_is_named_and_stays_until_removed(form: Page, studio: Studio) -> None:
    choose(form, image(studio, "good.jpg"), image(studio, "page.jpg", b"<!doctype html>"))

    left = form.locator("[data-todo-list]")
    expect(form.locator("resumable-upload[data-target=images]")).to_contain_text(
        "“page.jpg” is not an image we can read"
    )
    expect(left).to_contain_text("Replace or remove page.jpg")

    rows(form).nth(1).get_by_role("button", name="Remove").click()
    expect(left).not_to_contain_text("page.jpg")
    assert field(form) == [id_of(studio, "good.jpg")]


def test_a_broken_connection_is_waited_for(form: Page, studio: Studio, expected: list[str]) -> None:
    expected.append("ERR_FAILED")
    form.route("**/uploads/**", lambda route: route.abort())
    choose(form, image(studio, "one.jpg"))
    expect(form.locator("resumable-upload[data-target=images]")).to_contain_text("Waiting for a connection")
    expect(form.locator("[data-todo-list]")).to_contain_text("Wait for one.jpg")

    form.unroute("**/uploads/**")

    expect(form.locator("resumable-upload[data-target=images] .checks")).to_have_count(1, timeout=30_000)
    assert field(form) == [id_of(studio, "one.jpg")]


def test_what_the_server_refuses_is_said_beside_the_file(
    form: Page, studio: Studio, expected: list[str]
) -> None:
    expected.append("400")
    choose(form, image(studio, "good.jpg"))
    expect(form.locator("resumable-upload[data-target=images] .checks")).to_have_count(1)
    empty = studio.clips / "empty.jpg"
    empty.write_bytes(b"")
    choose(form, empty)

    expect(rows(form).nth(1)).to_contain_text("This file is empty. Choose it again.")
    expect(form.locator("[data-todo-list]")).to_contain_text("Send empty.jpg again, or remove it")
    assert violations(form) == []

    rows(form).nth(1).get_by_role("button", name="Remove").click()
    assert field(form) == [id_of(studio, "good.jpg")]


def test_more_images_than_a_post_takes_are_left_out_and_said(form: Page, studio: Studio) -> None:
    form.locator("resumable-upload[data-target=images]").evaluate("(element) => element.dataset.max = 2")

    choose(form, *(image(studio, f"{number}.jpg") for number in range(3)))

    expect(form.locator("resumable-upload[data-target=images] .checks")).to_have_count(2)
    expect(form.locator("resumable-upload[data-target=images] > [data-slot=too-many]")).to_contain_text(
        "the others were left out"
    )
