"""One rendering of the composer, and what the server has to say to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS

from accounts.permissions import Action, can
from scheduler import likeness, unsaved, uploads
from scheduler.composer.accounts import ForAccounts
from scheduler.composer.files import Files
from scheduler.composer.timing import Timing
from scheduler.content import not_sent
from scheduler.creator_form import CreatorForm, accounts_in, with_accounts
from scheduler.forms import PostForm, RowOfWorkspace, connected
from scheduler.models import Snippet, UnsavedPost
from scheduler.preflight import problems_now
from scheduler.snippets import used_lately
from scheduler.states import PostKind, PostMode

if TYPE_CHECKING:
    from django.http import QueryDict

    from accounts.http import WorkspaceRequest
    from scheduler.content import Problem
    from scheduler.destinations import Destination
    from scheduler.models import Post
    from tiktok.models import TikTokAccount


@dataclass
class Composer(ForAccounts):
    """The page for a new post, or for changes to `post`."""

    post: Post | None = None
    version: int = 1
    place: UUID = field(default_factory=uuid4)
    """Under which what is typed is kept until it is saved."""
    restored: UnsavedPost | None = None
    missing: int = 0
    """How many of the accounts that were sent are not, or no longer, of this workspace."""
    done: list[Post] = field(default_factory=list)
    """What became of the accounts that are no longer on the page."""

    @classmethod
    def of(
        cls,
        request: WorkspaceRequest,
        data: QueryDict,
        post: Post | None,
        *,
        scheduling: bool = False,
        **known: Any,
    ) -> Composer:
        """The composer as it was sent, for those of its accounts that there are."""
        ids = {str(account.pk) for account in connected(request.workspace)}
        sent = accounts_in(data)[: None if post is None else 1]
        found = [each for each in sent if each in ids]
        form = PostForm(with_accounts(data, found), workspace=request.workspace, scheduling=scheduling)
        return cls(request, form, post, missing=len(sent) - len(found), **known)

    @cached_property
    def files(self) -> Files:
        return Files(self.request, self.form)

    @cached_property
    def timing(self) -> Timing:
        return Timing(self)

    def is_valid(self) -> bool:
        """Whether everything typed can be read; what cannot is said at its field."""
        readable = all([destination.form.is_valid() for destination in self.destinations])
        if self.missing:
            self.form.add_error("account", RowOfWorkspace.default_error_messages["invalid_choice"])
        return readable and not self.missing

    def fields_for(self, destination: Destination, *, scheduling: bool) -> dict[str, Any]:
        """The columns of that account's post. Raises ContentRefused where its slot is not the one it was shown."""
        fields = self.form.fields_of_post(destination.form) | {"account": destination.account}
        return fields | (destination.due(scheduling=scheduling) if self.form.takes_slot else {})

    def tell(self, account: TikTokAccount | None, problems: list[Problem]) -> None:
        """Put what was refused for that account at its fields; what holds for all is said once."""
        [destination] = [each for each in self.destinations if each.account == account]
        for problem in problems:
            if problem.field in CreatorForm.base_fields:
                destination.form.add_error(problem.field, problem.sentence)
            else:
                self._tell_all(destination, problem)

    def _tell_all(self, destination: Destination, problem: Problem) -> None:
        name = problem.field if problem.field in self.form.fields else None
        whose = f"{destination.name}: " if self.is_for_several and name is None else ""
        sentence = whose + problem.sentence
        if sentence not in self.form.errors.get(name or NON_FIELD_ERRORS, []):
            self.form.add_error(name, sentence)

    @property
    def kind(self) -> str:
        """What it is made of, as chosen; a video where nothing is."""
        return str(self.form["kind"].value() or PostKind.VIDEO)

    @property
    def mode(self) -> str:
        """Where it goes, as chosen; onto the profile where nothing is."""
        return str(self.form["mode"].value() or PostMode.DIRECT)

    @cached_property
    def warnings(self) -> list[Problem]:
        """What may keep the post, as it is saved, from going out at its time; nothing stops the person for it."""
        return problems_now(self.post) if self.post else []

    @cached_property
    def likenesses(self) -> list[Problem]:
        """What looks like another post of the account, or stands close to it; as typed, or as it is saved."""
        if self.post and not self.form.is_bound:
            return likeness.warnings_of(self.post)
        return [found for each in self.destinations for found in self._likenesses_of(each)]

    @property
    def alike(self) -> dict[str, list[Problem]]:
        """The same by the section to which it belongs: `media`, `images`, `caption`, `time`."""
        return {name: [each for each in self.likenesses if each.field == name] for name in likeness.SECTIONS}

    def _likenesses_of(self, destination: Destination) -> list[Problem]:
        if destination.account is None:
            return []
        gone = not_sent(self.kind, self.mode)
        plan = likeness.Plan(
            destination.account,
            None if "media" in gone else self.files.video,
            "" if "caption" in gone else self._words,
            self.timing.due_at(destination),
            self.post.pk if self.post else None,
            () if "images" in gone else self.files.images,
        )
        return likeness.warnings(plan)

    @property
    def _words(self) -> str:
        return str(self.form["caption"].value() or "").replace("\r\n", "\n")

    @property
    def may_publish(self) -> bool:
        return can(self.request.membership, Action.PUBLISH)

    @property
    def may_connect(self) -> bool:
        return can(self.request.membership, Action.CONNECT)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What the server refused, as (place on the page, sentence), for the summary on top."""
        return [fault for destination in self.destinations for fault in destination.faults]

    @cached_property
    def snippets(self) -> list[Snippet]:
        return list(Snippet.objects.filter(workspace=self.request.workspace))

    @cached_property
    def tags(self) -> list[str]:
        """The hashtags and mentions that the workspace uses."""
        return used_lately(self.request.workspace)

    @cached_property
    def uploads_left(self) -> list[uploads.Unfinished]:
        """What this person began to upload and may go on with."""
        return uploads.left_by(self.request.user, workspace=self.request.workspace)

    @cached_property
    def room(self) -> uploads.Share:
        return uploads.share_of(self.request.workspace)

    @cached_property
    def unfinished(self) -> list[UnsavedPost]:
        """What this person began before and did not save, newest first."""
        return unsaved.left_by(self.request.user, workspace=self.request.workspace, post=self.post)
