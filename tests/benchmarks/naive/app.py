"""The Celery application, as Celery's "First steps with Django" shows it."""

from __future__ import annotations

import os
import sys
from typing import Any

from celery import Celery
from celery.signals import worker_ready

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.benchmarks.naive.settings"

app = Celery("naive")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["tests.benchmarks.naive"])
if os.environ.get("NAIVE_TICKS"):
    app.conf.beat_schedule = {"due": {"task": "tests.benchmarks.naive.tasks.enqueue_due", "schedule": 1.0}}


@worker_ready.connect
def tell(**signal: Any) -> None:
    """The benchmark waits for this line; the default log level does not say it."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
