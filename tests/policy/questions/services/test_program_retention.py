"""A program keeps records as long as it chose, longer on hold, and then destroys them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.services.participant_record import (
    ParticipantRecordFact,
    RetentionPeriodFact,
)
from cairn.policy.questions.services.program_retention import (
    may_choose_record_period,
    may_destroy_participant_records,
)
from cairn.policy.vocabulary.access import STAFF_ROLES, Role

Acting = Callable[..., Actor]
_THREE_YEARS = RetentionPeriodFact("river", 3)


def _left(on: date, years: int, days: int = 0) -> ParticipantRecordFact:
    return ParticipantRecordFact(on.replace(year=on.year - years) + timedelta(days=days))


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_only_the_steward_of_the_program_destroys(role: Role, acting: Acting, on: date) -> None:
    records = [_left(on, 4)]
    for place, allowed in (("river", role == Role.STEWARD), ("hills", False)):
        actor = acting(role, at=place)
        decision = may_destroy_participant_records(_THREE_YEARS, records, actor, on)
        assert decision.allowed == allowed
        assert may_choose_record_period(_THREE_YEARS, actor, on).allowed == allowed


@pytest.mark.parametrize(
    ("record_of", "refused"),
    [
        (lambda on: _left(on, 3, days=-1), set()),
        (lambda on: _left(on, 3), {"H41"}),
        (lambda on: _left(on, 1), {"H41"}),
        (lambda on: ParticipantRecordFact(None), {"H41"}),
        (lambda on: ParticipantRecordFact(_left(on, 4).last_day, is_held=True), {"H42"}),
    ],
)
def test_a_record_is_destroyed_after_its_period_unless_it_is_held(
    record_of: Callable[[date], ParticipantRecordFact],
    refused: set[str],
    acting: Acting,
    on: date,
) -> None:
    steward = acting(Role.STEWARD, at="river")
    records = [_left(on, 5), record_of(on)]
    decision = may_destroy_participant_records(_THREE_YEARS, records, steward, on)
    assert {reason.code for reason in decision.refusals} == refused


def test_without_a_chosen_period_nothing_is_destroyed(acting: Acting, on: date) -> None:
    steward = acting(Role.STEWARD, at="river")
    no_period = RetentionPeriodFact("river", None)
    decision = may_destroy_participant_records(no_period, [_left(on, 30)], steward, on)
    assert {reason.code for reason in decision.refusals} == {"H40", "H41"}


@pytest.mark.parametrize(
    ("years", "federal", "refused"), [(4, True, {"H43"}), (5, True, set()), (1, False, set())]
)
def test_a_federal_award_needs_three_years_after_its_report(
    years: int, federal: bool, refused: set[str], acting: Acting, on: date
) -> None:
    steward = acting(Role.STEWARD, at="river")
    decision = may_choose_record_period(RetentionPeriodFact("river", years, federal), steward, on)
    assert {reason.code for reason in decision.refusals} == refused


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 25))
def test_the_last_day_kept_is_so_many_years_later(last_day: date, years: int) -> None:
    kept = RetentionPeriodFact("river", years).find_last_day_kept(last_day)
    assert kept is not None
    assert kept.year == last_day.year + years
    assert abs((kept - last_day).days - 365.25 * years) <= 2
