"""A real host behind https. No secret has a default; `manage.py check --deploy` says what is missing."""

from __future__ import annotations

from urllib.parse import urlsplit

from config import env, observability
from config.settings.base import *  # noqa: F403
from config.settings.base import PUBLIC_BASE_URL

SECRET_KEY = env.text("SECRET_KEY")
TOKEN_ENCRYPTION_KEYS = env.words("TOKEN_ENCRYPTION_KEYS")
TIKTOK_CLIENT_KEY = env.text("TIKTOK_CLIENT_KEY")
TIKTOK_CLIENT_SECRET = env.text("TIKTOK_CLIENT_SECRET")
DEBUG = False
ALLOWED_HOSTS = [urlsplit(PUBLIC_BASE_URL).hostname or ""]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.mail("EMAIL_URL"))

MEDIA_KEEP_FREE_BYTES = 10_000_000_000  # an upload that would leave less is refused with a sentence
observability.report_to(env.text("SENTRY_DSN", ""))
