"""As `django-admin startproject` leaves it, with a database and a broker that the benchmark names."""

from __future__ import annotations

import os

SECRET_KEY = "loopback only"
INSTALLED_APPS = ["tests.benchmarks.naive"]
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
CELERY_BROKER_URL = os.environ["BENCH_BROKER"]
