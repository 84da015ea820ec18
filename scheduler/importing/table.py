"""What the page of an import shows: each row with its file, its form, and what keeps it from being a post.

What is said of one row is `checking`. TikTok is asked once a rendering for each account, never for each row.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from scheduler import likeness, preflight
from scheduler.clock import database_now
from scheduler.forms import connected
from scheduler.importing import looks
from scheduler.importing.checked import CheckedRow
from scheduler.importing.checking import Checker, tell_doubles
from scheduler.importing.matching import Files
from scheduler.importing.missing import Missing, missing_of
from scheduler.importing.outcomes import Outcome
from scheduler.importing.rows import Row
from scheduler.models import Media, MediaKind, MediaStatus, Post
from scheduler.states import PostKind, PostMode, PostStatus

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.importing.joining import Clashes
    from scheduler.models import BulkImport
    from tiktok.models import TikTokAccount


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
    def settled(self) -> list[Row]:
        """The rows with what goes without saying: the only file of a name, the only account there is."""
        return [self._settle(row) for row in self.raw]

    def as_read(self, settled: Row) -> Row:
        """The row as it was kept when the table was read, without what goes without saying."""
        return next(row for row in self.raw if row.number == settled.number)

    def _settle(self, row: Row) -> Row:
        row = _with_defaults(row)
        if media := self.files.of(row):
            row = row.with_fields(media=str(media.pk))
        if row.photos:
            places = self.files.photos_of(row)
            row = row.with_fields(
                which=",".join(f"{each.number}:{each.media.pk}" for each in places if each.media)
            )
        if not (row.fields.get("account") or row.notes.get("account")) and len(self.accounts) == 1:
            row = row.with_fields(account=str(self.accounts[0].pk))
        return row

    @cached_property
    def rows(self) -> list[CheckedRow]:
        checker = Checker(self.workspace, self.accounts, self.files, self._looks, self.now, self.clashes)
        checked = [checker.check(row) for row in self.settled]
        tell_doubles(checked)
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
        return [row for row in self.rows if not (row.images or row.media)]

    @property
    def missing_file(self) -> str:
        """What those lack: a `video`, or a `file` where some of them post photos."""
        return "file" if any(row.row.is_photos for row in self.without_file) else "video"

    @property
    def clashing(self) -> list[CheckedRow]:
        """The rows in which two pages wrote something else."""
        return [row for row in self.rows if row.mine]

    @cached_property
    def without_row(self) -> list[Media]:
        """The files that were added and that no row, nor any post of this import, has."""
        used = set().union(*(row.files for row in self.settled), *(each.files for each in self.outcomes))
        return [media for media in self.files.added if str(media.pk) not in used]

    @property
    def photos_without_row(self) -> list[Media]:
        """Those that can be one carousel."""
        return [media for media in self.without_row if media.kind == MediaKind.IMAGE]

    @property
    def undated(self) -> list[Row]:
        """The rows that may be placed into free slots."""
        return [row for row in self.settled if row.is_undated and row.fields.get("account")]

    @property
    def is_checking(self) -> bool:
        """Whether a file that a row may mean is being checked yet."""
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
        """TikTok's answer for each account for whose profile a row is; it is not asked of drafts for the app."""
        wanted = {row.fields.get("account") for row in self.settled if not row.is_inbox}
        return looks.ask([each for each in self.accounts if str(each.pk) in wanted], again=self.again)

    def likenesses(self, checked: CheckedRow) -> list[str]:
        """What it looks like, or stands close to, among the posts that there are (P8)."""
        assert checked.account is not None
        assert checked.post is not None
        post = checked.post
        plan = likeness.Plan(checked.account, checked.media, post.caption, post.due_at, images=checked.images)
        return [problem.sentence for problem in likeness.warnings(plan)]


def _with_defaults(row: Row) -> Row:
    """What `PostForm` takes where nothing is said: a video, onto the profile; the first photo as the cover."""
    defaults = {"kind": PostKind.VIDEO.value, "mode": PostMode.DIRECT.value}
    if row.is_photos:
        defaults["cover_index"] = "0"
    unsaid = {
        name: value for name, value in defaults.items() if not (row.fields.get(name) or row.notes.get(name))
    }
    return row.with_fields(**unsaid)


def _risks(post: Post) -> list[str]:
    """Said while there is time to mend it (P25)."""
    if post.status != PostStatus.SCHEDULED:
        return []
    return [problem.sentence for problem in preflight.problems_now(post)]
