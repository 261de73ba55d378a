"""Lives are tables: what can happen next, by whom, and how they print."""

from itertools import product

import pytest

from cairn.policy.lifecycles.state_machine import (
    Lifecycle,
    find_next_state,
    list_states_allowing,
    may_role_cause_event,
)
from cairn.policy.lifecycles.state_tables import (
    DELIVERY_TRANSITIONS,
    LIFECYCLES,
    RELEASE_TRANSITIONS,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.policy.vocabulary.releases import ReleaseState

# state: event → next (D data manager, S steward, A analyst, R reviewer)
EXPECTED = """
draft check DA checked
draft reword DA draft
draft redraft DA draft
draft withdraw DS withdrawn
checked check DA checked
checked reword DA checked
checked redraft DA draft
checked submit DA in_review
checked withdraw DS withdrawn
in_review review R in_review
in_review return R returned
in_review send-back DA sent_back
in_review check-again DA checked
in_review stop DA returned
in_review withdraw DS withdrawn
returned check DA checked
returned reword DA returned
returned redraft DA draft
returned withdraw DS withdrawn
sent_back confirm S sent_back
sent_back confirm-last S approved
sent_back correct S returned
sent_back decline S returned
sent_back publish D published
sent_back check-again DA checked
sent_back stop DA returned
sent_back withdraw DS withdrawn
approved publish D published
approved check-again DA checked
approved stop DA returned
approved withdraw DS withdrawn
published replace D corrected
published withdraw DS withdrawn
corrected withdraw DS withdrawn
"""
LETTER = {
    Role.DATA_MANAGER: "D",
    Role.STEWARD: "S",
    Role.ANALYST: "A",
    Role.REVIEWER: "R",
    Role.PROGRAM_STAFF: "P",
    Role.PUBLIC: "0",
}
ROWS = [line.split() for line in EXPECTED.strip().splitlines()]
EVENTS = sorted({row[1] for row in ROWS})


@pytest.mark.parametrize(("state", "event"), list(product(ReleaseState, EVENTS)))
def test_every_release_state_event_and_role(state: ReleaseState, event: str) -> None:
    row = next((r for r in ROWS if r[:2] == [state.value, event]), None)
    said = event.replace("-", " ")
    assert find_next_state(RELEASE_TRANSITIONS, state, said) == (row[3] if row else None)
    for role, letter in LETTER.items():
        expected = row is not None and letter in row[2]
        assert may_role_cause_event(RELEASE_TRANSITIONS, state, said, role) is expected


def test_nothing_comes_after_the_last_state() -> None:
    assert all(s.state is not ReleaseState.WITHDRAWN for s in RELEASE_TRANSITIONS)
    assert all(s.state is not DeliveryState.DESTROYED for s in DELIVERY_TRANSITIONS)


@pytest.mark.parametrize("life", LIFECYCLES, ids=lambda life: life.name)
def test_every_state_can_be_reached_and_one_event_leads_one_way(life: Lifecycle) -> None:
    reached = {life.steps[0].state}
    while more := {s.next_state for s in life.steps if s.state in reached} - reached:
        reached |= more
    assert reached >= {s.state for s in life.steps}
    # Several roles may bring an event about by different actions; it leads one way all the same.
    led = {(s.state, s.event, s.next_state) for s in life.steps}
    assert len(led) == len({(state, event) for state, event, _then in led})


def test_only_a_conformed_delivery_is_used_and_a_superseded_one_returns() -> None:
    assert (
        find_next_state(DELIVERY_TRANSITIONS, DeliveryState.CONFORMED, "supersede")
        is DeliveryState.SUPERSEDED
    )
    assert (
        find_next_state(DELIVERY_TRANSITIONS, DeliveryState.SUPERSEDED, "reinstate")
        is DeliveryState.RECEIVED
    )
    assert list_states_allowing(DELIVERY_TRANSITIONS, "finish") == (DeliveryState.CONFORMING,)


def test_a_life_prints_its_diagram() -> None:
    diagram = LIFECYCLES[0].draw_diagram()
    assert diagram.startswith("stateDiagram-v2\n    [*] --> draft\n")
    assert "    draft --> checked: check (analyst, data manager)\n" in diagram
    assert diagram.count("-->") == len(RELEASE_TRANSITIONS) + 1
