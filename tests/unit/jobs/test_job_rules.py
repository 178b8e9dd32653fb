"""The states of background work: what is over stays over unless somebody begins it again."""

from __future__ import annotations

from itertools import product

import pytest

from app.errors import Conflict
from app.jobs.rules import STEPS, JobState, Step, after, read, written
from app.text import text


@pytest.mark.parametrize(("state", "step"), list(product(JobState, Step)))
def test_a_step_leads_where_the_table_says_or_nowhere(state: JobState, step: Step) -> None:
    if (state, step) in STEPS:
        assert after(state, step) is STEPS[state, step]
    else:
        with pytest.raises(Conflict):
            after(state, step)


def test_only_a_person_moves_what_is_over_and_never_what_is_done() -> None:
    moves = {(state, step) for state, step in STEPS if state.is_over}
    assert {step for _, step in moves} == {Step.AGAIN}
    assert JobState.DONE not in {state for state, _ in moves}


def test_whatever_is_under_way_can_be_cancelled_and_lost() -> None:
    assert after(JobState.RUNNING, Step.CANCEL) is JobState.CANCELLING
    assert after(JobState.CANCELLING, Step.LOSE) is JobState.CANCELLED
    assert after(JobState.WAITING, Step.CANCEL) is JobState.CANCELLED


def test_a_sentence_comes_back_with_the_sentences_inside_it() -> None:
    said = text("{told} {more}", told=text("No site {code}", code="C1"), more=3)
    assert read(written(said)) == said
    assert read(written(said)).rendered(lambda each: each.replace("No site", "没有")) == "没有 C1 3"
