"""Groups that an author asks to be counted as one: which, why, and what it takes in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.outputs.release_content import (
    MAXIMUM_MERGED_GROUPS,
    list_narrative_questions,
    list_remaining_merges,
)
from cairn.policy.engine.audience_redaction import is_workflow_step
from cairn.policy.facts.outputs.release import CategoryMergeFact, ReleaseFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.releases import may_merge_categories
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.releases import ReleaseState

Acting = Callable[..., Actor]
GROUPS = frozenset({"asian", "black", "hispanic", "pacific_islander", "two_or_more", "white"})
FACT = CategoryMergeFact(
    chosen=frozenset({"asian", "pacific_islander"}),
    why="Families of both asked for it at the meeting in May.",
    groups=GROUPS,
)
PAIR = frozenset({"asian", "pacific_islander"})


def ask(release: ReleaseFact, acting: Acting, on: date, **changes: object) -> list[str]:
    draft = replace(release, state=ReleaseState.CHECKED)
    fact = replace(FACT, **changes)  # type: ignore[arg-type]
    return [r.code for r in may_merge_categories(draft, fact, acting(Role.ANALYST), on).refusals]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"already": (frozenset({"black", "white"}),)}, []),
        ({"chosen": PAIR | {"white"}, "already": (PAIR,)}, []),
        ({"chosen": frozenset({"asian"})}, ["P40"]),
        ({"chosen": frozenset()}, ["P40"]),
        ({"chosen": GROUPS}, ["P40"]),
        ({"chosen": PAIR | {"not_on_record"}}, ["P40"]),
        ({"chosen": PAIR, "already": (frozenset({"asian", "white"}),)}, ["P40"]),
        ({"chosen": PAIR, "already": (PAIR,)}, ["P40"]),
        ({"groups": frozenset()}, ["P40"]),
        ({"why": " "}, ["P41"]),
        ({"chosen": frozenset({"asian"}), "why": ""}, ["P40", "P41"]),
    ],
)
def test_which_groups_may_be_counted_as_one(
    sent_back: ReleaseFact,
    acting: Acting,
    on: date,
    changes: dict[str, object],
    codes: list[str],
) -> None:
    assert ask(sent_back, acting, on, **changes) == codes


def test_every_reason_says_what_to_do(sent_back: ReleaseFact, acting: Acting, on: date) -> None:
    draft = replace(sent_back, state=ReleaseState.DRAFT)
    fact = replace(FACT, chosen=frozenset({"asian"}), why="", already=(PAIR,))
    refused = may_merge_categories(draft, fact, acting(Role.ANALYST), on).refusals
    said = [reason.message_for(Audience.STEWARD) for reason in refused]
    assert said == [
        "These groups cannot be merged: at least two groups are needed.",
        (
            "These groups cannot be merged: one of these groups is already merged with a "
            "group that you did not choose."
        ),
        "The release does not state why these groups are merged and who was asked.",
    ]
    assert all(reason.next_step and is_workflow_step(reason) for reason in refused)


@pytest.mark.parametrize(
    "state", [ReleaseState.IN_REVIEW, ReleaseState.SENT_BACK, ReleaseState.PUBLISHED]
)
def test_nothing_is_merged_while_others_look_at_it(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    release = replace(sent_back, state=state)
    refused = may_merge_categories(release, FACT, acting(Role.ANALYST), on).refusals
    assert [r.code for r in refused] == ["P01"]
    draft = replace(sent_back, state=ReleaseState.DRAFT)
    assert not may_merge_categories(draft, FACT, acting(Role.REVIEWER), on).allowed


def test_what_is_said_of_it_is_read_like_every_other_word(sent_back: ReleaseFact) -> None:
    telling = replace(sent_back.telling, story="A winter.", together=("Both are minorities.",))
    assert "P22" in {reason.code for reason in list_narrative_questions(telling)}


@given(
    st.lists(
        st.frozensets(st.sampled_from(sorted(GROUPS)), min_size=1, max_size=MAXIMUM_MERGED_GROUPS),
        min_size=1,
        max_size=6,
    )
)
def test_no_group_is_ever_in_two_merged_ones(
    sent_back: ReleaseFact, acting: Acting, on: date, wanted: list[frozenset[str]]
) -> None:
    """Whatever is asked for one after another, what is allowed divides the groups."""
    already: tuple[frozenset[str], ...] = ()
    draft = replace(sent_back, state=ReleaseState.DRAFT)
    for chosen in wanted:
        fact = replace(FACT, chosen=chosen, already=already)
        if may_merge_categories(draft, fact, acting(Role.ANALYST), on).allowed:
            already = (*list_remaining_merges(fact), chosen)
    assert sum(map(len, already)) == len(frozenset().union(*already))
    assert all(len(those) > 1 for those in already)
