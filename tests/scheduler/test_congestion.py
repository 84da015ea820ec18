"""The claim takes no more steps than the workers begin within a lease."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import congestion, dispatch
from scheduler.clock import database_now
from scheduler.congestion import FLOOR, Window
from scheduler.models import Lane
from scheduler.states import LaneKind
from tests.scheduler.engine import make_due


def test_it_begins_with_what_the_operator_allows():
    assert Window(400).size == 400


def test_leases_that_run_out_halve_it():
    window = Window(400)
    window.note(again=3)
    assert window.size == 200


def test_the_leases_of_one_queue_that_was_too_long_cut_it_once():
    window = Window(400)
    for _ in range(5):
        window.note(again=100)
    assert window.size == 200


def test_it_goes_on_shrinking_while_the_workers_stay_behind(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(congestion, "LEASE", timedelta(0))
    window = Window(400)
    for _ in range(10):
        window.note(again=1)
    assert window.size == FLOOR


def test_it_grows_again_to_what_is_allowed_and_no_further():
    window = Window(400)
    window.note(again=1)
    window.note(again=0)
    assert window.size == 200 + congestion.GROWS_BY
    for _ in range(100):
        window.note(again=0)
    assert window.size == 400


def test_few_slots_are_all_used_whatever_happened():
    window = Window(8)
    window.note(again=1)
    assert window.size == 8


@pytest.mark.django_db(transaction=True)
def test_a_claim_tells_a_step_that_nobody_ended_from_a_new_one(studio):
    post = studio.post()
    make_due(post)
    [first] = dispatch.claim_lanes(LaneKind.CALLS)
    with cross_tenant(CrossTenant.SEED):
        Lane.objects.update(busy_until=database_now(), next_at=database_now())
    [second] = dispatch.claim_lanes(LaneKind.CALLS)
    assert (first.again, second.again) == (False, True)
