"""Redirect URIs, by the rules of contract 2.7."""

from __future__ import annotations

import pytest

from tiktok.sandbox.redirects import is_acceptable


@pytest.mark.parametrize(
    "uri",
    ["https://oncue.example/connect/callback/", "https://app.oncue.example:8443/cb", "https://8.8.8.8/cb"],
)
def test_https_on_a_public_host_is_accepted(uri: str) -> None:
    assert is_acceptable(uri, allow_loopback=False)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/connect/callback/",
        "http://oncue.example/cb",
        "https://localhost/cb",
        "https://app.localhost/cb",
        "http://127.0.0.1:8000/cb",
        "https://10.0.0.5/cb",
        "https://web/cb",
        "https://oncue.example/cb?tenant=1",
        "https://oncue.example/cb?",
        "https://oncue.example/cb#top",
        "https://me@oncue.example/cb",
        "https://[broken/cb",
        "https://oncue.example/" + "a" * 490,
    ],
)
def test_anything_else_is_refused(uri: str) -> None:
    assert not is_acceptable(uri, allow_loopback=False)


@pytest.mark.parametrize(
    "uri", ["http://127.0.0.1:8000/cb", "http://localhost:8000/cb", "http://[::1]:8000/cb"]
)
def test_loopback_is_the_one_exception(uri: str) -> None:
    assert is_acceptable(uri, allow_loopback=True)


@pytest.mark.parametrize(
    "uri", ["http://oncue.example/cb", "http://127.0.0.1:8000/cb?tenant=1", "ftp://127.0.0.1/cb"]
)
def test_the_exception_lifts_no_other_rule(uri: str) -> None:
    assert not is_acceptable(uri, allow_loopback=True)


def test_a_registered_uri_is_matched_byte_for_byte() -> None:
    registered = ("https://oncue.example/cb/",)
    assert is_acceptable("https://oncue.example/cb/", allow_loopback=False, registered=registered)
    assert not is_acceptable("https://oncue.example/cb", allow_loopback=False, registered=registered)
