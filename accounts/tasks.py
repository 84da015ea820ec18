"""Background work: the queues, and the task that works inside one workspace.

A task takes ids, enters the tenant, calls one verb and is enqueued on commit. A task that looks across workspaces
to find work is a `SweepTask`; one that works on what was found is plain and enters `cross_tenant()` itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from celery.contrib.django.task import DjangoTask

from accounts import clock
from accounts.scopes import workspace_scope


class Queue(StrEnum):
    """Where a task waits; each has its own reason to wait apart."""

    DISPATCH = "dispatch"  # must start within the second: claims what is due
    COMMIT = "commit"  # chunks of posts held to their instant, by the process that keeps the time
    PUBLISH = "publish"  # one short step of a post each
    POLL = "poll"  # chunks of status questions: late answers cost a fresh page, never a late post
    UPLOAD = "upload"  # minutes of sending bytes, on workers of its own
    MEDIA = "media"  # probing files: heavy on the processor
    UPKEEP = "upkeep"  # renewals and sweeps that nobody waits for


def route(
    name: str, args: Any, kwargs: Any, options: Any, task: Any = None, **_: Any
) -> dict[str, str] | None:
    """Celery's router: a task waits in the queue that its decorator names (`waits_in=Queue.MEDIA`).

    Celery's own `queue=` on a task is deprecated; `apply_async(queue=…)` still decides for one call.
    """
    queue = getattr(task, "waits_in", None)
    return {"queue": str(queue)} if queue and not options.get("queue") else None


def worthless_after(seconds: float) -> float:
    """Celery's `expires` for a message whose work another one does after so many seconds.

    It compares the sender's clock with the receiver's; without the difference that we bear between two machines,
    a worker 20 s ahead would throw all of them away.
    """
    return seconds + clock.MAX_SKEW


class SweepTask(DjangoTask):  # type: ignore[misc]
    """The base of tasks that look across workspaces for work; the function enters `cross_tenant()` itself.

    Sweeps claim, so a worker whose clock is wrong lets them pass: another one takes the next (F-38). What a sound
    worker claimed is taken by anyone, since nobody else is told of it.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self.request.called_directly and not clock.is_right():
            return None
        return super().__call__(*args, **kwargs)


class WorkspaceTask(DjangoTask):  # type: ignore[misc]
    """The base of tasks of one workspace: `@shared_task(base=WorkspaceTask, waits_in=Queue.MEDIA, name="…")`.

    The function declares `workspace_id: str` among its keyword arguments and finds its scope entered; the scope
    is left with the task, whatever happens (R-20).
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with workspace_scope(kwargs["workspace_id"]):
            return super().__call__(*args, **kwargs)
