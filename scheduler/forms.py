"""What the composer and the reschedule box send, made into the fields of a post.

A form joins wall clock and zone and finds rows inside the workspace; whether TikTok takes the content is for
`policies`, whether a time has passed for the database's clock. `Problem`s from there come back as field errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from accounts import hours
from scheduler import times
from scheduler.content import TITLE_LIMIT, clock_length, not_sent
from scheduler.creator_form import CreatorForm
from scheduler.models import MAX_IMAGES, Media, MediaKind
from scheduler.states import PostKind, PostMode
from tiktok.models import AccountStatus, TikTokAccount

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.models import Post
    from scheduler.policies import Problem

Day = date  # the form has a field of that name

FIRST_DAY = date(2020, 1, 1)
HORIZON = timedelta(days=2 * 365)
NO_COLUMNS = frozenset({"date", "time", "fold", "when", "slot"})
CAPTION_CAP = 20_000
"""Far over TikTok's limit: a long caption is kept and explained, an endless one is not."""


class RowOfWorkspace(forms.ModelChoiceField):
    """A row by its id, among those that the form sets; anything else was not found in this workspace (R-17).

    `known` are some of those by their id, for whoever has read them already.
    """

    known: Mapping[str, Any] = {}

    default_error_messages = {"invalid_choice": "This was not found in this workspace. Choose again."}

    def to_python(self, value: Any) -> Any:
        if value in self.known:
            return self.known[value]
        try:
            return super().to_python(value)
        except ValidationError as unknown:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from unknown


class Photos(forms.CharField):
    """Photos of a workspace by their ids, divided by commas, in the order of the carousel.

    `known` are some of those by their id, for whoever has read them already.
    """

    workspace: Workspace | None = None
    known: Mapping[str, Media] = {}

    def clean(self, value: Any) -> list[Media]:
        ids = [_uuid(part) for part in super().clean(value).split(",") if part.strip()]
        if len(ids) > MAX_IMAGES:
            raise ValidationError(f"TikTok takes up to {MAX_IMAGES} photos in one post. Remove some.")
        found = {each: self.known[str(each)] for each in ids if str(each) in self.known}
        if unread := [each for each in ids if each not in found]:
            photos = Media.objects.filter(workspace=self.workspace, kind=MediaKind.IMAGE)
            found |= photos.in_bulk(unread)
        if len(found) < len(set(ids)):
            raise ValidationError(RowOfWorkspace.default_error_messages["invalid_choice"])
        return [found[each] for each in ids]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text.strip())
    except ValueError as unknown:
        raise ValidationError(RowOfWorkspace.default_error_messages["invalid_choice"]) from unknown


class CoverMoment(forms.CharField):
    """A moment of a video in milliseconds, written as seconds: `1.5`, `1,5`, `0:01.5`; None without one."""

    WRITTEN = re.compile(r"^(?:(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?$")

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 1000:.3f}".rstrip("0").rstrip(".") if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        match = self.WRITTEN.match(text)
        if match is None:
            raise ValidationError("Write the moment in seconds, as 1.5.")
        minutes, seconds, rest = match[1] or "0", match[2], (match[3] or "").ljust(3, "0")
        return int(minutes) * 60_000 + int(seconds) * 1000 + int(rest)


