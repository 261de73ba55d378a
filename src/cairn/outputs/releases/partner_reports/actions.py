"""Record a report to a partner."""

from datetime import datetime

from cairn.data.intake.api import Delivery
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.outputs.releases.models import GiveBack
from cairn.outputs.releases.partner_reports import queries
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import GiveBackFact
from cairn.policy.questions import may_record_partner_report

_REPORT_INTEREST = "report to the partner on its own data submission"


def _load_report_facts(*, delivery: Delivery) -> tuple[GiveBackFact]:
    return (queries.load_partner_report_fact(delivery),)


@action("release.given_back", asks=may_record_partner_report, facts=_load_report_facts)
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
