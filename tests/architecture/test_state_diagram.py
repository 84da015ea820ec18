"""The story in `scheduler/README.md` is the code's: diagrams drawn from the tables, links that lead somewhere."""

from __future__ import annotations

import ast
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "scheduler" / "README.md"
BEGIN, END = "<!-- drawn by manage.py state_diagram -->", "<!-- end of the drawing -->"
LINK = re.compile(r"\[`(?P<name>[\w.]+)`\]\((?P<path>[\w./]+\.py)\)")
"""[`function`](file.py), seen from the folder of the README."""

LINE = re.compile(LINK.pattern + r" \| `(?P<line>.+)` \|$", re.MULTILINE)
"""A link, and in the next cell the line of that code which holds the step."""

STORY = README.read_text()
LINKS = [(found["name"], found["path"]) for found in LINK.finditer(STORY)]
LINES = [(found["name"], found["path"], found["line"]) for found in LINE.finditer(STORY)]
BLOCKS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def defined_in(path: Path) -> dict[str, str]:
    """Functions, classes, methods, and names at the top of a module: each with its source."""
    text = path.read_text()
    tree = ast.parse(text)
    named: list[tuple[str, ast.AST]] = [
        (node.name, node) for node in ast.walk(tree) if isinstance(node, BLOCKS)
    ]
    for node in tree.body:
        if isinstance(node, ast.Assign):
            named += [(target.id, node) for target in node.targets if isinstance(target, ast.Name)]
    return {name: ast.get_source_segment(text, node) or "" for name, node in named}


def test_the_diagrams_are_those_of_the_tables() -> None:
    drawn = StringIO()
    call_command("state_diagram", stdout=drawn)
    shown = STORY.partition(BEGIN)[2].partition(END)[0]
    assert shown.strip() == drawn.getvalue().strip(), "Run manage.py state_diagram and paste what it prints."


@pytest.mark.parametrize(("name", "path"), LINKS)
def test_every_link_of_the_story_leads_to_code(name: str, path: str) -> None:
    assert name in defined_in(README.parent / path)


@pytest.mark.parametrize(("name", "path", "line"), LINES)
def test_every_line_that_holds_a_step_stands_there(name: str, path: str, line: str) -> None:
    lines = [one.strip() for one in defined_in(README.parent / path)[name].splitlines()]
    assert line in lines


def test_each_step_of_the_proof_names_its_line() -> None:
    steps = re.findall(r"^\| \d+ \|", STORY, re.MULTILINE)
    assert len(steps) == len(LINES) > 10


def test_every_python_file_that_the_story_names_exists() -> None:
    named = set(re.findall(r"`([\w/]+\.py)`", STORY))
    places = [README.parent, ROOT]
    assert [name for name in sorted(named) if not any((place / name).is_file() for place in places)] == []