class WhenForm(forms.Form):
    """A day and a time of the workspace's clocks, as one instant.

    After `is_valid()`: `due` holds the post's columns, empty where no time was given. In a gap `offer` is the next
    time that exists, in a repeated hour `twice` holds both instants and `fold` must choose.
    """

    date = forms.DateField(required=False, error_messages={"invalid": "Choose a day."})
    time = forms.CharField(required=False, max_length=20)
    fold = forms.TypedChoiceField(
        required=False, choices=[("0", ""), ("1", "")], coerce=int, empty_value=None
    )

    zone = "UTC"
    must_have_time = True
    offer: datetime | None = None
    twice: tuple[datetime, datetime] | None = None

    def __init__(self, data: Any = None, *, workspace: Workspace, **options: Any) -> None:
        super().__init__(data, **options)
        self.zone = workspace.time_zone
        self.due: dict[str, Any] = {}

    def clean_date(self) -> Day | None:
        day: Day | None = self.cleaned_data["date"]
        if day and day < FIRST_DAY:
            raise ValidationError("This day has passed. Choose a later one.")
        if day and day > datetime.now(UTC).date() + HORIZON:
            raise ValidationError("Choose a day within the next two years.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self._find_time(cleaned)
        return cleaned

    def _find_time(self, cleaned: dict[str, Any]) -> None:
        day, typed = cleaned.get("date"), cleaned.get("time")
        if day is None and "date" not in self.errors and (self.must_have_time or typed):
            self.add_error("date", "Choose a day.")
        if not typed and "time" not in self.errors and (self.must_have_time or day):
            self.add_error("time", "Choose a time.")
        if day and typed and "time" not in self.errors:
            self._join(day, typed, cleaned.get("fold"))

    def _join(self, day: Day, typed: str, fold: int | None) -> None:
        place = self.zone.rpartition("/")[2].replace("_", " ")
        try:
            local = datetime.combine(day, times.parse_time(typed))
            instant = times.resolve(local, self.zone, fold)
        except times.NotATime as problem:
            self.add_error("time", str(problem))
        except times.NonexistentTime as gap:
            self.offer = gap.next_valid
            shown = hours.write(gap.next_valid)
            self.add_error(
                "time", f"The clocks in {place} skip {typed} on that day. The next time is {shown}."
            )
        except times.AmbiguousTime as repeat:
            self.twice = (repeat.first, repeat.second)
            self.add_error(
                "time", f"The clocks in {place} go back, so {typed} comes twice on that day. Choose one."
            )
        else:
            self.due = {"due_at": instant, "due_local": local.isoformat(), "due_zone": self.zone}

    def add_problems(self, problems: list[Problem]) -> None:
        """Show each problem at its field; one without a field of ours goes above the form."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.sentence)


class PostForm(CreatorForm, WhenForm):
    """Everything the composer sends. Nothing is preset: no audience, no interaction, no label.

    A video posted directly is what a form without a word on kind and mode is about.
    """

    kind = forms.ChoiceField(choices=[(kind.value, "") for kind in PostKind], required=False)
    mode = forms.ChoiceField(choices=[(mode.value, "") for mode in PostMode], required=False)
    account = RowOfWorkspace(TikTokAccount.objects.none(), required=False)
    # Django's own `media` stays a property of the instance.
    media = RowOfWorkspace(Media.objects.none(), required=False)  # type: ignore[assignment]
    cover_timestamp_ms = CoverMoment(required=False, max_length=12)
    images = Photos(required=False, max_length=4000)
    cover_index = forms.IntegerField(required=False, min_value=0, max_value=MAX_IMAGES - 1)
    title = forms.CharField(
        required=False,
        max_length=TITLE_LIMIT,
        error_messages={"max_length": f"A title has up to {TITLE_LIMIT} characters. Shorten it."},
    )
    caption = forms.CharField(required=False, strip=False, max_length=CAPTION_CAP)
    auto_add_music = forms.BooleanField(required=False)
    is_aigc = forms.BooleanField(required=False)
    when = forms.ChoiceField(choices=[("pick", ""), ("next", ""), ("now", "")], required=False)

    PER_CREATOR = ("privacy_level", "allow_comment", "allow_duet", "allow_stitch")
    """What a person chooses from one creator's settings; another creator means choosing again."""

    def __init__(
        self, data: Any = None, *, workspace: Workspace, scheduling: bool = False, **options: Any
    ) -> None:
        super().__init__(data, workspace=workspace, **options)
        self.must_have_time = scheduling
        self.fields["account"].queryset = connected(workspace)  # type: ignore[attr-defined]
        videos = Media.objects.filter(workspace=workspace, kind=MediaKind.VIDEO)
        self.fields["media"].queryset = videos  # type: ignore[attr-defined]
        self.fields["images"].workspace = workspace  # type: ignore[attr-defined]

    @property
    def posts_now(self) -> bool:
        return self["when"].value() == "now"

    @property
    def takes_slot(self) -> bool:
        """At the next free posting slot of its account."""
        return self["when"].value() == "next"

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or PostKind.VIDEO.value

    def clean_mode(self) -> str:
        return self.cleaned_data["mode"] or PostMode.DIRECT.value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "cover_timestamp_ms" in not_sent(cleaned.get("kind", ""), cleaned.get("mode", "")):
            self.errors.pop("cover_timestamp_ms", None)  # of a field that such a post does not have
        else:
            self._check_cover(cleaned.get("media"), cleaned.get("cover_timestamp_ms"))
        return cleaned

    def _check_cover(self, video: Media | None, moment: int | None) -> None:
        """TikTok silently takes the first frame where the moment is not in the video (tiktok-api.md 6.1)."""
        length = video.duration_ms if video else None
        if moment is not None and length is not None and moment > length:
            told = f"The video is {clock_length(length / 1000)} long. Choose an earlier moment."
            self.add_error("cover_timestamp_ms", told)

    def clean_cover_index(self) -> int:
        return self.cleaned_data["cover_index"] or 0

    def clean_caption(self) -> str:
        """As JavaScript and TikTok count it: one mark for a new line, whatever the browser sent."""
        caption: str = self.cleaned_data["caption"]
        return caption.replace("\r\n", "\n").replace("\r", "\n")

    def _find_time(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("when") not in {"now", "next"}:
            super()._find_time(cleaned)

    def fields_of_post(self, of: CreatorForm | None = None) -> dict[str, Any]:
        """The columns for `authoring`; valid forms only. A post without a time loses the one it had.

        `of` holds the choices for another account. What a post of this kind and mode does not have is empty, whatever
        was typed before another was chosen.
        """
        fields = {name: value for name, value in self.cleaned_data.items() if name not in NO_COLUMNS}
        empty = not_sent(self.cleaned_data["kind"], self.cleaned_data["mode"])
        none = {"due_at": None, "due_local": "", "due_zone": ""}
        return fields | (of or self).choices_of_creator() | empty | none | self.due


def connected(workspace: Workspace) -> Any:
    """The accounts that this workspace may post for."""
    accounts = TikTokAccount.objects.filter(workspace=workspace)
    return accounts.exclude(status=AccountStatus.DISCONNECTED).order_by("nickname", "username", "pk")


def initial_of(post: Post) -> dict[str, Any]:
    """A post as the composer shows it, its time on the workspace's clock, also where another one was meant."""
    day, time = on_the_clock(post)
    columns = {
        name: getattr(post, name) for name in PostForm.base_fields if name != "images" and hasattr(post, name)
    }
    return columns | {
        "account": post.account_id,
        "media": post.media_id,
        "images": ",".join(str(row.media_id) for row in post.images.filter(workspace_id=post.workspace_id)),
        "when": "pick" if day else "",
        "date": day,
        "time": time,
    }


def on_the_clock(post: Post) -> tuple[str, str]:
    """The day and the time on the workspace's clock, also where another one was meant; empty without a time."""
    local = datetime.fromisoformat(post.due_local) if post.due_local else None
    if local and post.due_at and post.due_zone != post.workspace.time_zone:
        local = post.due_at.astimezone(post.workspace.zone).replace(tzinfo=None, microsecond=0)
    if local is None:
        return "", ""
    return local.date().isoformat(), f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
