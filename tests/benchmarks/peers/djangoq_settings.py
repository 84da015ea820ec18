"""A Django project with django-q2 on its ORM broker, eight workers."""

from __future__ import annotations

import os

SECRET_KEY = "loopback only"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_q"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": os.environ["BENCH_DATABASE_HOST"],
        "NAME": os.environ["BENCH_DATABASE_NAME"],
        "USER": os.environ["BENCH_DATABASE_USER"],
    }
}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
Q_CLUSTER = {"name": "bench", "workers": 8, "orm": "default", "timeout": 60, "retry": 120}
