"""Whoever sent data learns what became of them, and the calendar asks until they did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.give_back import GiveBackFact, may_give_back, may_view_give_back
from cairn.rules.recurring import next_give_back
from cairn.rules.terms import Frequency, GiveBack
from cairn.rules.vocabulary import Role

Acting = Callable[..., Actor]
Agreed = Callable[..., Agreement]
DAY = timedelta(days=1)


def test_the_owner_and_who_received_it_read_what_became_of_a_delivery(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    report = GiveBackFact("river", agreed(), kept=True)
    for reads in (acting(Role.STEWARD, at="river"), acting(Role.DATA_MANAGER)):
        assert may_view_give_back(report, reads, on).allowed
    for other in (
        acting(Role.STEWARD, at="hills"),
        acting(Role.ANALYST),
        acting(Role.PROGRAM_STAFF, at="river"),
    ):
        assert not may_view_give_back(report, other, on).allowed


def test_who_received_it_says_that_it_was_given_back(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    report = GiveBackFact("river", agreed(), kept=True)
    assert may_give_back(report, acting(Role.DATA_MANAGER), on).allowed
    assert not may_give_back(report, acting(Role.STEWARD, at="river"), on).allowed
    nothing = replace(report, kept=False)
    refused = may_give_back(nothing, acting(Role.DATA_MANAGER), on)
    assert [reason.code for reason in refused.refusals] == ["P38"]


def test_what_was_given_is_not_due_again_for_the_same_delivery(agreed: Agreed) -> None:
    give, received = GiveBack("A table", within_days=90), date(2026, 9, 15)
    on, agreement = date(2026, 11, 24), agreed()
    due = received + 90 * DAY
    assert next_give_back(give, agreement, received, on, received - DAY) == due
    assert next_give_back(give, agreement, received, on, received) is None
    later = date(2026, 12, 1)
    assert next_give_back(give, agreement, later, on, received) == later + 90 * DAY


def test_what_was_given_counts_for_the_period_that_had_not_passed(agreed: Agreed) -> None:
    give, agreement = GiveBack("A report", frequency=Frequency.YEARLY), agreed()
    first = agreement.starts
    second = first.replace(year=first.year + 1)
    third = first.replace(year=first.year + 2)
    on = first + 30 * DAY
    assert next_give_back(give, agreement, None, on) == second
    assert next_give_back(give, agreement, None, on, on) == third
    assert next_give_back(give, agreement, None, second + DAY, on) == third
    assert next_give_back(give, agreement, None, on, first) == second
    once = GiveBack("A talk", frequency=Frequency.ONCE)
    assert next_give_back(once, agreement, None, first, first) is None
    assert next_give_back(once, agreement, None, first, first + DAY) is first
