"""The vocabularies: complete, reachable, and drawn where people look."""

from __future__ import annotations

import pytest

from scheduler.states import (
    ACTION_LABELS,
    ENGINE_DRIVEN,
    EXPLANATIONS,
    OPEN_STAGES,
    TRANSITIONS,
    PostStatus,
    Reason,
    Stage,
)


def test_every_status_has_its_row_in_the_table():
    assert set(TRANSITIONS) == set(PostStatus)


def test_every_status_can_be_reached_from_a_draft():
    reached, frontier = {PostStatus.DRAFT}, [PostStatus.DRAFT]
    while frontier:
        for following in TRANSITIONS[frontier.pop()] - reached:
            reached.add(following)
            frontier.append(following)
    assert reached == set(PostStatus)


def test_published_is_final():
    assert TRANSITIONS[PostStatus.PUBLISHED] == frozenset()


def test_only_a_scheduled_post_can_start_publishing_and_only_a_denied_one_can_be_back_at_it():
    assert [s for s, following in TRANSITIONS.items() if PostStatus.PUBLISHING in following] == [
        PostStatus.SCHEDULED,
        PostStatus.FAILED,
    ]


def test_an_unknown_outcome_never_goes_back_to_the_schedule_by_itself():
    assert PostStatus.SCHEDULED not in TRANSITIONS[PostStatus.NEEDS_CHECK]
    assert PostStatus.PUBLISHING not in TRANSITIONS[PostStatus.NEEDS_CHECK]


def test_the_engine_drives_what_is_neither_final_nor_a_persons_turn():
    assert {PostStatus.SCHEDULED, PostStatus.PUBLISHING} == ENGINE_DRIVEN


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_is_explained_in_words_with_a_known_action(reason):
    told = EXPLANATIONS[reason]
    assert told.title
    assert told.sentence.endswith(".")
    assert told.action in ACTION_LABELS


@pytest.mark.parametrize("word", ["successfully", "oops", "please", "error"])
def test_no_explanation_uses_a_banned_word(word):
    texts = " ".join(f"{told.title} {told.sentence}" for told in EXPLANATIONS.values()).lower()
    assert f" {word}" not in texts.replace("the operator finds the error", "")


def test_an_attempt_that_is_live_refused_or_abandoned_is_not_open():
    assert set(Stage) - set(OPEN_STAGES) == {Stage.LIVE, Stage.REFUSED, Stage.ABANDONED}
