"""How style sheets leave the collector: each with what it imports in it, without comments and indents.

In `static/css/` they are small files, one for each part of the page language, and served so while developing; on the
line a page has one sheet for what all pages share. WhiteNoise then names them by their content and compresses them.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "css/"
IMPORT = re.compile(r'@import url\("([^"]+)"\);')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
AROUND = re.compile(r"\s*([{};,])\s*")
INDENT = re.compile(r"\s*\n\s*")


class Storage(CompressedManifestStaticFilesStorage):
    """WhiteNoise's, for sheets that are packed first."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Names and compresses what was collected; `paths` says where each file is read from (a storage, a name)."""
        sheets = (
            () if dry_run else [name for name in paths if name.startswith(OURS) and name.endswith(".css")]
        )
        for name in sheets:
            Path(self.path(name)).write_text(packed(name), encoding="utf-8")
        yield from super().post_process(paths | {name: (self, name) for name in sheets}, dry_run, **options)


def packed(name: str) -> str:
    """The sheet of that name as it goes over the line, made from the sources; `name` is below the static folders.

    Blanks go where one of `{};,` stands beside them; the others mean something (`nav :is(a)` is not `nav:is(a)`).
    """
    return INDENT.sub("\n", AROUND.sub(r"\1", COMMENT.sub("", _whole(name)))).strip()


def _whole(name: str) -> str:
    source = finders.find(name)
    if source is None:
        raise FileNotFoundError(f"No static folder has {name}.")
    folder = posixpath.dirname(name)
    text = Path(str(source)).read_text(encoding="utf-8")
    return IMPORT.sub(lambda found: _whole(posixpath.join(folder, found[1])), text)
