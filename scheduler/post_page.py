"""What the page of one post shows, gathered once; the template only draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from accounts.permissions import Action, can
from accounts.templatetags.ui import local, local_time
from scheduler import (
    answers,
    delays,
    explaining,
    found_links,
    needs,
    overdue,
    policies,
    pulls,
    timeline,
    under_way,
)
from scheduler.clock import database_now
from scheduler.content import is_photos
from scheduler.forms import WhenForm, initial_of
from scheduler.models import Post, PostEvent, PublishAttempt
from scheduler.states import ENGINE_DRIVEN, OPEN_STAGES, Explanation, PostStatus, Reason, Stage
from scheduler.times import next_minute
from scheduler.when_help import WhenHelp

if TYPE_CHECKING:
    from accounts.models import Membership
    from scheduler.models import Media

SOON = timedelta(minutes=1)
QUICK_SECONDS, SLOW_SECONDS = 3, 10
"""How often the live part asks, in the minute before the due time and the first of publishing, and otherwise."""

LIMITS = frozenset({Reason.DAILY_CAP, Reason.APP_CAP, Reason.PENDING_SHARES})

TONES = {PostStatus.FAILED: "failed", PostStatus.MISSED: "missed", PostStatus.NEEDS_CHECK: "check"}
ICONS = {"attention": "triangle-alert", "missed": "calendar-clock", "check": "circle-question-mark"}


@dataclass
class PostPage:
    """One rendering of the page of `post` for one member."""

    post: Post
    membership: Membership
    form: WhenForm | None = None
    notice: str = ""
    asks_twice: bool = False
    """Whether "It is not there" was said once, of a post that may yet appear."""
    found: found_links.FoundForm | None = None
    """What was sent with "It is on TikTok"."""

    def __post_init__(self) -> None:
        if self.form is None:
            is_over = self.post.status in {PostStatus.FAILED, PostStatus.MISSED}  # its time is no proposal
            initial = {} if is_over else initial_of(self.post)
            self.form = WhenForm(workspace=self.post.workspace, initial=initial)
        if self.found is None:
            self.found = found_links.FoundForm(account=self.post.account)

    # --- what happened

    @cached_property
    def explanation(self) -> Explanation | None:
        missed = [event.at for event in self.events if event.status_to == PostStatus.MISSED]
        return overdue.explain(self.post, missed[-1] if missed else None)

    @cached_property
    def queue(self) -> overdue.Queue | None:
        """Its place among the workspace's overdue posts, while it is one."""
        return overdue.queue_of(self.post, database_now())

    @property
    def tone(self) -> str:
        return "attention" if self.post.hold else TONES.get(PostStatus(self.post.status), "attention")

    @property
    def outcome_icon(self) -> str:
        action = self.explanation.action if self.explanation else ""
        return "unplug" if action == "reconnect" else ICONS.get(self.tone, "octagon-alert")

    @property
    def offer(self) -> str:
        """The one thing this member may do about it, as a key of `post/fix.html`; nothing where it only waits."""
        return needs.offer(self.post, self.explanation, self.membership)

    @cached_property
    def others_released(self) -> needs.Others | None:
        """What else reconnecting its account releases; nothing where this post needs something else."""
        return needs.others_released(self.post) if self.offer == "reconnect" else None

    @property
    def wants_private_account(self) -> bool:
        return explaining.wants_private_account(self.post)

    @property
    def wants_export(self) -> bool:
        return explaining.wants_export(self.post)

    @cached_property
    def tomorrow(self) -> datetime | None:
        """The same time a day later, by the workspace's clocks, for a post that met TikTok's limit of the day."""
        post = self.post
        if post.hold != Reason.DAILY_CAP or post.due_at is None or not self.may_reschedule:
            return None
        zone = post.workspace.zone
        due, now = post.due_at.astimezone(zone), database_now().astimezone(zone)
        return datetime.combine(max(due, now).date() + timedelta(days=1), due.time())

    @property
    def is_tomorrow(self) -> bool:
        today = database_now().astimezone(self.post.workspace.zone).date()
        return self.tomorrow is not None and self.tomorrow.date() == today + timedelta(days=1)

    @property
    def tried_again_at(self) -> str:
        """When a post that waits for one of TikTok's limits is looked at again by itself, as a full minute."""
        return self._soon(self.post.next_step_at) if self.post.hold in LIMITS else ""

    @property
    def is_trying_again(self) -> bool:
        return policies.is_trying_again(self.post)

    @property
    def tries_at(self) -> str:
        """When that is, as a full minute; nothing where it is just being done."""
        at = self.post.next_step_at
        return self._soon(at) if at and at > database_now() else ""

    def _soon(self, at: datetime | None) -> str:
        """`23:08` by the workspace's clocks, with its day where that is not today."""
        if at is None:
            return ""
        at, zone = next_minute(at), self.post.workspace.zone
        is_today = at.astimezone(zone).date() == database_now().astimezone(zone).date()
        return local_time(at, zone) if is_today else local(at, zone)

    @cached_property
    def delay(self) -> delays.Delay | None:
        """How late it went out, and why."""
        return delays.delay_of(self.post, self._live, self.events)

    @property
    def nothing_was_posted(self) -> bool:
        return self.post.status in {PostStatus.FAILED, PostStatus.MISSED}

    @property
    def found_by(self) -> str:
        """Who says that it is live, where that is not TikTok's word but a person's."""
        told = (event for event in self.events if event.by and event.status_to == PostStatus.PUBLISHED)
        event = next(told, None)
        if event is None or set(self.live_ids) - set(event.detail.get("post_ids", [])):
            return ""
        return str(event.by)

    @cached_property
    def events(self) -> list[PostEvent]:
        rows = PostEvent.objects.filter(workspace=self.post.workspace_id, post=self.post)
        return list(rows.select_related("by", "attempt").order_by("at", "pk"))

    @cached_property
    def days(self) -> list[tuple[date, list[timeline.Line]]]:
        zone = self.post.workspace.zone
        name = self.post.account.display_name if self.post.account else "the account"
        return timeline.by_day(timeline.lines(self.events, account=name, zone=zone), zone)

    @cached_property
    def attempts(self) -> list[PublishAttempt]:
        rows = PublishAttempt.objects.filter(workspace=self.post.workspace_id, post=self.post)
        return list(rows.prefetch_related("pulls").order_by("-number"))

    @cached_property
    def images(self) -> list[Media]:
        """The photos, in the order of the carousel."""
        return pulls.files_of(self.post) if is_photos(self.post) else []

    @property
    def sending(self) -> PublishAttempt | None:
        """The attempt that is on its way; none while the post waits for a person."""
        return under_way.open_attempt(self.post, self.attempts)

    @property
    def under_way(self) -> under_way.UnderWay | None:
        """How it gets on."""
        return under_way.under_way(self.post, self.sending) if self.sending else None

    @property
    def unclear(self) -> PublishAttempt | None:
        """The attempt that a person is asked about; None where it is not on record (after a restore)."""
        return next((attempt for attempt in self.attempts if attempt.stage in OPEN_STAGES), None)

    @property
    def live_ids(self) -> list[str]:
        return self._live.post_ids if self._live else list(found_links.told_in(self.events).post_ids)

    @property
    def _live(self) -> PublishAttempt | None:
        return next((attempt for attempt in self.attempts if attempt.stage == Stage.LIVE), None)

    @property
    def share_url(self) -> str:
        """The link to the post: TikTok's own, or that of the person who found it."""
        return self._live.share_url if self._live else found_links.told_in(self.events).share_url

    @property
    def may_take_minutes(self) -> bool:
        """Whether it may not stand on the profile yet: TikTok tells its number once everybody can see it."""
        return not self.live_ids and not self.share_url and self.post.privacy_level != "SELF_ONLY"

    @property
    def hidden_at(self) -> datetime | None:
        """When TikTok said that it is no longer public."""
        return self._live.hidden_at if self._live else None

    @property
    def consent(self) -> datetime | None:
        return (
            self.post.consent_at if self.post.status not in {PostStatus.DRAFT, PostStatus.CANCELLED} else None
        )

    # --- asking again

    @property
    def stamp(self) -> str:
        """Changes whenever the live part would look different."""
        post, sending, told = self.post, self.sending, self.under_way
        sent = f"{sending.stage}{sending.chunks_sent}" if sending else ""
        sent += f"{told.words}{told.fetched}" if told else ""
        seen = f"{self.hidden_at}{len(self.live_ids)}{self.queue.ahead if self.queue else ''}"
        seen += f"{self.others_released.count if self.others_released else ''}"
        return (
            f"{post.status}.{post.hold}.{post.version}.{len(self.events)}.{sent}.{seen}.{self.poll_seconds}"
        )

    @cached_property
    def poll_seconds(self) -> int:
        """Seconds until the live part asks again; 0 once nothing more will happen by itself."""
        post = self.post
        if post.status == PostStatus.IN_INBOX:
            return SLOW_SECONDS
        if post.status not in ENGINE_DRIVEN:
            return 0
        if post.status == PostStatus.PUBLISHING:
            begun = self.sending.started_at if self.sending else post.due_at
            return QUICK_SECONDS if begun and database_now() - begun < SOON else SLOW_SECONDS
        # What is overdue and not held may begin at any moment, and from then on nobody can stop it.
        near = post.due_at is not None and post.due_at - database_now() < SOON
        return QUICK_SECONDS if near and not post.hold else SLOW_SECONDS

    # --- what a person may do

    @cached_property
    def may_publish(self) -> bool:
        return can(self.membership, Action.PUBLISH)

    @cached_property
    def may_edit(self) -> bool:
        return can(self.membership, Action.COMPOSE) and policies.can_edit(self.post)

    @property
    def may_schedule(self) -> bool:
        """Whether the composer could put it on the schedule: a draft."""
        return self.may_edit and self.may_publish and self.post.status == PostStatus.DRAFT

    @property
    def may_cancel(self) -> bool:
        return self.may_publish and policies.can_cancel(self.post)

    @property
    def may_reschedule(self) -> bool:
        return self.may_publish and policies.can_reschedule(self.post)

    @cached_property
    def when_help(self) -> WhenHelp:
        """For the form that gives it another time."""
        day = self.form["date"].value() if self.form else ""
        return WhenHelp.of_posts(self.post.workspace, [self.post], day)

    @property
    def may_move_to_drafts(self) -> bool:
        return self.may_publish and policies.can_move_to_drafts(self.post)

    @property
    def may_connect(self) -> bool:
        return can(self.membership, Action.CONNECT)

    @property
    def may_try_again(self) -> bool:
        return self.may_publish and policies.can_try_again(self.post)

    @property
    def may_retry(self) -> bool:
        return self.may_publish and policies.can_retry(self.post)

    @property
    def may_yet_appear(self) -> str:
        """What to consider before "It is not there"; nothing where TikTok is not at work on it."""
        return answers.MAY_YET_APPEAR if answers.is_processing(self.attempts) else ""

    @property
    def may_mark_posted(self) -> bool:
        return self.may_publish and policies.can_mark_posted(self.post)

    @property
    def why_fixed(self) -> str:
        """The sentence that stands where the buttons to change the post would be."""
        return _sentence(policies.check_can_edit, self.post) or ""


def _sentence(check: Callable[[Post], None], post: Post) -> str | None:
    try:
        check(post)
    except policies.NotPossible as no:
        return str(no)
    return None
