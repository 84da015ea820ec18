"""What `manage.py check` asks beyond Django: can this configuration keep its promises?

The keyring is asked about everywhere; the rest only with `--deploy`, because one machine may use plain http (R-68).
Every sentence names the variable or setting, never a secret's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.files.storage import default_storage

from scheduler import files
from tiktok import keyring

if TYPE_CHECKING:
    from scheduler.storage import Bucket

YEAR = 365 * 24 * 3600
HTTPS_SETTINGS = ("PUBLIC_BASE_URL", "TIKTOK_REDIRECT_URI", "TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL")
DEVELOPMENT_MAIL = ("config.mail", "console", "locmem", "filebased", "dummy")
DEVELOPMENT_APPS = {"debug_toolbar", "django_extensions", "silk", "django_browser_reload"}
Apps = Sequence[AppConfig] | None


@register(Tags.security)
def keys_are_well_formed(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """The vault could open and seal with `TOKEN_ENCRYPTION_KEYS`."""
    try:
        keyring.load(settings.TOKEN_ENCRYPTION_KEYS)
    except keyring.KeyringError as error:
        return [Error(str(error), hint=".env.example shows how to make one.", id="oncue.E001")]
    return []


@register(Tags.compatibility)
def videos_can_be_fetched(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """TikTok itself fetches from https addresses only (tiktok-api.md 7.3); a sandbox on this machine takes http."""
    fetched = settings.TIKTOK_VIDEO_SOURCE == "pull_from_url"
    at_tiktok = (urlsplit(settings.TIKTOK_API_BASE_URL).hostname or "").endswith("tiktokapis.com")
    if fetched and at_tiktok and urlsplit(settings.PUBLIC_BASE_URL).scheme != "https":
        return [
            Error(
                "TIKTOK_VIDEO_SOURCE=pull_from_url needs an https PUBLIC_BASE_URL: TikTok fetches from there.",
                id="oncue.E009",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def addresses_are_https(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Neither people, nor TikTok's redirect, nor tokens travel in the clear."""
    return [
        Error(f"{name} must start with https:// in production.", id="oncue.E002")
        for name in HTTPS_SETTINGS
        if urlsplit(getattr(settings, name)).scheme != "https"
    ]


@register(Tags.security, deploy=True)
def tiktok_app_is_named(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Without the app's credentials nothing may call TikTok's hosts, so nothing could be posted."""
    return [
        Error(f"{name} is empty: TikTok is never called without it.", id="oncue.E003")
        for name in ("TIKTOK_CLIENT_KEY", "TIKTOK_CLIENT_SECRET")
        if not getattr(settings, name)
    ]


@register(Tags.security, deploy=True)
def nothing_of_development_is_on(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """No debug pages or apps, no fault injection, no mail into a file."""
    found = [name for name in ("DEBUG", "CRASHPOINTS") if getattr(settings, name)]
    found += sorted(DEVELOPMENT_APPS.intersection(settings.INSTALLED_APPS))
    if any(part in settings.EMAIL_BACKEND for part in DEVELOPMENT_MAIL):
        found.append("EMAIL_BACKEND")
    return [Error(f"{name} is for development only.", id="oncue.E004") for name in found]


@register(Tags.security, deploy=True)
def https_is_for_good(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Browsers are told for a year, sub-domains included."""
    if settings.SECURE_HSTS_SECONDS >= YEAR and settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        return []
    return [Error("HSTS must last a year and include sub-domains.", id="oncue.E005")]


@register(Tags.security, deploy=True)
def session_cookie_is_tight(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """`__Host-`, Secure, HttpOnly, SameSite=Lax."""
    tight = (
        settings.SESSION_COOKIE_NAME.startswith("__Host-")
        and settings.SESSION_COOKIE_SECURE
        and settings.SESSION_COOKIE_HTTPONLY
        and settings.SESSION_COOKIE_SAMESITE == "Lax"
    )
    problem = "The session cookie must be __Host-, Secure, HttpOnly and SameSite=Lax."
    return [] if tight else [Error(problem, id="oncue.E006")]


@register(Tags.security, deploy=True)
def scripts_are_ours(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A Content-Security-Policy is sent, and allows nothing inline."""
    policy = getattr(settings, "CONTENT_SECURITY_POLICY", {}).get("DIRECTIVES", {})
    sources = [source for values in policy.values() for source in values]
    sent = "csp.middleware.CSPMiddleware" in settings.MIDDLEWARE and policy
    if sent and not any(source.startswith("'unsafe-") for source in sources):
        return []
    return [Error("The Content-Security-Policy is missing or allows inline code.", id="oncue.E007")]


@register(Tags.security, deploy=True)
def limits_are_shared(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """Rate limits count in one cache for all processes."""
    if settings.CACHES["default"]["BACKEND"].endswith("RedisCache"):
        return []
    return [Error("CACHES must be Redis: limits are counted across processes.", id="oncue.E008")]


@register("storage", deploy=True)
def media_can_be_kept(app_configs: Apps, **kwargs: Any) -> list[CheckMessage]:
    """A file put into the bucket comes back; a folder is looked at by /readyz."""
    if files.is_local():
        return []
    from scheduler.storage_trial import trouble_with  # boto3 is loaded only where it is used

    trouble = trouble_with(cast("Bucket", default_storage))
    return [Error(trouble, hint=".env.example says how it is written.", id="oncue.E010")] if trouble else []
