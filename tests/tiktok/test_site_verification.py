"""The signature files by which TikTok sees whose site this is (`tiktok-api.md` section 7.3)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from config import env

NAME = "TIKTOK_SITE_VERIFICATION"
CONTENT = "tiktok-developers-site-verification=AbC-1_2"


@pytest.fixture(autouse=True)
def files(settings: Settings) -> None:
    settings.TIKTOK_SITE_VERIFICATION = {"tiktokAbC-1_2.txt": CONTENT}


def test_a_file_stands_at_the_root_as_plain_text() -> None:
    answer = Client().get("/tiktokAbC-1_2.txt")
    assert (answer.status_code, answer.content.decode()) == (200, CONTENT)
    assert answer["Content-Type"] == "text/plain"
    assert Client().head("/tiktokAbC-1_2.txt").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/tiktokabc-1_2.txt", "/tiktokOther.txt", "/tiktok.txt", "/tiktokAbC-1_2.txt/", "/a/tiktokAbC-1_2.txt"],
)
def test_no_other_name_is_answered(path: str) -> None:
    assert Client().get(path).status_code == 404


def test_the_setting_names_each_file_and_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, f"tiktokAbC-1_2.txt={CONTENT}, tiktokXyZ.txt=second")
    assert env.site_files(NAME) == {"tiktokAbC-1_2.txt": CONTENT, "tiktokXyZ.txt": "second"}
    monkeypatch.setenv(NAME, "")
    assert env.site_files(NAME) == {}


@pytest.mark.parametrize(
    "value",
    [
        "tiktokAbC.txt",
        "tiktokAbC.txt=",
        "index.html=hello",
        "tiktok../etc.txt=x",
        "tiktok.txt=x",
        "tiktokA.txt=x,tiktokA.txt=y",
    ],
)
def test_a_malformed_setting_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=rf"{NAME} must hold pairs.*\.env\.example"):
        env.site_files(NAME)
