"""Each system check refuses the configuration it exists for, and passes production's."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.core.checks import CheckMessage

from config import checks

PRODUCTION: dict[str, Any] = {
    "DEBUG": False,
    "CRASHPOINTS": False,
    "PUBLIC_BASE_URL": "https://oncue.example",
    "TIKTOK_REDIRECT_URI": "https://oncue.example/connect/callback/",
    "TIKTOK_API_BASE_URL": "https://open.tiktokapis.com",
    "TIKTOK_AUTH_BASE_URL": "https://www.tiktok.com",
    "TIKTOK_CLIENT_KEY": "key",
    "TIKTOK_CLIENT_SECRET": "secret",
    "TOKEN_ENCRYPTION_KEYS": [base64.b64encode(bytes(range(32))).decode()],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "SECURE_HSTS_SECONDS": checks.YEAR,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SESSION_COOKIE_NAME": "__Host-session",
    "SESSION_COOKIE_SECURE": True,
}
ALL = (
    checks.keys_are_well_formed,
    checks.videos_can_be_fetched,
    checks.addresses_are_https,
    checks.tiktok_app_is_named,
    checks.nothing_of_development_is_on,
    checks.https_is_for_good,
    checks.session_cookie_is_tight,
    checks.scripts_are_ours,
    checks.limits_are_shared,
)


def problems(settings: Any, **different: Any) -> list[CheckMessage]:
    for name, value in (PRODUCTION | different).items():
        setattr(settings, name, value)
    return [message for check in ALL for message in check(None)]


def test_production_passes_every_check(settings: Any) -> None:
    assert problems(settings) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TOKEN_ENCRYPTION_KEYS", [], "oncue.E001"),
        ("TOKEN_ENCRYPTION_KEYS", ["short"], "oncue.E001"),
        ("PUBLIC_BASE_URL", "http://oncue.example", "oncue.E002"),
        ("TIKTOK_REDIRECT_URI", "http://oncue.example/connect/callback/", "oncue.E002"),
        ("TIKTOK_API_BASE_URL", "http://127.0.0.1:8010", "oncue.E002"),
        ("TIKTOK_AUTH_BASE_URL", "http://127.0.0.1:8010", "oncue.E002"),
        ("TIKTOK_CLIENT_KEY", "", "oncue.E003"),
        ("TIKTOK_CLIENT_SECRET", "", "oncue.E003"),
        ("DEBUG", True, "oncue.E004"),
        ("CRASHPOINTS", True, "oncue.E004"),
        ("INSTALLED_APPS", ["debug_toolbar"], "oncue.E004"),
        ("EMAIL_BACKEND", "config.mail.ConsoleAndFileBackend", "oncue.E004"),
        ("SECURE_HSTS_SECONDS", 3600, "oncue.E005"),
        ("SECURE_HSTS_INCLUDE_SUBDOMAINS", False, "oncue.E005"),
        ("SESSION_COOKIE_NAME", "sessionid", "oncue.E006"),
        ("SESSION_COOKIE_SECURE", False, "oncue.E006"),
        ("SESSION_COOKIE_HTTPONLY", False, "oncue.E006"),
        ("SESSION_COOKIE_SAMESITE", "None", "oncue.E006"),
        ("CONTENT_SECURITY_POLICY", {}, "oncue.E007"),
        ("CONTENT_SECURITY_POLICY", {"DIRECTIVES": {"script-src": ["'unsafe-inline'"]}}, "oncue.E007"),
        ("CACHES", {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, "oncue.E008"),
    ],
)
def test_a_weak_setting_is_refused(settings: Any, name: str, value: Any, expected: str) -> None:
    if name == "INSTALLED_APPS":
        value = [*settings.INSTALLED_APPS, *value]
        found = _with_installed_apps(settings, value)
    else:
        found = problems(settings, **{name: value})
    assert [message.id for message in found] == [expected]


@pytest.mark.parametrize(
    ("api", "site", "expected"),
    [
        ("https://open.tiktokapis.com", "http://oncue.example", ["oncue.E009"]),
        ("https://open.tiktokapis.com", "https://oncue.example", []),
        ("http://127.0.0.1:8010", "http://127.0.0.1:8000", []),
    ],
)
def test_tiktok_itself_fetches_videos_from_https_only(
    settings: Any, api: str, site: str, expected: list[str]
) -> None:
    settings.TIKTOK_VIDEO_SOURCE = "pull_from_url"
    settings.TIKTOK_API_BASE_URL, settings.PUBLIC_BASE_URL = api, site
    assert [message.id for message in checks.videos_can_be_fetched(None)] == expected


def test_a_malformed_key_is_never_shown(settings: Any) -> None:
    secret = "c2VjcmV0LW1hdGVyaWFs"
    (found,) = problems(settings, TOKEN_ENCRYPTION_KEYS=[secret])
    assert secret not in str(found)


def _with_installed_apps(settings: Any, apps: list[str]) -> list[CheckMessage]:
    """Named without being importable: setting INSTALLED_APPS for real would load the package."""
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    before = list(settings.INSTALLED_APPS)
    settings.INSTALLED_APPS[:] = apps
    try:
        return [message for check in ALL for message in check(None)]
    finally:
        settings.INSTALLED_APPS[:] = before
