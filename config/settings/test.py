"""Tests: throw-away secrets and folders, fast hashing, and processes that may end themselves on order."""

from __future__ import annotations

import base64
import os
import secrets

os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))  # child processes of a test read the same
os.environ.setdefault("TOKEN_ENCRYPTION_KEYS", base64.b64encode(secrets.token_bytes(32)).decode())
os.environ.setdefault("TIKTOK_CLIENT_KEY", "test-key")
os.environ.setdefault("TIKTOK_CLIENT_SECRET", secrets.token_urlsafe(32))
os.environ.setdefault("ONCUE_EMBEDDED", "test")

from config import embedded, env

if _worker := os.environ.get(
    "PYTEST_XDIST_WORKER"
):  # a Redis database for each, as Django gives a PostgreSQL one
    os.environ["REDIS_URL"] = embedded.numbered(os.environ["REDIS_URL"], int(_worker.removeprefix("gw")))

from config.settings.base import *  # noqa: F403
from config.settings.base import CELERY_BROKER_TRANSPORT_OPTIONS

SECRET_KEY = env.text("SECRET_KEY")
TOKEN_ENCRYPTION_KEYS = env.words("TOKEN_ENCRYPTION_KEYS")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
DEBUG = False
CRASHPOINTS = True
TIKTOK_APP_AUDITED = True  # as the sandbox behaves unless a test orders otherwise
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
CELERY_BROKER_TRANSPORT_OPTIONS = CELERY_BROKER_TRANSPORT_OPTIONS | {"visibility_timeout": 60}
MFA_RATE_LIMITS = False
ACCOUNT_RATE_LIMITS = False  # all tests come from one address; tests/accounts/test_limits.py turns them on
