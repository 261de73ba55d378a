"""Whoever sent data learns what became of them, and the calendar asks until they did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from cairn.policy.checks.data_use.obligations import find_next_partner_report_date
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import GiveBackTerm
from cairn.policy.facts.data.delivery import GiveBackFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.partner_reports import (
    may_record_partner_report,
    may_view_partner_report,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import Frequency

Acting = Callable[..., Actor]
Agreed = Callable[..., AgreementFact]
DAY = timedelta(days=1)


def test_the_owner_and_who_received_it_read_what_became_of_a_delivery(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    report = GiveBackFact("river", agreed(), kept=True)
    for reads in (acting(Role.STEWARD, at="river"), acting(Role.DATA_MANAGER)):
        assert may_view_partner_report(report, reads, on).allowed
    for other in (
        acting(Role.STEWARD, at="hills"),
        acting(Role.ANALYST),
        acting(Role.PROGRAM_STAFF, at="river"),
    ):
        assert not may_view_partner_report(report, other, on).allowed


def test_who_received_it_says_that_it_was_given_back(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    report = GiveBackFact("river", agreed(), kept=True)
    assert may_record_partner_report(report, acting(Role.DATA_MANAGER), on).allowed
    assert not may_record_partner_report(report, acting(Role.STEWARD, at="river"), on).allowed
    nothing = replace(report, kept=False)
    refused = may_record_partner_report(nothing, acting(Role.DATA_MANAGER), on)
    assert [reason.code for reason in refused.refusals] == ["P38"]


def test_what_was_given_is_not_due_again_for_the_same_delivery(agreed: Agreed) -> None:
    give, received = GiveBackTerm("A table", within_days=90), date(2026, 9, 15)
    on, agreement = date(2026, 11, 24), agreed()
    due = received + 90 * DAY
    assert find_next_partner_report_date(give, agreement, received, on, received - DAY) == due
    assert find_next_partner_report_date(give, agreement, received, on, received) is None
    later = date(2026, 12, 1)
    assert find_next_partner_report_date(give, agreement, later, on, received) == later + 90 * DAY


def test_what_was_given_counts_for_the_period_that_had_not_passed(agreed: Agreed) -> None:
    give, agreement = GiveBackTerm("A report", frequency=Frequency.YEARLY), agreed()
    first = agreement.starts
    second = first.replace(year=first.year + 1)
    third = first.replace(year=first.year + 2)
    on = first + 30 * DAY
    assert find_next_partner_report_date(give, agreement, None, on) == second
    assert find_next_partner_report_date(give, agreement, None, on, on) == third
    assert find_next_partner_report_date(give, agreement, None, second + DAY, on) == third
    assert find_next_partner_report_date(give, agreement, None, on, first) == second
    once = GiveBackTerm("A talk", frequency=Frequency.ONCE)
    assert find_next_partner_report_date(once, agreement, None, first, first) is None
    assert find_next_partner_report_date(once, agreement, None, first, first + DAY) is first
