"""Who may judge whether records are of one child, and who may enter a child."""

from collections.abc import Callable
from datetime import date

from cairn.policy.facts.people.access import Actor
from cairn.policy.law.cards.governance.data_use import ONE_ANSWER
from cairn.policy.questions.data.record_matching import (
    may_decide_possible_match,
    may_look_up_child,
    may_review_possible_matches,
)
from cairn.policy.vocabulary.access import Role

Acting = Callable[..., Actor]


def test_reviewers_are_the_hub_s_cleared_data_managers(acting: Acting, on: date) -> None:
    assert may_review_possible_matches(acting(Role.DATA_MANAGER), on).allowed
    for role in (Role.ANALYST, Role.STEWARD, Role.PROGRAM_STAFF, Role.REVIEWER):
        assert not may_review_possible_matches(acting(role), on).allowed
    assert not may_review_possible_matches(acting(Role.DATA_MANAGER, at="river"), on).allowed


def test_nobody_answers_one_question_twice(acting: Acting, on: date) -> None:
    who = acting(Role.DATA_MANAGER)
    assert may_decide_possible_match(["somebody else"], who, on).allowed
    again = may_decide_possible_match([who.id], who, on)
    assert not again.allowed
    assert ONE_ANSWER.id in {reason.code for reason in again.refusals}
    assert not may_decide_possible_match([], acting(Role.ANALYST), on).allowed


def test_a_program_enters_its_own_children(acting: Acting, on: date) -> None:
    staff = acting(Role.PROGRAM_STAFF, at="river")
    assert may_look_up_child("river", staff, on).allowed
    assert not may_look_up_child("other", staff, on).allowed
