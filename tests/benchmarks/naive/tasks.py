"""Each second: one task for each due post. A task: one SELECT, one PUT, one UPDATE."""

from __future__ import annotations

import requests
from celery import shared_task
from django.utils import timezone

from tests.benchmarks.naive.models import Post

CLIP = bytes(40_000)


@shared_task
def enqueue_due() -> None:
    due = list(
        Post.objects.filter(status="scheduled", due_at__lte=timezone.now()).values_list("pk", flat=True)
    )
    Post.objects.filter(pk__in=due).update(status="queued")
    for post_id in due:
        publish.delay(post_id)


@shared_task
def publish(post_id: int) -> None:
    post = Post.objects.get(pk=post_id)
    answer = requests.put(
        post.upload_url,
        data=CLIP,
        headers={
            "Content-Type": "video/mp4",
            "Content-Range": f"bytes 0-{len(CLIP) - 1}/{len(CLIP)}",
        },
        timeout=60,
    )
    answer.raise_for_status()
    Post.objects.filter(pk=post_id).update(status="published")
