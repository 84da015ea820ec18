"""What the page of an import shows: each row with its file, its form, and what keeps it from being a post.

A row is asked what the composer would be: `PostForm` reads what was typed, `authoring` and `content` say what must be
mended before it may be scheduled. TikTok is asked once a rendering for each account, never for each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from scheduler import authoring, likeness, policies, preflight, times
from scheduler.clock import database_now
from scheduler.destinations import Destination
from scheduler.forms import PostForm, RowOfWorkspace, connected
from scheduler.importing import looks
from scheduler.importing.checked import CheckedRow, Mine, Missing, missing_of
from scheduler.importing.matching import Files
from scheduler.importing.outcomes import Outcome
from scheduler.importing.rows import LABELS, Row
from scheduler.models import Media, MediaStatus, Post
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.importing.joining import Clashes
    from scheduler.models import BulkImport
    from tiktok.models import TikTokAccount


WHEN = frozenset({"date", "time", "fold"})


class Table:
    """All rows of an import, checked now; `again` on a page that was told a moment ago what TikTok says (`looks`)."""

    def __init__(
        self, batch: BulkImport, *, workspace: Workspace, again: bool = False, clashes: Clashes | None = None
    ) -> None:
        self.batch, self.workspace, self.again = batch, workspace, again
        self.clashes = clashes or {}
        self.raw = [Row.read(plain) for plain in batch.rows]
        self.files = Files(workspace, batch.files, self.raw)
        self.now = database_now()

    @cached_property
    def accounts(self) -> list[TikTokAccount]:
        return list(connected(self.workspace).select_related("workspace"))

    @cached_property
    def _accounts(self) -> dict[str, TikTokAccount]:
        return {str(account.pk): account for account in self.accounts}

    @cached_property
    def settled(self) -> list[Row]:
        """The rows with what goes without saying: the only file of a name, the only account there is."""
        return [self._settle(row) for row in self.raw]

    def as_read(self, settled: Row) -> Row:
        """The row as it was kept when the table was read, without what goes without saying."""
        return next(row for row in self.raw if row.number == settled.number)

    def _settle(self, row: Row) -> Row:
        media = self.files.of(row)
        if media:
            row = row.with_fields(media=str(media.pk))
        if not (row.fields.get("account") or row.notes.get("account")) and len(self.accounts) == 1:
            row = row.with_fields(account=str(self.accounts[0].pk))
        return row

    @cached_property
    def rows(self) -> list[CheckedRow]:
        checked = [self._check(row) for row in self.settled]
        _tell_doubles(checked)
        return checked

    @cached_property
    def ready(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.is_ready]

    @cached_property
    def missing(self) -> list[Missing]:
        """What keeps rows from being ready, each with the place of the first."""
        return missing_of(self.rows)

    @cached_property
    def savable(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.is_savable]

    @property
    def without_file(self) -> list[CheckedRow]:
        return [row for row in self.rows if row.media is None]

    @property
    def clashing(self) -> list[CheckedRow]:
        """The rows in which two pages wrote something else."""
        return [row for row in self.rows if row.mine]

    @cached_property
    def without_row(self) -> list[Media]:
        """The videos that were added and that no row, nor any post of this import, has."""
        used = {row.fields.get("media") for row in self.settled} | {each.media for each in self.outcomes}
        return [media for media in self.files.added if str(media.pk) not in used]

    @property
    def undated(self) -> list[Row]:
        """The rows that may be placed into free slots."""
        return [row for row in self.settled if row.is_undated and row.fields.get("account")]

    @property
    def is_checking(self) -> bool:
        """Whether a video that a row may mean is being checked yet."""
        return any(media.status == MediaStatus.CHECKING for media in self.files.all)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return [Outcome.read(plain) for plain in self.batch.outcomes]

    @cached_property
    def done(self) -> list[tuple[Outcome, Post, list[str]]]:
        """What has become of the rows that are posts, each as it is today, with what may keep it from going out."""
        ids = [UUID(each.post) for each in self.outcomes]
        rows = Post.objects.filter(workspace=self.workspace).select_related("account", "media", "workspace")
        found = rows.prefetch_related("images__media").in_bulk(ids)
        posts = [(each, found[UUID(each.post)]) for each in self.outcomes if UUID(each.post) in found]
        return [(each, post, _risks(post)) for each, post in posts]

    # --- one row

    @cached_property
    def _looks(self) -> looks.Looks:
        """TikTok's answer for each account that a row is for."""
        wanted = {row.fields.get("account") for row in self.settled}
        return looks.ask([each for each in self.accounts if str(each.pk) in wanted], again=self.again)

    def _check(self, row: Row) -> CheckedRow:
        form = self._form(row)
        errors = {name: [str(told) for told in told_of] for name, told_of in form.errors.items()}
        errors |= _when_unread(row)
        account = self._accounts.get(row.fields.get("account", ""))
        destination = Destination(account, form)
        destination.creator = self._looks.get(str(account.pk)) if account else None
        media = self.files.of(row)
        readable = form.errors.keys() <= WHEN  # the rest of a row is looked at whatever its time is like
        post = Post(workspace=self.workspace, **_columns(form, account)) if readable else None
        checked = CheckedRow(row, destination, media, self.files.offered_to(row), post, errors)
        checked.mine = self._mine(row)
        self._tell(checked)
        return checked

    def _form(self, row: Row) -> PostForm:
        form = PostForm(row.form_data, workspace=self.workspace, prefix=row.key)
        known: dict[str, Mapping[str, Any]] = {"account": self._accounts, "media": self.files.by_id}
        for name, rows in known.items():
            field = form.fields[name]
            assert isinstance(field, RowOfWorkspace)
            field.known = rows
        form.is_valid()
        return form

    def _tell(self, checked: CheckedRow) -> None:
        """All that is left before it may be scheduled, each at its field: what is wrong, and what is open yet."""
        self._tell_choices(checked)
        if checked.post is None:
            return
        creator = checked.destination.creator
        problems = policies.content_problems(checked.post, creator.info if creator else None, checked.media)
        for problem in [*problems, *authoring.time_problems(checked.post, self.now)]:
            if problem.field not in checked.told_of:
                checked.left.setdefault(problem.field, []).append(problem.sentence)

    def _tell_choices(self, checked: CheckedRow) -> None:
        row, media, creator = checked.row, checked.media, checked.destination.creator
        if "media" not in checked.errors:
            checked.ask("media", self.files.problem_with(row) or ("" if media else "Choose the video."))
        if media and media.status == MediaStatus.CHECKING:
            checked.ask("media", "The video is still being checked. It takes a moment.")
        if checked.account is None:
            checked.ask("account", "Choose the account that posts.")
        elif creator and creator.info is None:
            checked.left["account"] = [f"{creator.title}. {creator.sentence}"]
        if not row.fields.get("privacy_level"):
            checked.ask("privacy_level", "Choose who can watch.")
        checked.told_of = frozenset({*checked.open, *checked.left})

    def _mine(self, row: Row) -> list[Mine]:
        """What a page wrote into the row and was not taken, as people read it."""
        waiting = self.clashes.get(row.key, {})
        return [Mine(name, LABELS[name], text, self._read(name, text)) for name, text in waiting.items()]

    def _read(self, name: str, text: str) -> str:
        if name == "privacy_level":
            return policies.privacy_label(text) if text else ""
        if name == "account":
            return next((each.display_name for each in self.accounts if str(each.pk) == text), "")
        if name == "media":
            return next((each.original_name for each in self.files.all if str(each.pk) == text), "")
        return text

    def likenesses(self, checked: CheckedRow) -> list[str]:
        """What it looks like, or stands close to, among the posts that there are (P8)."""
        assert checked.account is not None
        assert checked.post is not None
        plan = likeness.Plan(checked.account, checked.media, checked.post.caption, checked.post.due_at)
        return [problem.sentence for problem in likeness.warnings(plan)]


