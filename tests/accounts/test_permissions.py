"""Roles and what they may do."""

from __future__ import annotations

import pytest

from accounts.models import Membership
from accounts.permissions import ALLOWED, Action, NotAllowed, Role, can, check_can


def member(role: Role) -> Membership:
    return Membership(role=role)


def test_every_role_has_a_row_and_everyone_may_look() -> None:
    assert set(ALLOWED) == set(Role)
    assert all(Action.VIEW in allowed for allowed in ALLOWED.values())


def test_every_action_is_somebody_s() -> None:
    assert ALLOWED[Role.OWNER] == set(Action)


@pytest.mark.parametrize(
    ("role", "may_not"),
    [
        (Role.ADMIN, {Action.OWN}),
        (Role.EDITOR, {Action.APPROVE, Action.CONNECT, Action.MANAGE, Action.OWN}),
        (Role.APPROVER, set(Action) - {Action.VIEW, Action.APPROVE}),
        (Role.VIEWER, set(Action) - {Action.VIEW}),
        (Role.CLIENT, set(Action) - {Action.VIEW, Action.APPROVE}),
    ],
)
def test_a_role_may_do_all_but_this(role: Role, may_not: set[Action]) -> None:
    assert {action for action in Action if not can(member(role), action)} == may_not


def test_a_refusal_is_a_sentence_for_the_member() -> None:
    with pytest.raises(NotAllowed) as refusal:
        check_can(member(Role.EDITOR), Action.CONNECT)
    assert str(refusal.value) == (
        "As an editor you cannot connect or disconnect TikTok accounts. Ask an owner or admin."
    )


def test_an_unknown_role_may_nothing() -> None:
    with pytest.raises(ValueError, match="boss"):
        check_can(Membership(role="boss"), Action.VIEW)
