"""A release that renews itself: who may let it, when it ends, and which terms have ended."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.outputs.release_renewal import (
    find_next_term_end,
    find_term_end,
    list_ended_terms,
)
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release import ReleaseFact
from cairn.policy.facts.outputs.release_renewal import ReleaseRenewalFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.release_renewals import (
    may_continue_renewal,
    may_end_renewal,
    may_renew_release,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.releases import ReleaseState, RenewalCadence

Acting = Callable[..., Actor]
Agreed = Callable[..., AgreementFact]
TERM, YEAR = RenewalCadence.TERM, RenewalCadence.SCHOOL_YEAR
DAY = timedelta(days=1)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.refusals]


@pytest.mark.parametrize("state", ReleaseState)
def test_who_may_draft_may_renew_what_is_not_finished(
    sent_back: ReleaseFact, acting: Acting, on: date, state: ReleaseState
) -> None:
    release = replace(sent_back, state=state)
    is_over = state in {ReleaseState.CORRECTED, ReleaseState.WITHDRAWN}
    for role in (Role.DATA_MANAGER, Role.ANALYST):
        assert may_renew_release(release, acting(role), on).allowed is not is_over
        assert may_end_renewal(release, acting(role), on).allowed
    for other in (acting(Role.REVIEWER), acting(Role.DATA_MANAGER, at="river"), Actor.public()):
        assert not may_renew_release(release, other, on).allowed
        assert not may_end_renewal(release, other, on).allowed


def test_a_renewal_goes_on_while_an_agreement_names_its_partner(agreed: Agreed, on: date) -> None:
    agreement = agreed()
    renewal = ReleaseRenewalFact("1", frozenset({"river"}), (agreement,), was_withdrawn=False)
    assert may_continue_renewal(renewal, on).allowed
    ended = replace(agreement, terminated_on=on - DAY)
    for changed in (
        replace(renewal, agreements=()),
        replace(renewal, agreements=(ended,)),
        replace(renewal, partners=frozenset({"hills"})),
        replace(renewal, partners=frozenset()),
    ):
        assert codes(may_continue_renewal(changed, on)) == ["P57"]
    successor = replace(agreement, reference="B")
    followed = replace(renewal, agreements=(ended, successor))
    assert may_continue_renewal(followed, on).allowed
    withdrawn = replace(renewal, was_withdrawn=True)
    assert codes(may_continue_renewal(withdrawn, on)) == ["P56"]
    (reason,) = may_continue_renewal(replace(renewal, partners=frozenset()), on).refusals
    assert "an owner of these data" in reason.message


@pytest.mark.parametrize(
    ("cadence", "since", "on", "terms"),
    [
        (TERM, date(2026, 3, 2), date(2026, 6, 30), ()),
        (TERM, date(2026, 3, 2), date(2026, 7, 1), ("2025-26 S2",)),
        (TERM, date(2026, 6, 30), date(2026, 7, 1), ("2025-26 S2",)),
        (TERM, date(2026, 7, 1), date(2027, 1, 1), ("2026-27 S1",)),
        (TERM, date(2026, 3, 2), date(2027, 1, 1), ("2025-26 S2", "2026-27 S1")),
        (TERM, date(1999, 12, 31), date(2000, 1, 1), ("1999-00 S1",)),
        (YEAR, date(2026, 3, 2), date(2026, 6, 30), ()),
        (YEAR, date(2026, 3, 2), date(2026, 7, 1), ("2025-26",)),
        (YEAR, date(2026, 7, 1), date(2027, 1, 1), ()),
        (YEAR, date(2026, 3, 2), date(2028, 7, 1), ("2025-26", "2026-27", "2027-28")),
    ],
)
def test_terms_end_in_december_and_june(
    cadence: RenewalCadence, since: date, on: date, terms: tuple[str, ...]
) -> None:
    assert list_ended_terms(cadence, since, on) == terms


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(RenewalCadence))
def test_each_term_has_one_last_day(since: date, cadence: RenewalCadence) -> None:
    end = find_next_term_end(cadence, since)
    assert since <= end < since + timedelta(days=366)
    (term,) = list_ended_terms(cadence, since, end + DAY)
    assert find_term_end(term) == end
    assert not list_ended_terms(cadence, end + DAY, end + DAY)