def _columns(form: PostForm, account: TikTokAccount | None) -> dict[str, object]:
    fields = form.fields_of_post() | {"account": account}
    return {name: value for name, value in fields.items() if name in authoring.CONTENT + authoring.TIME}


def _risks(post: Post) -> list[str]:
    """Said while there is time to mend it (P25)."""
    if post.status != PostStatus.SCHEDULED:
        return []
    return [problem.sentence for problem in preflight.problems_now(post)]


def _when_unread(row: Row) -> dict[str, list[str]]:
    """What its list says of a day that can't be read, and what a form does not say of a time without a day."""
    if "date" not in row.notes:
        return {}
    try:
        times.parse_time(row.fields.get("time") or "0:00")
    except times.NotATime as problem:
        return {"date": [row.notes["date"]], "time": [str(problem)]}
    return {"date": [row.notes["date"]]}


def _tell_doubles(rows: list[CheckedRow]) -> None:
    """Rows of one account that carry the same video, or go out at the same minute: allowed, and said."""
    seen: dict[tuple[object, ...], int] = {}
    for checked in rows:
        if checked.account is None:
            continue
        due = checked.post.due_at if checked.post else None
        same = [
            ("posts the same video", checked.media and checked.media.pk),
            ("goes out at the same time", due),
        ]
        for words, value in same:
            key = (checked.account.pk, words, value)
            if value and key in seen:
                checked.warnings.append(f"Row {seen[key]} {words} for this account.")
            seen.setdefault(key, checked.row.number)
