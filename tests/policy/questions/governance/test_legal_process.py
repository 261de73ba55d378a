"""Legal process waits for counsel; public-records requests never open a student's record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Final

import pytest

from cairn.policy.checks.records.legal_process import find_court_order, find_legal_process_action
from cairn.policy.facts.data.legal_process import (
    LegalProcessFact,
    OrderedDisclosure,
    PublicRequestFact,
)
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.circumstance import CourtOrder
from cairn.policy.lifecycles.state_machine import find_next_state
from cairn.policy.lifecycles.state_tables import LEGAL_PROCESS_TRANSITIONS
from cairn.policy.questions.governance.legal_process import (
    may_answer_public_request,
    may_change_legal_process,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.legal_process import (
    LegalProcessKind,
    LegalProcessState,
    PublicRequestLevel,
    PublicRequestState,
)

Acting = Callable[..., Actor]
ON: Final = date(2026, 11, 24)
K, S, L, P = LegalProcessKind, LegalProcessState, PublicRequestLevel, PublicRequestState
HELD: Final = LegalProcessFact(K.SUBPOENA, S.ON_HOLD)
EXPECTED: Final = """
on_hold comply cleared
on_hold contest contested
on_hold notify on_hold
on_hold withdraw withdrawn
cleared contest contested
cleared notify cleared
cleared disclose disclosed
cleared withdraw withdrawn
contested comply cleared
contested notify contested
contested withdraw withdrawn
"""
ROWS: Final = {tuple(line.split()[:2]): line.split()[2] for line in EXPECTED.strip().splitlines()}
EVENTS: Final = sorted({event for _state, event in ROWS})


@pytest.mark.parametrize(("state", "event"), list(product(S, EVENTS)))
def test_every_state_and_event(state: S, event: str) -> None:
    expected = ROWS.get((state.value, event))
    found = find_next_state(LEGAL_PROCESS_TRANSITIONS, state, event)
    assert found == (S(expected) if expected else None)


def test_an_unknown_event_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(LookupError, match="no event"):
        find_legal_process_action("forget")


def _codes(event: str, process: LegalProcessFact, actor: Actor) -> list[str]:
    decision = may_change_legal_process(event, process, "river", actor, ON)
    return [reason.code for reason in decision.refusals]


def test_counsel_of_the_data_owner_decides(acting: Acting) -> None:
    counsel = acting(Role.COUNSEL, at="river")
    assert _codes("comply", HELD, counsel) == []
    assert _codes("contest", HELD, counsel) == []
    for other in (
        acting(Role.STEWARD, at="river"),
        acting(Role.DATA_MANAGER),
        acting(Role.COUNSEL, at="lake"),
    ):
        assert _codes("comply", HELD, other) != []


@pytest.mark.parametrize("kind", K)
def test_a_demand_without_a_judge_or_subpoena_compels_nothing(acting: Acting, kind: K) -> None:
    counsel = acting(Role.COUNSEL, at="river")
    compels = kind not in (K.ADMINISTRATIVE_WARRANT, K.OTHER_DEMAND)
    assert _codes("comply", replace(HELD, kind=kind), counsel) == ([] if compels else ["R33.1"])


@pytest.mark.parametrize(
    ("changes", "rules"),
    [
        ({}, ["R33.2"]),
        ({"effort_on": ON}, []),
        ({"effort_on": ON + timedelta(days=1)}, ["R33.2"]),
        ({"sealed": "Order of Nov. 2, 2026"}, []),
        ({"sealed": " "}, ["R33.2"]),
        ({"effort_on": ON, "students": 0}, ["R33.3"]),
        ({"sealed": "Order of Nov. 2, 2026", "students": 0}, []),
        ({"state": S.ON_HOLD, "effort_on": ON}, ["R33"]),
        ({"state": S.CONTESTED, "effort_on": ON}, ["R33"]),
    ],
)
def test_nothing_is_disclosed_before_counsel_and_notice(
    acting: Acting, changes: dict[str, object], rules: list[str]
) -> None:
    cleared = replace(HELD, state=S.CLEARED, students=2)
    process = replace(cleared, **changes)  # type: ignore[arg-type]
    assert _codes("disclose", process, acting(Role.STEWARD, at="river")) == rules


CLEARED: Final = replace(HELD, state=S.CLEARED, effort_on=ON)
ALLOWED: Final = OrderedDisclosure(
    "legal-1", "river", "lanterns", frozenset({"k1"}), ON - timedelta(days=9), decided_on=ON
)


@pytest.mark.parametrize(
    ("process", "disclosure", "is_order"),
    [
        ({}, {}, True),
        ({"kind": K.COURT_ORDER, "effort_on": None, "sealed": "Order of Nov. 2, 2026"}, {}, True),
        ({"state": S.ON_HOLD}, {}, False),
        ({"state": S.CONTESTED}, {}, False),
        ({"state": S.DISCLOSED}, {}, False),
        ({"state": S.WITHDRAWN}, {}, False),
        ({"kind": K.ADMINISTRATIVE_WARRANT}, {}, False),
        ({"effort_on": None}, {}, False),
        ({"effort_on": ON + timedelta(days=1)}, {}, False),
        ({}, {"decided_on": None}, False),
        ({}, {"decided_on": ON + timedelta(days=1)}, False),
        ({}, {"recipient": ""}, False),
        ({}, {"people": frozenset()}, False),
    ],
)
def test_a_use_rests_on_an_order_that_counsel_cleared_after_notice(
    process: dict[str, object], disclosure: dict[str, object], *, is_order: bool
) -> None:
    """34 CFR 99.31(a)(9)."""
    fact = replace(CLEARED, **process)  # type: ignore[arg-type]
    allowed = replace(ALLOWED, **disclosure)  # type: ignore[arg-type]
    order = find_court_order(fact, allowed, ON)
    assert (order is not None) is is_order
    if is_order:
        assert order == CourtOrder(
            "legal-1",
            "river",
            "lanterns",
            frozenset({"k1"}),
            ON - timedelta(days=9),
            sealed=fact.sealed,
            effort_on=fact.effort_on,
        )


@pytest.mark.parametrize(
    ("event", "changes", "rules"),
    [
        ("release", {"deidentified": True}, []),
        ("release", {}, ["R34.1"]),
        ("release", {"level": L.OTHER_RECORDS}, []),
        ("release", {"level": L.INDIVIDUAL, "deidentified": True}, ["R34"]),
        ("deny", {"level": L.INDIVIDUAL, "exemption": "34 CFR 99.30(a)"}, []),
        ("deny", {"level": L.INDIVIDUAL, "exemption": " "}, ["R34.2"]),
        ("withdraw", {}, []),
        ("withdraw", {"state": P.DENIED}, ["R34.3"]),
    ],
)
def test_a_public_records_request(
    acting: Acting, event: str, changes: dict[str, object], rules: list[str]
) -> None:
    steward, asked = acting(Role.STEWARD, at="river"), PublicRequestFact(L.FIGURES, P.OPEN)
    request = replace(asked, **changes)  # type: ignore[arg-type]
    decision = may_answer_public_request(event, request, "river", steward, ON)
    assert [reason.code for reason in decision.refusals] == rules
