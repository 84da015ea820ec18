"""One machine: `make run`. Secrets are generated once into the data folder; nothing is exposed but loopback."""

from __future__ import annotations

from urllib.parse import urlsplit

from config import env
from config.settings.base import *  # noqa: F403
from config.settings.base import DATA_DIR, PUBLIC_BASE_URL

_secrets = env.local_secrets(DATA_DIR)
SECRET_KEY = env.text("SECRET_KEY", _secrets["SECRET_KEY"])
TOKEN_ENCRYPTION_KEYS = env.words("TOKEN_ENCRYPTION_KEYS", _secrets["TOKEN_ENCRYPTION_KEYS"])
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", urlsplit(PUBLIC_BASE_URL).hostname or ""]
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]  # a tunnel ends https before us
