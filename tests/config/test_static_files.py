"""Style sheets as they are collected: one for what all pages share, small, and never older than its parts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from pytest_django import Settings

from config import static_files

SHEETS = sorted(path.name for path in (Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    """Of the sources, with a sheet `whole.css` that imports `part.css`."""
    sheets = tmp_path / "source" / "css"
    sheets.mkdir(parents=True)
    (sheets / "whole.css").write_text('/* Both. */\n@import url("part.css");\n.whole { color: red; }\n')
    (sheets / "part.css").write_text(".part {\n  color: blue;\n}\n")
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.INSTALLED_APPS = ["django.contrib.staticfiles"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "config.static_files.Storage"}}
    finders.get_finder.cache_clear()
    yield sheets
    finders.get_finder.cache_clear()


def collected(settings: Settings, name: str) -> str:
    """The sheet that a page asks for, which is named by its content."""
    call_command("collectstatic", interactive=False, verbosity=0)
    root = Path(settings.STATIC_ROOT)
    named: str = json.loads((root / "staticfiles.json").read_text())["paths"][f"css/{name}"]
    assert re.fullmatch(rf"css/{Path(name).stem}\.[0-9a-f]{{12}}\.css", named)
    return (root / named).read_text()


def test_a_sheet_holds_its_parts_in_their_order_without_comments_and_indents(
    folder: Path, settings: Settings
) -> None:
    assert collected(settings, "whole.css") == ".part{color: blue;}.whole{color: red;}"


def test_a_changed_part_is_in_the_whole_after_the_next_collection(folder: Path, settings: Settings) -> None:
    collected(settings, "whole.css")
    (folder / "part.css").write_text(".part { color: green; }")
    later = (folder / "whole.css").stat().st_mtime - 60
    os.utime(folder / "whole.css", (later, later))
    assert collected(settings, "whole.css") == ".part{color: green;}.whole{color: red;}"


def test_a_part_that_is_nowhere_is_an_error(folder: Path, settings: Settings) -> None:
    (folder / "part.css").unlink()
    with pytest.raises(FileNotFoundError, match=r"part\.css"):
        collected(settings, "whole.css")


@pytest.mark.parametrize("name", SHEETS)
def test_every_sheet_of_ours_loses_nothing_but_comments_and_indents(name: str) -> None:
    packed = static_files.packed(f"css/{name}")
    assert "@import" not in packed
    assert "/*" not in packed
    assert words_of(packed) == words_of(COMMENT.sub("", whole(name)))


def words_of(text: str) -> list[str]:
    """`nav :is(a)` is two words, and `nav:is(a)` is one."""
    return re.findall(r'"[^"]*"|[{};,]|[^\s{};,"]+', text)


def whole(name: str) -> str:
    source = Path(str(finders.find(f"css/{name}"))).read_text()
    return re.sub(r'@import url\("([^"]+)"\);', lambda found: whole(found[1]), source)
