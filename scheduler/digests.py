"""One mail for many posts: what is new about somebody's posts, told to each person once and together.

What is new, and when it counts as told, is for `risks` and `holds`. Here is the round: by workspace, by reader, and
what could not be sent stays untold and is sent by a later round. A single post's outcome is `notices`.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts import hours
from accounts.mailing import ONE_MAIL_ONLY
from accounts.models import Membership, User
from accounts.once import alone
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler.models import Post
from scheduler.notices import addressees, member_of

logger = logging.getLogger(__name__)

AT_ONCE = 1000
"""Posts of one workspace in one round."""
LISTED = 50
"""Posts named in one mail; it counts the others."""


class Digest(ABC):
    """News of one kind. `template` is given `rows`, `more` (how many are not listed) and `zone`."""

    template = ""

    @abstractmethod
    def untold(self) -> Any:
        """The posts whose owners do not know yet, as a query in whatever scope it is asked."""

    @abstractmethod
    def subject(self, count: str) -> str:
        """`count` is "A post" or "12 posts"."""

    @abstractmethod
    def row(self, post: Post, reader: Membership | None) -> Any:
        """What the template shows of one post to this member."""

    @abstractmethod
    def mark(self, post: Post) -> None:
        """Its owner was told of just what `post` says."""

    def tell_owners(self) -> int:
        """Mail each person their posts, by workspace. Returns how many mails were accepted.

        Two rounds at once do no harm.
        """
        sent = 0
        with alone(f"digest {self.template}") as mine:
            for workspace_id in self._workspaces() if mine else []:
                with workspace_scope(workspace_id):
                    try:
                        sent += self._tell(workspace_id)
                    except OSError:
                        logger.exception("No mail can be sent; the news about posts is told later")
                        break
        return sent

    def _workspaces(self) -> list[UUID]:
        with cross_tenant(CrossTenant.NOTICES):
            return list(self.untold().order_by().values_list("workspace_id", flat=True).distinct())

    def _tell(self, workspace_id: UUID) -> int:
        posts = self.untold().filter(workspace_id=workspace_id)
        by_readers: dict[tuple[User, ...], list[Post]] = defaultdict(list)
        for post in posts.select_related("account", "workspace", "consent_by", "created_by")[:AT_ONCE]:
            by_readers[tuple(addressees(post))].append(post)
        sent = 0
        for readers, theirs in by_readers.items():
            try:
                self._send(readers, theirs)
            except ONE_MAIL_ONLY:
                logger.exception("A mail about several posts was refused; it is tried again")
                continue
            for post in theirs:
                self.mark(post)
            sent += 1
        return sent

    def _send(self, readers: tuple[User, ...], posts: list[Post]) -> None:
        workspace = posts[0].workspace
        reader = member_of(workspace, readers)
        with hours.following(*readers):
            rows = [self.row(post, reader) for post in posts[:LISTED]]
            text = render_to_string(
                self.template, {"rows": rows, "more": len(posts) - len(rows), "zone": workspace.time_zone}
            )
        subject = self.subject(f"{len(posts)} posts" if len(posts) > 1 else "A post")
        send_mail(f"{subject} – {workspace.name}", text, None, [person.email for person in readers])
