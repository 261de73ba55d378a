"""What must be destroyed by when: one duty a holding, by whichever cause comes first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.checks.records.destruction_duties import (
    CLOSING_PERIOD,
    check_no_overdue_destruction,
    find_destruction_due_date,
    find_destruction_duties,
)
from cairn.policy.facts.agreements.agreement import UNTIL_TERMINATED, AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm, Retention
from cairn.policy.facts.data.record_keeping import DemandFact, DutyFact, Holding, RevocationFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.governance.record_keeping import (
    may_accept_certificate,
    may_demand_destruction,
    may_destroy_data,
    may_open_destruction_list,
    may_view_agreement_duties,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.retention import DutyCause, DutyState

DAYS = 100
CAME = date(2026, 1, 10)
ENDS = date(2027, 6, 30)


@pytest.fixture
def terms(agreed: Callable[..., AgreementFact]) -> AgreementFact:
    return agreed(
        starts=date(2025, 7, 1), ends=ENDS, retention=Retention(period_days=DAYS, clause="9")
    )


def build_holding(terms: AgreementFact, **changes: object) -> Holding:
    said = {"reference": "delivery:1", "agreement": terms.reference, "owner": "river"}
    return Holding(**{**said, "since": CAME, **changes})  # type: ignore[arg-type]


def test_the_cause_that_comes_first_decides(terms: AgreementFact) -> None:
    term = CAME + timedelta(days=DAYS)
    long = replace(terms, retention=Retention(period_days=2000))
    after = ENDS + timedelta(days=1)
    demand = DemandFact(terms.reference, "river", CAME, CAME + timedelta(days=3))
    early = CAME + timedelta(days=5)
    closed = {"project": "P1", "project_ended": early}
    cases: list[tuple[AgreementFact, Holding, list[DemandFact], date, DutyCause, date]] = [
        (terms, build_holding(terms), [], CAME, DutyCause.TERM, term),
        (terms, build_holding(terms, keep_until=early), [], CAME, DutyCause.TERM, early),
        (terms, build_holding(terms), [demand], CAME, DutyCause.DEMAND, demand.due),
        (long, build_holding(long), [], after, DutyCause.AGREEMENT_ENDED, ENDS + CLOSING_PERIOD),
        (
            replace(long, terminated_on=early),
            build_holding(long),
            [],
            after,
            DutyCause.TERMINATED,
            early + CLOSING_PERIOD,
        ),
        (
            long,
            build_holding(long, **closed),
            [],
            early,
            DutyCause.TERM,
            CAME + timedelta(days=2000),
        ),
        (
            long,
            build_holding(long, **closed),
            [],
            early + timedelta(days=1),
            DutyCause.PROJECT_ENDED,
            early + CLOSING_PERIOD,
        ),
    ]
    for agreement, holding, demands, on, cause, due in cases:
        (duty,) = find_destruction_duties(agreement, [holding], demands, on)
        assert (duty.cause, duty.due) == (cause, due)
        assert duty.owner == "river"


def test_a_consent_taken_back_ends_what_came_while_it_counted(terms: AgreementFact) -> None:
    within = replace(terms, retention=Retention(period_days=DAYS, revoked_days=10))
    back = CAME + timedelta(days=20)
    one = RevocationFact(terms.reference, "river", CAME, back)
    (duty,) = find_destruction_duties(within, [build_holding(terms)], (), CAME, [one])
    assert (duty.cause, duty.due) == (DutyCause.REVOKED, back + timedelta(days=10))
    assert duty.state is DutyState.DUE
    on_the_day = build_holding(terms, since=back)
    (duty,) = find_destruction_duties(within, [on_the_day], (), CAME, [one])
    assert duty.cause is DutyCause.REVOKED
    untouched: list[tuple[AgreementFact, Holding, RevocationFact]] = [
        (terms, build_holding(terms), one),
        (within, build_holding(terms, since=back + timedelta(days=1)), one),
        (within, build_holding(terms, since=CAME - timedelta(days=1)), one),
        (within, build_holding(terms, is_proof=True), one),
        (within, build_holding(terms), replace(one, owner="lake")),
        (within, build_holding(terms), replace(one, agreement="OTHER")),
    ]
    for agreement, holding, revoked in untouched:
        (duty,) = find_destruction_duties(agreement, [holding], (), CAME, [revoked])
        assert duty.cause is DutyCause.TERM


def test_an_agreement_without_an_end_or_a_period_has_no_duty_by_them(terms: AgreementFact) -> None:
    silent = replace(terms, retention=Retention(period_days=None), ends=UNTIL_TERMINATED)
    assert find_destruction_duties(silent, [build_holding(terms)], (), CAME) == ()
    assert find_destruction_due_date(silent, CAME) is None


def test_the_shortest_period_of_the_elements_of_a_delivery_counts(terms: AgreementFact) -> None:
    general = DataTerm("attendance", frozenset({"local_id", "days_absent"}))
    shorter = DataTerm("discipline", frozenset({"local_id", "action"}), retention_days=30)
    longer = DataTerm("grade", frozenset({"local_id"}), retention_days=DAYS + 1)
    given = replace(terms, data=(general, shorter, longer))
    usual, early = CAME + timedelta(days=DAYS), CAME + timedelta(days=30)
    assert find_destruction_due_date(given, CAME) == usual
    assert find_destruction_due_date(given, CAME, ["attendance.local_id"]) == usual
    assert find_destruction_due_date(given, CAME, ["grade.local_id"]) == usual
    both = ["attendance.local_id", "discipline.action"]
    assert find_destruction_due_date(given, CAME, both) == early


def test_a_period_that_counts_from_the_end_is_not_shortened(terms: AgreementFact) -> None:
    by_end = replace(terms, retention=Retention(period_days=DAYS, counted_from="agreement_end"))
    (duty,) = find_destruction_duties(by_end, [build_holding(terms)], (), ENDS + timedelta(days=9))
    assert (duty.cause, duty.due) == (DutyCause.TERM, ENDS + timedelta(days=DAYS))
    unknown = replace(by_end, ends=UNTIL_TERMINATED)
    assert find_destruction_due_date(unknown, CAME) == CAME + timedelta(days=DAYS)


def test_another_owners_demand_and_another_agreements_ask_for_nothing(terms: AgreementFact) -> None:
    others = [
        DemandFact(terms.reference, "lake", CAME, CAME),
        DemandFact("OTHER", "river", CAME, CAME),
    ]
    (duty,) = find_destruction_duties(terms, [build_holding(terms)], others, CAME)
    assert duty.cause is DutyCause.TERM


def test_holdings_of_one_owner_cause_and_day_are_one_duty(terms: AgreementFact) -> None:
    two = [build_holding(terms), build_holding(terms, reference="delivery:2")]
    third = build_holding(terms, reference="delivery:3", owner="lake")
    together = find_destruction_duties(terms, [*two, third], (), CAME)
    assert [d.references for d in together] == [("delivery:3",), ("delivery:1", "delivery:2")]
    assert {d.state for d in together} == {DutyState.DUE}


@pytest.mark.parametrize("state", list(DutyState))
def test_overdue_is_after_the_day_and_until_it_is_certified(state: DutyState) -> None:
    duty = _duty(state)
    assert not duty.is_overdue(CAME)
    done = state in (DutyState.CERTIFIED, DutyState.ACCEPTED)
    assert duty.is_overdue(CAME + timedelta(days=1)) is not done


def _duty(state: DutyState = DutyState.DUE) -> DutyFact:
    return DutyFact("A", "river", frozenset({"hub"}), DutyCause.TERM, CAME, ("x:1",), state)


def test_who_is_overdue_receives_nothing_and_unknown_denies() -> None:
    after = CAME + timedelta(days=1)
    told = {
        "nobody looked": (None, after, Outcome.DENY, "D01"),
        "nothing": ((), after, Outcome.ALLOW, "D02"),
        "not yet": ((_duty(),), CAME, Outcome.ALLOW, "D02"),
        "late": ((_duty(),), after, Outcome.DENY, "D02"),
    }
    for name, (overdue, on, effect, code) in told.items():
        (reason,) = check_no_overdue_destruction(overdue).run(on)
        assert (reason.effect, reason.code) == (effect, code), name


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.sets(st.integers(0, 900), max_size=4))
def test_one_more_demand_never_makes_a_duty_later(
    agreed: Callable[..., AgreementFact], on: date, days: set[int]
) -> None:
    terms = agreed(retention=Retention(period_days=DAYS))
    demands = [
        DemandFact(terms.reference, "river", on, on + timedelta(days=n)) for n in sorted(days)
    ]
    holding = build_holding(terms, keep_until=date(2028, 1, 1))
    before = find_destruction_duties(terms, [holding], demands[1:], on)
    after = find_destruction_duties(terms, [holding], demands, on)
    assert after[0].due <= before[0].due


def test_who_may_demand_see_destroy_and_accept(
    terms: AgreementFact, acting: Callable[..., Actor]
) -> None:
    steward, stranger = acting(Role.STEWARD, at="river"), acting(Role.STEWARD, at="lake")
    manager = acting(Role.DATA_MANAGER)
    assert may_demand_destruction(terms, "river", CAME, steward, CAME).allowed
    assert not may_demand_destruction(
        terms, "river", CAME - timedelta(days=1), steward, CAME
    ).allowed
    assert not may_demand_destruction(terms, "lake", CAME, stranger, CAME).allowed
    # The hub holds the data: it puts off no owner's demand, and takes none back.
    assert not may_demand_destruction(terms, "river", CAME, manager, CAME).allowed
    assert may_view_agreement_duties(terms, steward, CAME).allowed
    assert not may_view_agreement_duties(terms, stranger, CAME).allowed
    assert may_open_destruction_list(stranger, CAME).allowed
    assert may_destroy_data(terms, manager, CAME).allowed
    assert not may_destroy_data(terms, steward, CAME).allowed
    assert may_accept_certificate("river", DutyState.CERTIFIED, steward, CAME).allowed
    assert not may_accept_certificate("river", DutyState.RUNNING, steward, CAME).allowed
    assert not may_accept_certificate("river", DutyState.CERTIFIED, manager, CAME).allowed
