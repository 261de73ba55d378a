"""A target begins at a published figure, lies ahead of it, and says who agreed and why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.outputs.dashboard import FactorFact, TargetFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.dashboards import (
    may_end_target,
    may_name_factor,
    may_remove_factor,
    may_set_target,
    may_view_dashboards,
)
from cairn.policy.vocabulary.access import Role

Acting = Callable[..., Actor]
ON = date(2026, 11, 24)
TARGET = TargetFact(
    outcome="Chronic absence",
    higher_is_better=False,
    year="2024-25",
    begins=187,
    until="2028-29",
    share=120,
    agreed_by="Data committee, minutes of 4 November",
    context="Two bus routes come back.",
)
FACTOR = FactorFact(
    outcome="Reading in grade 3",
    factor="Chronic absence",
    is_same=False,
    is_published=True,
    is_named=False,
    reason="Children who are away miss lessons.",
)


def asked(acting: Acting, **changes: object) -> Decision:
    return may_set_target(replace(TARGET, **changes), acting(Role.DATA_MANAGER), ON)  # type: ignore[arg-type]


def refused(acting: Acting, **changes: object) -> list[str]:
    return [reason.code for reason in asked(acting, **changes).refusals]


def test_a_target_says_why_it_may_stand(acting: Acting) -> None:
    found = asked(acting)
    assert found.allowed
    said = {reason.code: reason.message for reason in found.reasons}
    assert said["F01"] == "Chronic absence for 2024-25 is published for all children: 18.7%."
    assert said["F02"] == "12% in 2028-29 is later and better than 18.7% in 2024-25."


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"begins": None}, ["F01"]),
        ({"until": "2024-25"}, ["F02"]),
        ({"until": "2023-24"}, ["F02"]),
        ({"share": 187}, ["F02"]),
        ({"share": 200}, ["F02"]),
        ({"share": -1}, ["F02"]),
        ({"higher_is_better": True, "share": 1001}, ["F02"]),
        ({"higher_is_better": True}, ["F02"]),
        ({"agreed_by": " "}, ["F03"]),
        ({"context": ""}, ["F03"]),
    ],
)
def test_what_is_not_so_is_refused(
    acting: Acting, changes: dict[str, object], codes: list[str]
) -> None:
    assert refused(acting, **changes) == codes


def test_a_refusal_says_what_to_do(acting: Acting) -> None:
    (reason,) = asked(acting, share=300).refusals
    assert (
        reason.message
        == "30% in 2028-29 is not better than 18.7% in 2024-25, or is not in a later year."
    )
    assert "lower" in reason.next_step


def test_the_hubs_data_manager_and_the_committee_set_and_end_one(acting: Acting) -> None:
    setters = {Role.DATA_MANAGER, Role.COMMITTEE_MEMBER}
    for role in set(Role) - {Role.PUBLIC, Role.FAMILY}:
        actor = acting(role)
        answers = {
            may_set_target(TARGET, actor, ON).allowed,
            may_end_target(actor, ON).allowed,
            may_name_factor(FACTOR, actor, ON).allowed,
            may_remove_factor(actor, ON).allowed,
        }
        assert answers == {role in setters}
        assert may_view_dashboards(actor, ON).allowed


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ""),
        ({"is_same": True}, "it is the outcome itself"),
        ({"is_published": False}, "one of them has no published figures"),
        ({"is_named": True, "reason": " "}, "it is named already and the reason is missing"),
    ],
)
def test_a_factor_is_another_published_indicator_with_a_reason(
    acting: Acting, changes: dict[str, object], missing: str
) -> None:
    fact = replace(FACTOR, **changes)  # type: ignore[arg-type]
    found = may_name_factor(fact, acting(Role.DATA_MANAGER), ON)
    assert [reason.code for reason in found.refusals] == ["F08"] * bool(missing)
    assert any(f": {missing}." in reason.message for reason in found.refusals) is bool(missing)


@pytest.mark.parametrize(("share", "allowed"), [(505, False), (506, True)])
def test_a_target_lies_beyond_what_a_rounded_baseline_may_be(
    acting: Acting, share: int, *, allowed: bool
) -> None:
    """50 percent may be 50.5 percent, so a target of 50.5 may be reached already."""
    fact = replace(TARGET, begins=500, rounding=5, share=share, higher_is_better=True)
    assert may_set_target(fact, acting(Role.DATA_MANAGER), ON).allowed is allowed
    fact = replace(fact, share=1000 - share, higher_is_better=False)
    assert may_set_target(fact, acting(Role.DATA_MANAGER), ON).allowed is allowed


@pytest.mark.parametrize(
    ("higher", "share", "allowed"),
    [(True, 401, True), (True, 400, False), (False, 299, True), (False, 300, False)],
)
def test_a_target_from_a_range_is_better_than_all_of_it(
    acting: Acting, *, higher: bool, share: int, allowed: bool
) -> None:
    """From 30 to 40 percent, a target of 35 percent may be met already."""
    changes = {"begins": 300, "begins_high": 400, "higher_is_better": higher, "share": share}
    decision = asked(acting, **changes, group="Oak")
    assert decision.allowed is allowed
    said = {reason.code: reason.message for reason in decision.reasons}
    assert said["F01"] == "Chronic absence for 2024-25 is published for Oak: 30% to 40%."


@given(st.integers(0, 1000), st.integers(0, 1000), st.booleans())
def test_a_target_always_lies_on_the_better_side(
    acting: Acting, begins: int, share: int, higher: bool
) -> None:
    fact = replace(TARGET, begins=begins, share=share, higher_is_better=higher)
    allowed = may_set_target(fact, acting(Role.DATA_MANAGER), ON).allowed
    assert allowed == (share > begins if higher else share < begins)
