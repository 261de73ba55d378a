"""A partner's own numbers: of its own records, and where subtraction tells of nobody's few."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.outputs.dashboard import OwnFiguresFact
from cairn.policy.facts.outputs.release import ReleaseFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.dashboards import (
    may_compare_own_figures,
    may_open_own_figures_page,
)
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.releases import ReleaseState

Acting = Callable[..., Actor]
ON = date(2026, 11, 24)
TABLES = frozenset({"By school", "By gender"})
OWN = OwnFiguresFact(
    organization="river",
    name="River District",
    outcome="Chronic absence",
    has_rows=True,
    delivered_by=frozenset({"river", "lake"}),
    rows_of=frozenset({"river", "lake"}),
    tables=TABLES,
    hold=TABLES,
)


def asked(
    release: ReleaseFact, acting: Acting, own: OwnFiguresFact = OWN, at: str = "river"
) -> Decision:
    out = replace(release, state=ReleaseState.PUBLISHED)
    return may_compare_own_figures(out, own, acting(Role.STEWARD, at=at), ON)


def test_its_own_numbers_table_by_table(sent_back: ReleaseFact, acting: Acting) -> None:
    assert asked(sent_back, acting).outcome is Outcome.ALLOW
    part = asked(sent_back, acting, replace(OWN, hold=frozenset({"By school"})))
    assert part.outcome is Outcome.ALLOW_SUBSET
    assert part.elements == {"By school": Outcome.ALLOW, "By gender": Outcome.DENY}
    (reason,) = part.refusals
    assert reason.message == (
        "By gender: subtracting River District's own numbers from the published ones would "
        "disclose a small group of other children."
    )
    none = asked(sent_back, acting, replace(OWN, hold=frozenset()))
    assert none.outcome is Outcome.DENY


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"has_rows": False}, "the tables contain none of its rows"),
        ({"organization": "hill"}, "the tables contain none of its rows"),
        (
            {"delivered_by": frozenset({"river", "college"}), "rows_of": frozenset({"river"})},
            "other partners submitted part of the data (college)",
        ),
    ],
)
def test_records_of_others_are_not_passed_on(
    sent_back: ReleaseFact, acting: Acting, changes: dict[str, object], said: str
) -> None:
    own = replace(OWN, **changes)  # type: ignore[arg-type]
    found = asked(sent_back, acting, own, at=own.organization)
    assert not found.allowed
    assert [r.code for r in found.refusals] == ["F04"]
    assert said in found.refusals[0].message


def test_only_its_own_cleared_steward_with_a_second_factor(
    sent_back: ReleaseFact, acting: Acting
) -> None:
    assert not asked(sent_back, acting, at="lake").allowed
    assert may_open_own_figures_page("river", acting(Role.STEWARD, at="river"), ON).allowed
    for actor in (
        acting(Role.STEWARD, at="lake"),
        acting(Role.DATA_MANAGER),
        acting(Role.STEWARD, at="river", second_factor=SecondFactor.ABSENT),
        acting(Role.STEWARD, at="river", clearance=None),
    ):
        assert not may_open_own_figures_page("river", actor, ON).allowed


@pytest.mark.parametrize("state", sorted(set(ReleaseState) - {ReleaseState.PUBLISHED}))
def test_only_beside_what_is_published(
    sent_back: ReleaseFact, acting: Acting, state: ReleaseState
) -> None:
    steward = acting(Role.STEWARD, at="river")
    assert not may_compare_own_figures(replace(sent_back, state=state), OWN, steward, ON).allowed


def test_taking_a_table_from_what_holds_never_allows_more(
    sent_back: ReleaseFact, acting: Acting
) -> None:
    whole = asked(sent_back, acting)
    for table in TABLES:
        less = asked(sent_back, acting, replace(OWN, hold=TABLES - {table}))
        assert less.usable <= whole.usable
        assert table not in less.usable
