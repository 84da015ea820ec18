"""The tests' settings with mail by SMTP, as on a real host: F-56 takes the mail server away."""

from __future__ import annotations

from config import env
from config.settings.test import *  # noqa: F403, TID251

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
vars().update(env.mail("EMAIL_URL"))
