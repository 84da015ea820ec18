from __future__ import annotations

import json

import pytest

from tests.benchmarks.rows import Check, Row, goals, quotient, table, unmeasured


def test_a_check_holds_by_its_measured_value_alone():
    assert Check("p99", 10.0, most=10).holds
    assert not Check("p99", 10.1, most=10).holds
    assert Check("naive / ours", 100.0, least=100).holds
    assert not Check("naive / ours", 99.0, least=100).holds


def test_what_was_not_measured_does_not_hold():
    assert not Check("p99", None, most=10).holds
    assert not Row("lateness", None, "ms", [Check("lost", 0, most=0)]).holds
    assert not unmeasured("claim", "no database").holds


def test_a_row_without_a_goal_does_not_hold():
    assert not Row("lateness", 1.0, "ms", []).holds


def test_a_check_needs_exactly_one_bound():
    with pytest.raises(ValueError, match="one bound"):
        Check("p99", 1.0)
    with pytest.raises(ValueError, match="one bound"):
        Check("p99", 1.0, most=1, least=1)


def test_a_row_holds_where_every_check_does():
    good, bad = Check("p99", 5.0, most=10, unit="ms"), Check("lost", 1.0, most=0)
    assert Row("lateness", 5.0, "ms", [good]).holds
    assert not Row("lateness", 5.0, "ms", [good, bad]).holds


def test_the_ratio_is_against_the_named_peer():
    row = Row("lateness", 5.0, "ms", [], peers={"bare": 2.0, "naive": 500.0}, against="bare")
    assert row.ratio == 2.5
    assert Row("lateness", 5.0, "ms", []).ratio is None
    assert quotient(5.0, 0.0) is None


def test_the_json_has_the_agreed_shape_and_survives_a_missing_value():
    row = Row("lateness", 5.12345, "ms", [Check("p99", 5.12345, most=10, unit="ms")], peers={"bare": None})
    shape = json.loads(json.dumps(row.as_json()))
    assert {name: shape[name] for name in ("name", "value", "unit", "peers", "ratio", "goal", "holds")} == {
        "name": "lateness",
        "value": 5.123,
        "unit": "ms",
        "peers": {"bare": None},
        "ratio": None,
        "goal": "p99 ≤ 10 ms",
        "holds": True,
    }
    assert json.loads(json.dumps(unmeasured("claim", "no database").as_json()))["holds"] is False


def test_the_table_says_which_check_failed_and_what_was_not_measured():
    row = Row("lateness", 12.0, "ms", [Check("p99", 12.0, most=10, unit="ms")], peers={"bare": 3.0})
    text = table([row, unmeasured("claim", "no database")])
    assert "DOES NOT HOLD" in text
    assert "NOT p99 ≤ 10 ms (measured 12 ms)" in text
    assert "bare 3 ms" in text
    assert "not measured: no database" in text


def test_the_goals_have_a_line_each():
    checks = [Check("p99", 12.0, most=10, unit="ms"), Check("lost", 0, most=0)]
    lines = goals([Row("lateness", 12.0, "ms", checks), unmeasured("claim", "no database")]).splitlines()
    assert lines == [
        "lateness",
        "  NOT           12 ms   p99 ≤ 10 ms",
        "  ok                0   lost ≤ 0",
        "claim: not measured",
    ]
