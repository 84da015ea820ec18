"""A form that is larger than any of ours is told so before anybody reads it; parts of uploads go on as they are."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Workspace
from config.body_limit import BodyLimit
from scheduler.importing.lists import MOST_BYTES
from tests.people import client_of, make_person, make_workspace
from tests.processes import Processes
from tests.scheduler.pages import address
from tests.scheduler.tus import begin, part


@pytest.fixture
def harbour(db: None) -> Workspace:
    return make_workspace(make_person("Alice"))


@pytest.fixture
def browser(harbour: Workspace) -> Client:
    """Alice's."""
    return client_of(harbour.memberships.get().user)


def form_of(size: int) -> dict[str, Any]:
    return {"list": SimpleUploadedFile("posts.csv", b"x" * size, "text/csv")}


def never(_: HttpRequest) -> HttpResponse:
    raise AssertionError("somebody read it")


def test_a_form_that_is_too_large_is_told_in_a_sentence(browser: Client, harbour: Workspace) -> None:
    answer = browser.post(address(harbour, "import_begin"), form_of(configured.LARGEST_FORM_BYTES))
    assert answer.status_code == 413
    assert "A list of posts has up to 1 MB." in answer.content.decode()


@pytest.mark.django_db
def test_nobody_needs_to_sign_in_to_be_refused() -> None:
    answer = Client(enforce_csrf_checks=True).post(
        reverse("account_login"), form_of(configured.LARGEST_FORM_BYTES)
    )
    assert answer.status_code == 413


def test_what_is_refused_is_read_by_nobody(settings: Settings, tmp_path: Path) -> None:
    settings.LARGEST_FORM_BYTES, settings.FILE_UPLOAD_TEMP_DIR = 1000, str(tmp_path)
    request = RequestFactory().post("/", form_of(3_000_000))
    assert BodyLimit(never)(request).status_code == 413
    assert list(tmp_path.iterdir()) == []
    assert request.read(1) == b""


def test_a_list_that_is_a_little_too_large_is_told_in_its_form(browser: Client, harbour: Workspace) -> None:
    answer = browser.post(address(harbour, "import_begin"), form_of(MOST_BYTES + 1))
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.content.decode()


def test_a_part_of_an_upload_may_be_larger(browser: Client, harbour: Workspace, settings: Settings) -> None:
    settings.LARGEST_FORM_BYTES = 1000
    place = begin(browser, harbour, 10_000)["Location"]
    assert part(browser, place, b"x" * 5000, at=0)["Upload-Offset"] == "5000"


def test_a_length_that_is_no_number_is_none() -> None:
    request = RequestFactory().get("/", CONTENT_LENGTH="much")
    assert BodyLimit(lambda _: HttpResponse("read"))(request).content == b"read"


@pytest.mark.slow
def test_a_browser_gets_the_page_although_it_sent_too_much(processes: Processes) -> None:
    web = processes.start_web()
    with closing(HTTPConnection(urlsplit(web.base_url).netloc, timeout=30)) as line:
        line.request("POST", "/login/", b"x" * 20_000_000)  # raises where the server hangs up before its end
        answer = line.getresponse()
        assert answer.status == 413
        assert b"This is too large to send" in answer.read()
    assert web.stop() == 0
