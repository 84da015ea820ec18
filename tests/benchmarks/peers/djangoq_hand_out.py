"""Hands the posts to django-q2: one `Schedule` each, due once."""

from __future__ import annotations

import django
import work

django.setup()

from django_q.models import Schedule  # noqa: E402

Schedule.objects.all().delete()
Schedule.objects.bulk_create(
    Schedule(
        func="work.publish",
        args=repr((post_id, upload_url)),
        schedule_type=Schedule.ONCE,
        next_run=due_at,
        repeats=-1,
    )
    for post_id, due_at, upload_url in work.due_posts()
)
