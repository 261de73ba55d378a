"""Whoever sent data learns what became of them, and the calendar asks until they did."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from cairn.policy.checks.data_use.obligations import (
    find_next_partner_report_date,
    is_report_of_term,
)
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import GiveBackTerm
from cairn.policy.facts.data.delivery import GiveBackFact, PromisedReportFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.partner_reports import (
    may_deliver_promised_report,
    may_record_partner_report,
    may_view_partner_report,
    may_view_promised_report,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import Frequency, ReportContents

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
    assert find_next_partner_report_date(give, agreement, None, on, received) is None
    # A file that came later on the day of the report.
    assert find_next_partner_report_date(give, agreement, received, on, received) == due


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
    assert find_next_partner_report_date(once, agreement, None, first, first + DAY) is None


def test_a_due_date_that_passed_stays_until_the_report_is_given(agreed: Agreed) -> None:
    agreement = agreed()
    first, second, third, fourth = (
        agreement.starts.replace(year=agreement.starts.year + years) for years in range(4)
    )
    by_hand = GiveBackTerm("A report", frequency=Frequency.YEARLY)
    for give in (by_hand, replace(by_hand, contents=ReportContents.PUBLISHED_TABLES)):
        cases = [
            (None, first, first),
            (None, first + DAY, second),
            (None, third + DAY, second),
            (second - 9 * DAY, third + DAY, third),
            (second - 9 * DAY, fourth + DAY, third),
            (third, third + DAY, fourth),
        ]
        for given, on, due in cases:
            assert find_next_partner_report_date(give, agreement, None, on, given) == due
    # Cairn delivered the second report 60 days late; the third is still due.
    late = second + 60 * DAY
    tables = replace(by_hand, contents=ReportContents.PUBLISHED_TABLES)
    assert find_next_partner_report_date(tables, agreement, None, late, late) == third
    monthly = replace(tables, frequency=Frequency.MONTHLY)
    soon = date(second.year, second.month, 20)
    after = find_next_partner_report_date(monthly, agreement, None, soon, soon)
    assert after is not None
    assert after - soon > 14 * DAY


TABLES = GiveBackTerm("Tables", within_days=90, contents=ReportContents.PUBLISHED_TABLES)


def promised(agreement: AgreementFact, on: date, *terms: GiveBackTerm) -> PromisedReportFact:
    """A report that may be delivered: something was sent, a release counts it, someone may read."""
    sent = on - 5 * DAY
    return PromisedReportFact(
        "river",
        replace(agreement, giveback=terms or (TABLES,)),
        "Tables",
        received=sent,
        counted=(sent,),
        given=None,
        has_reader=True,
        has_new_figures=True,
    )


def test_a_report_counts_for_its_term_after_an_amendment(agreed: Agreed, on: date) -> None:
    other = GiveBackTerm("Maps", to="hills", contents=ReportContents.PUBLISHED_TABLES)
    talk = GiveBackTerm("A talk")
    agreement = promised(agreed(), on, TABLES, other, talk).agreement
    counts = {
        (TABLES, "tables ", False): True,
        (TABLES, "Tables of last year", True): True,
        (TABLES, "Tables of last year", False): False,
        (TABLES, "Maps", True): True,
        (TABLES, "A talk", True): True,
        (talk, "A talk", True): True,
        (talk, "Tables of last year", True): False,
    }
    for (term, what, is_by_cairn), expected in counts.items():
        given = is_report_of_term(term, agreement, "river", what, is_by_cairn=is_by_cairn)
        assert given is expected, (term.what, what)
    assert not is_report_of_term(other, agreement, "river", "Tables", is_by_cairn=True)


def test_a_report_is_delivered_when_due_and_says_else_what_is_missing(
    agreed: Agreed, on: date
) -> None:
    report = promised(agreed(), on)
    sent = on - 5 * DAY
    by_hand, elsewhere = replace(TABLES, contents=None), replace(TABLES, to="backbone")
    refused = {
        "no release counts it": (replace(report, counted=(), has_new_figures=False), {"P49"}),
        "given since": (
            replace(report, received=None, given=on, has_new_figures=False),
            {"P48", "P49"},
        ),
        "a newer submission is not counted": (
            replace(report, received=on, given=sent, has_new_figures=False),
            {"P49"},
        ),
        "nobody can open it": (replace(report, has_reader=False), {"P50"}),
        "a person makes it": (promised(agreed(), on, by_hand), {"P47"}),
        "another party gets it": (promised(agreed(), on, elsewhere), {"P47"}),
        "the agreement is a pilot": (promised(agreed(pilot="x"), on), None),
        "another report": (replace(report, what="A talk"), {"P47"}),
        "nothing was sent": (
            replace(report, received=None, counted=(), has_new_figures=False),
            {"P48", "P49"},
        ),
        "the agreement ended": (promised(agreed(ends=on - DAY), on), None),
    }
    assert may_deliver_promised_report(report, on).allowed
    for name, (fact, codes) in refused.items():
        decision = may_deliver_promised_report(fact, on)
        assert not decision.allowed, name
        assert all(reason.next_step for reason in decision.refusals), name
        if codes is not None:
            assert {reason.code for reason in decision.refusals} == codes, name
    without_day = replace(TABLES, within_days=None)
    assert may_deliver_promised_report(promised(agreed(), on, without_day), on).allowed
    again = replace(report, received=on, counted=(sent, on), given=sent)
    assert may_deliver_promised_report(again, on).allowed
    assert may_deliver_promised_report(replace(again, given=on), on).allowed


def test_a_report_with_a_frequency_goes_once_a_period_shortly_before_it_is_due(
    agreed: Agreed,
) -> None:
    yearly = GiveBackTerm(
        "Tables", frequency=Frequency.YEARLY, contents=ReportContents.PUBLISHED_TABLES
    )
    weekly = replace(yearly, frequency=Frequency.WEEKLY)
    due = agreed().starts.replace(year=agreed().starts.year + 1)
    report = promised(agreed(), due, yearly)
    assert not may_deliver_promised_report(report, due - 15 * DAY).allowed
    assert may_deliver_promised_report(report, due - 14 * DAY).allowed
    given = replace(report, given=due - 14 * DAY)
    assert not may_deliver_promised_report(given, due).allowed
    assert may_deliver_promised_report(report, due + 90 * DAY).allowed
    late = replace(report, given=due + 90 * DAY)
    assert not may_deliver_promised_report(late, due + 91 * DAY).allowed
    once = promised(agreed(), due, replace(yearly, frequency=Frequency.ONCE))
    assert may_deliver_promised_report(once, due).allowed
    assert not may_deliver_promised_report(replace(once, given=due), due + DAY).allowed
    each_week = promised(agreed(), due, weekly)
    sent = 0
    for day in range(28):
        if may_deliver_promised_report(each_week, due + day * DAY).allowed:
            each_week, sent = replace(each_week, given=due + day * DAY), sent + 1
    assert sent in {4, 5}  # 28 days touch four or five weeks of the agreement


def test_the_partner_and_the_hub_open_the_promised_report(
    agreed: Agreed, acting: Acting, on: date
) -> None:
    report = promised(agreed(ends=on - DAY), on)
    for reads in (acting(Role.STEWARD, at="river"), acting(Role.DATA_MANAGER)):
        assert may_view_promised_report(report, reads, on).allowed
    for other in (acting(Role.STEWARD, at="hills"), acting(Role.PROGRAM_STAFF, at="river")):
        assert not may_view_promised_report(report, other, on).allowed
