"""The Celery application and what beat wakes. Beat only ticks; the rows say what is due (design 4.4)."""

from __future__ import annotations

import os

from celery import Celery

from accounts.tasks import worthless_after
from config import workers  # noqa: F401  (it listens to Celery's signals)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")

app = Celery("oncue", fixups=["config.connections:fixup"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.task_routes = "accounts.tasks.route"

# `expires`: a tick that nobody took in time is worthless, the next one does its work.
app.conf.beat_schedule = {
    "dispatch-due": {
        "task": "scheduler.dispatch_due",
        "schedule": 1.0,
        "options": {"queue": "dispatch", "expires": worthless_after(3)},
    },
    "look-after-media": {
        "task": "scheduler.look_after_media",
        "schedule": 15.0,
        "options": {"queue": "upkeep", "expires": worthless_after(15)},
    },
    "be-seen": {
        "task": "config.be_seen",
        "schedule": 15.0,
        "options": {"queue": "media", "expires": worthless_after(15)},
    },
    "process-webhooks": {
        "task": "tiktok.process_webhooks",
        "schedule": 15.0,
        "options": {"queue": "upkeep", "expires": worthless_after(15)},
    },
    "look-after-publishing": {
        "task": "scheduler.look_after_publishing",
        "schedule": 60.0,
        "options": {"queue": "upkeep", "expires": worthless_after(60)},
    },
    "count-numbers": {
        "task": "scheduler.count_numbers",
        "schedule": 60.0,
        "options": {"queue": "upkeep", "expires": worthless_after(60)},
    },
    "look-after-connections": {
        "task": "tiktok.look_after_connections",
        "schedule": 60.0,
        "options": {"queue": "upkeep", "expires": worthless_after(60)},
    },
}
