"""Check whether Cairn itself may deliver a report that an agreement promises to a partner."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.checks.data_use import obligations
from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import GiveBackTerm, PromisedReportFact
from cairn.policy.law.cards.outputs import partner_report as cards
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary import ReportContents

__all__ = [
    "check_report_due",
    "check_report_figures",
    "check_report_promised",
    "check_report_reader",
]


def _find_term(report: PromisedReportFact) -> GiveBackTerm | None:
    """Find the term that promises this partner a report which Cairn can make."""
    return next(
        (
            term
            for term in report.agreement.giveback
            if term.what == report.what
            and not report.agreement.pilot
            and term.contents is ReportContents.PUBLISHED_TABLES
            and report.organization in obligations.list_report_partners(term, report.agreement)
        ),
        None,
    )


@policy_check(cards.PROMISED)
def check_report_promised(on: date, report: PromisedReportFact) -> Reason:
    """Check that the agreement promises this partner a report that Cairn can make.

    Args:
        on: date of the check.
        report: facts of the report.
    Returns:
        One reason.
    """
    return _build_reason(cards.PROMISED, report, met=_find_term(report) is not None)


@policy_check(cards.DUE)
def check_report_due(on: date, report: PromisedReportFact) -> Iterator[Reason]:
    """Check that the report is due for a submission or period for which it was not given yet.

    Args:
        on: date of the check.
        report: facts of the report.
    Returns:
        One reason; none if the agreement promises no such report.
    """
    term = _find_term(report)
    if term is not None:
        is_due = obligations.is_partner_report_due(
            term, report.agreement, report.received, on, report.given
        )
        yield _build_reason(cards.DUE, report, met=is_due)


@policy_check(cards.FIGURES)
def check_report_figures(on: date, report: PromisedReportFact) -> Reason:
    """Check that a published release counts what the report is about.

    A report that follows a submission is about what the partner sent since the submission that the
    last one was given on.

    Args:
        on: date of the check.
        report: facts of the report.
    Returns:
        One reason.
    """
    term = _find_term(report)
    follows_submission = term is not None and (
        term.within_days is not None or term.frequency is None
    )
    since = report.given if follows_submission else None
    is_counted = report.has_new_figures if follows_submission else bool(report.counted)
    since_text = f" after {since.isoformat()}" if since else ""
    return _build_reason(cards.FIGURES, report, met=is_counted, since=since_text)


@policy_check(cards.READER)
def check_report_reader(on: date, report: PromisedReportFact) -> Reason:
    """Check that a data steward of the partner can open the report.

    Args:
        on: date of the check.
        report: facts of the report.
    Returns:
        One reason.
    """
    return _build_reason(cards.READER, report, met=report.has_reader)


def _build_reason(card: RuleCard, report: PromisedReportFact, *, met: bool, **facts: str) -> Reason:
    agreement = report.agreement
    names = {party.organization: party.name for party in agreement.parties}
    return Reason.from_card(
        card,
        met=met,
        agreement=agreement.reference,
        organization=names.get(report.organization, report.organization),
        **facts,
    )
