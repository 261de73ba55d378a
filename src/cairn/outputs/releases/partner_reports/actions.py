"""Record a report to a partner, deliver one that Cairn makes, and record that it was opened."""

from datetime import datetime

from cairn.data.intake.api import Delivery
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.releases.models import GiveBack
from cairn.outputs.releases.partner_reports import promises, queries
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.policy import questions
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import GiveBackFact, PromisedReportFact

__all__ = ["record_report_opened"]

_REPORT_INTEREST = "report to the partner on its own data submission"


def _load_report_facts(*, delivery: Delivery) -> tuple[GiveBackFact]:
    return (queries.load_partner_report_fact(delivery),)


@action("release.given_back", asks=questions.may_record_partner_report, facts=_load_report_facts)
def record_partner_report(
    permit: Permit,
    decision: Decision,
    /,
    *,
    delivery: Delivery,
    what: str,
    how: str,
    by: User,
    at: datetime,
) -> ActionResult[GiveBack]:
    """Record that the owner of a delivery received a report that the agreement promises."""
    owner = delivery.organization.slug
    record_disclosure(decision, by=by, at=at, parties=[owner], interest=_REPORT_INTEREST)
    row = GiveBack.objects.create(
        delivery=delivery, what=what, how=how, given_on=permit.on, given_by=by
    )
    return ActionResult(row, subject=row, detail={"delivery": delivery.pk, "owner": owner})


@system_action(
    "release.report_delivered", reason="it follows from the agreement, after policy was asked"
)
def deliver_promised_report(
    *,
    report: promises.PromisedReport,
    delivery: Delivery,
    permit: Permit,
    by: None,
    at: datetime,
) -> ActionResult[GiveBack]:
    """Put a report of published tables into the partner's inbox, and so meet the duty.

    Args:
        report: the report.
        delivery: the partner's newest submission.
        permit: the permit of the decision that Cairn may deliver it.
        by: None: the schedule delivers it.
        at: the moment of the action.

    Returns:
        The row that records it.
    """
    row = GiveBack.objects.create(
        delivery=delivery,
        what=report.term.what,
        given_on=permit.on,
        figures=[release.pk for release in report.releases],
    )
    detail = {"agreement": report.reference, "owner": report.organization.slug}
    return ActionResult(row, subject=row, detail=detail)


def _load_promised_report(*, report: promises.PromisedReport) -> tuple[PromisedReportFact]:
    return (report.fact,)


@action(
    "release.report_opened",
    asks=questions.may_view_promised_report,
    facts=_load_promised_report,
)
def record_report_opened(
    permit: Permit, /, *, report: promises.PromisedReport, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a data steward of the partner opened the delivered reports; it stays the first.

    Args:
        report: the report.
        by: the data steward.
        at: the moment of the action.

    Raises:
        Refused: the user may not open the report.
    """
    unopened = [row.pk for row in report.given]
    GiveBack.objects.filter(pk__in=unopened, given_by=None, opened_at=None).update(
        opened_at=at, opened_by=by
    )
    return ActionResult(subject=report.organization, detail={"agreement": report.reference})
