"""Lives are tables: what can happen next, by whom, and how they print."""

from itertools import product

import pytest

from cairn.rules.lifecycle import Life, may_bring_about, next_state, states_with
from cairn.rules.lives import LIVES
from cairn.rules.lives.delivery import DELIVERY
from cairn.rules.lives.release import RELEASE
from cairn.rules.vocabulary import DeliveryState, ReleaseState, Role

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
    assert next_state(RELEASE, state, said) == (row[3] if row else None)
    for role, letter in LETTER.items():
        expected = row is not None and letter in row[2]
        assert may_bring_about(RELEASE, state, said, role) is expected


def test_nothing_comes_after_the_last_state() -> None:
    assert all(s.state is not ReleaseState.WITHDRAWN for s in RELEASE)
    assert all(s.state is not DeliveryState.DESTROYED for s in DELIVERY)


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.name)
def test_every_state_can_be_reached_and_one_event_leads_one_way(life: Life) -> None:
    reached = {life.steps[0].state}
    while more := {s.then for s in life.steps if s.state in reached} - reached:
        reached |= more
    assert reached >= {s.state for s in life.steps}
    # Several roles may bring an event about by different actions; it leads one way all the same.
    led = {(s.state, s.event, s.then) for s in life.steps}
    assert len(led) == len({(state, event) for state, event, _then in led})


def test_only_a_conformed_delivery_is_used_and_a_superseded_one_returns() -> None:
    assert next_state(DELIVERY, DeliveryState.CONFORMED, "supersede") is DeliveryState.SUPERSEDED
    assert next_state(DELIVERY, DeliveryState.SUPERSEDED, "reinstate") is DeliveryState.RECEIVED
    assert states_with(DELIVERY, "finish") == (DeliveryState.CONFORMING,)


def test_a_life_prints_its_diagram() -> None:
    diagram = LIVES[0].diagram()
    assert diagram.startswith("stateDiagram-v2\n    [*] --> draft\n")
    assert "    draft --> checked: check (analyst, data manager)\n" in diagram
    assert diagram.count("-->") == len(RELEASE) + 1
