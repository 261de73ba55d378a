"""Record that a report left the program: to its funder, or in a version for publication."""

from datetime import datetime

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Permit
from cairn.policy.facts import FunderReportFact
from cairn.policy.questions import may_publish_program_report, may_report_to_funder
from cairn.services.programs.funder_report.report_queries import ProgramReport, build_report_fact


def _build_funder_facts(*, report: ProgramReport) -> tuple[FunderReportFact]:
    return (build_report_fact(report.program, report.counts.first, report.counts.last),)


def _build_publication_facts(*, report: ProgramReport) -> tuple[FunderReportFact]:
    counts = report.counts
    return (build_report_fact(report.program, counts.first, counts.last, counts.smallest_shown),)


@action("program.funder_report_made", asks=may_report_to_funder, facts=_build_funder_facts)
def record_funder_report(
    permit: Permit, /, *, report: ProgramReport, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a report of exact counts left the program for its funder. It names no child.

    Args:
        report: the report.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    return ActionResult(subject=report.program, detail=_describe_report(report))


@action("program.report_published", asks=may_publish_program_report, facts=_build_publication_facts)
def record_published_report(
    permit: Permit, /, *, report: ProgramReport, by: User, at: datetime
) -> ActionResult[None]:
    """Record that the version of a report for publication was made.

    Args:
        report: the report for publication.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: it would show a small group, or the policy does not allow it.
    """
    return ActionResult(subject=report.program, detail=_describe_report(report))


def _describe_report(report: ProgramReport) -> dict[str, str]:
    counts = report.counts
    return {"first": counts.first.isoformat(), "last": counts.last.isoformat()}
