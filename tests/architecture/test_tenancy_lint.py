"""What the code may not write, because no manager could see it (security.md 5.1, third layer)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.scopes import CrossTenant

ROOT = Path(__file__).parents[2]
PRODUCTION = [
    path
    for folder in ("accounts", "config", "scheduler", "tiktok")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations" not in path.parts
]
FORBIDDEN = {"extra", "raw", "_raw_delete", "save_base"}
THE_MANAGER_ITSELF = ROOT / "accounts" / "tenancy.py"


def nodes(path: Path) -> Iterator[ast.AST]:
    yield from ast.walk(ast.parse(path.read_text()))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def reasons(path: Path) -> list[ast.expr]:
    """What stands in the brackets of each `cross_tenant(…)`."""
    return [
        node.args[0]
        for node in nodes(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "cross_tenant"
    ]


def named(path: Path) -> set[str]:
    """Each `CrossTenant.X` that a file mentions."""
    return {
        node.attr
        for node in nodes(path)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "CrossTenant"
    }


@pytest.mark.parametrize("path", PRODUCTION, ids=name_of)
def test_no_code_goes_around_the_tenant_manager(path: Path) -> None:
    if path == THE_MANAGER_ITSELF:
        return
    called = {getattr(node.func, "attr", "") for node in nodes(path) if isinstance(node, ast.Call)}
    assert called & FORBIDDEN == set()


def test_every_way_out_of_a_scope_is_a_name_from_the_list() -> None:
    ways = [reason for path in PRODUCTION for reason in reasons(path)]
    assert ways
    assert all(isinstance(way, ast.Attribute) and way.attr in CrossTenant.__members__ for way in ways)


def test_the_list_of_ways_out_holds_nothing_that_no_code_uses() -> None:
    everything = [*PRODUCTION, *(ROOT / "tests").rglob("*.py")]
    assert set().union(*map(named, everything)) - {"__members__"} == set(CrossTenant.__members__)


def test_only_one_module_sets_the_scope() -> None:
    setters = [
        name_of(path)
        for path in PRODUCTION
        if any(isinstance(node, ast.Attribute) and node.attr == "_scope" for node in nodes(path))
        or any(isinstance(node, ast.Name) and node.id == "_scope" for node in nodes(path))
    ]
    assert setters == ["accounts/scopes.py"]
