"""What is wrong with one row of an import, and what is only not chosen yet.

A row is asked what the composer would be: `PostForm` reads what was typed, `authoring` and `content` say what must be
mended before it may be scheduled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from scheduler import authoring, policies, times
from scheduler.content import MOST_IMAGES, Problem
from scheduler.destinations import Destination
from scheduler.forms import Photos, PostForm, RowOfWorkspace
from scheduler.importing.checked import CheckedRow, Mine
from scheduler.importing.rows import LABELS
from scheduler.models import MediaStatus, Post
from scheduler.states import MODE_LABELS, PostKind

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import Workspace
    from scheduler.importing.joining import Clashes
    from scheduler.importing.looks import Looks
    from scheduler.importing.matching import Files, Place
    from scheduler.importing.rows import Row
    from tiktok.models import TikTokAccount

READ_ON = frozenset({"date", "time", "fold", "title", "cover_timestamp_ms"})
"""Where one of these can't be read, the rest of a row is looked at all the same."""

MUST_BE_READ = ("kind", "mode", "cover_index")
"""What has a value where nothing is chosen, so that a list that says something else may not become a post."""

PASSED = Problem("time", "This time has passed. Choose a later one, or none for a draft.")
"""Of a row nothing goes out at once."""

WORDS: dict[str, dict[str, str]] = {
    "kind": {PostKind.VIDEO: "A video", PostKind.PHOTO: "Photos"},
    "mode": MODE_LABELS,
    "cover_index": {str(number): f"Photo {number + 1}" for number in range(MOST_IMAGES)},
}
"""What people read for a value of these fields."""


@dataclass
class Checker:
    """What every row of an import is checked with; `clashes` is what pages wrote that was not taken."""

    workspace: Workspace
    accounts: list[TikTokAccount]
    files: Files
    looks: Looks
    now: datetime
    clashes: Clashes

    @cached_property
    def _accounts(self) -> dict[str, TikTokAccount]:
        return {str(account.pk): account for account in self.accounts}

    def check(self, row: Row) -> CheckedRow:
        """The settled row with all that is found of it."""
        photos = self.files.photos_of(row)
        form = self._form(row, photos)
        errors = {name: [str(told) for told in told_of] for name, told_of in form.errors.items()}
        errors |= _when_unread(row) | {name: [row.notes[name]] for name in MUST_BE_READ if name in row.notes}
        account = self._accounts.get(row.fields.get("account", ""))
        destination = Destination(account, form)
        destination.creator = self.looks.get(str(account.pk)) if account and not row.is_inbox else None
        media = self.files.of(row)
        readable = form.errors.keys() <= READ_ON
        post = Post(workspace=self.workspace, **_columns(form, account)) if readable else None
        checked = CheckedRow(row, destination, media, self.files.offered_to(row), photos, post, errors)
        checked.mine = self._mine(row)
        self._tell(checked)
        return checked

    def _form(self, row: Row, photos: list[Place]) -> PostForm:
        ids = ",".join(str(place.media.pk) for place in photos if place.media)
        data = row.form_data | {f"{row.key}-images": ids}
        form = PostForm(data, workspace=self.workspace, prefix=row.key)
        known: dict[str, Mapping[str, Any]] = {"account": self._accounts, "media": self.files.by_id}
        for name, rows in known.items():
            field = form.fields[name]
            assert isinstance(field, RowOfWorkspace)
            field.known = rows
        images = form.fields["images"]
        assert isinstance(images, Photos)
        images.known = self.files.photos_by_id
        form.is_valid()
        return form

    def _tell(self, checked: CheckedRow) -> None:
        """All that is left before it may be scheduled, each at its field: what is wrong, and what is open yet."""
        self._tell_choices(checked)
        if checked.post is None:
            return
        creator = checked.destination.creator
        info = creator.info if creator else None
        problems = policies.content_problems(checked.post, info, checked.media, checked.images)
        has_passed = bool(authoring.time_problems(checked.post, self.now))
        for problem in [*problems, *([PASSED] if has_passed else [])]:
            if problem.field not in checked.told_of:
                checked.left.setdefault(problem.field, []).append(problem.sentence)

    def _tell_choices(self, checked: CheckedRow) -> None:
        row, creator = checked.row, checked.destination.creator
        if row.is_photos:
            self._tell_photos(checked)
        else:
            self._tell_video(checked)
        if checked.account is None:
            checked.ask("account", "Choose the account that posts.")
        elif creator and creator.info is None:
            checked.left["account"] = [f"{creator.title}. {creator.sentence}"]
        if not (row.is_inbox or row.fields.get("privacy_level")):
            checked.ask("privacy_level", "Choose who can watch.")
        checked.told_of = frozenset({*checked.open, *checked.left})

    def _tell_video(self, checked: CheckedRow) -> None:
        media = checked.media
        if "media" not in checked.errors:
            problem = self.files.problem_with(checked.row)
            checked.ask("media", problem or ("" if media else "Choose the video."))
        if media and media.status == MediaStatus.CHECKING:
            checked.ask("media", "The video is still being checked. It takes a moment.")

    def _tell_photos(self, checked: CheckedRow) -> None:
        if "images" in checked.errors:
            return
        problem = self.files.problem_with_photos(checked.photos)
        checked.ask("images", problem or ("" if checked.photos else "Name the photos, one a line."))
        if not problem and any(image.status == MediaStatus.CHECKING for image in checked.images):
            checked.ask("images", "The photos are still being checked. It takes a moment.")

    def _mine(self, row: Row) -> list[Mine]:
        """What a page wrote into the row and was not taken, as people read it."""
        waiting = self.clashes.get(row.key, {})
        return [Mine(name, LABELS[name], text, self._read(name, text)) for name, text in waiting.items()]

    def _read(self, name: str, text: str) -> str:
        if name == "privacy_level":
            return policies.privacy_label(text) if text else ""
        if name in WORDS:
            return WORDS[name].get(text, text)
        if name == "account":
            return next((each.display_name for each in self.accounts if str(each.pk) == text), "")
        if name == "media":
            return next((each.original_name for each in self.files.all if str(each.pk) == text), "")
        return text


def tell_doubles(rows: Iterable[CheckedRow]) -> None:
    """Rows of one account that carry the same video or photos, or go out at the same minute: allowed, and said."""
    seen: dict[tuple[object, ...], int] = {}
    for checked in rows:
        if checked.account is None:
            continue
        due = checked.post.due_at if checked.post else None
        same = [
            ("posts the same video", checked.media and checked.media.pk),
            ("posts the same photos", tuple(image.pk for image in checked.images)),
            ("goes out at the same time", due),
        ]
        for words, value in same:
            key = (checked.account.pk, words, value)
            if value and key in seen:
                checked.warnings.append(f"Row {seen[key]} {words} for this account.")
            seen.setdefault(key, checked.row.number)


def _columns(form: PostForm, account: TikTokAccount | None) -> dict[str, object]:
    fields = form.fields_of_post() | {"account": account}
    return {name: value for name, value in fields.items() if name in authoring.CONTENT + authoring.TIME}


def _when_unread(row: Row) -> dict[str, list[str]]:
    """What its list says of a day that can't be read, and what a form does not say of a time without a day."""
    if "date" not in row.notes:
        return {}
    try:
        times.parse_time(row.fields.get("time") or "0:00")
    except times.NotATime as problem:
        return {"date": [row.notes["date"]], "time": [str(problem)]}
    return {"date": [row.notes["date"]]}
