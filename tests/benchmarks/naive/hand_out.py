"""The other naive way: every task handed to Celery in advance, with its due time as ETA."""

from __future__ import annotations

import django

from tests.benchmarks.naive.app import app

django.setup()

from tests.benchmarks.naive.models import Post  # noqa: E402
from tests.benchmarks.naive.tasks import publish  # noqa: E402

with app.connection_for_write():
    for post in Post.objects.exclude(upload_url="").order_by("due_at"):
        publish.apply_async((post.pk,), eta=post.due_at)
