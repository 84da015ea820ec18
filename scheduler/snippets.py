"""Saved hashtag groups and sentences: what a workspace puts into captions again and again."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from scheduler.content import utf16_length
from scheduler.models import MAX_SNIPPET, Post, Snippet

if TYPE_CHECKING:
    from accounts.models import Workspace

RECENT_POSTS = 200
MOST_SHOWN = 12
TAG = re.compile(r"(?<!\w)[#@][\w.]*\w")


class SnippetForm(forms.Form):
    """A name to find it by, and the words that it inserts."""

    name = forms.CharField(max_length=60, error_messages={"required": "Name it, so that it can be found."})
    text = forms.CharField(
        max_length=MAX_SNIPPET, strip=False, error_messages={"required": "Write what it inserts."}
    )

    def __init__(self, data: Any = None, *, workspace: Workspace, snippet: Snippet | None = None) -> None:
        known = {"name": snippet.name, "text": snippet.text} if snippet else None
        super().__init__(data, initial=known)
        self.workspace, self.snippet = workspace, snippet

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Snippet.objects.filter(workspace=self.workspace, name=name)
        if others.exclude(pk=self.snippet.pk if self.snippet else None).exists():
            raise ValidationError("There is a snippet of this name. Choose another name.")
        return name

    def clean_text(self) -> str:
        text = self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
        if utf16_length(text) > MAX_SNIPPET:
            raise ValidationError(f"A caption holds {MAX_SNIPPET:,} characters. Shorten it.")
        return str(text)

    def save(self) -> Snippet:
        """Make the snippet, or change the one there is."""
        row = self.snippet or Snippet(workspace=self.workspace)
        row.name, row.text = self.cleaned_data["name"], self.cleaned_data["text"]
        row.save()
        return row


def used_lately(workspace: Workspace) -> list[str]:
    """The hashtags and mentions of the newest posts, the most frequent first."""
    newest = Post.objects.filter(workspace=workspace).order_by("-created_at")
    captions = newest.values_list("caption", flat=True)[:RECENT_POSTS]
    found = Counter(tag.lower() for caption in captions for tag in set(TAG.findall(caption)))
    return [tag for tag, _ in found.most_common(MOST_SHOWN)]
