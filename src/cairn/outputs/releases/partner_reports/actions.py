"""Record a report to a partner."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.data.intake.api import Delivery
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.governance.partners.api import load_actor
from cairn.outputs.releases.models import GiveBack
from cairn.outputs.releases.partner_reports import queries
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.questions import may_record_partner_report

_REPORT_INTEREST = "the owner learns what became of its own delivery"


@transaction.atomic
def record_partner_report(
    *, delivery: Delivery, what: str, how: str, by: User, at: datetime
) -> GiveBack:
    """Record that the owner of a delivery received a report that the agreement promises."""
    on = timezone.localdate(at)
    decision = may_record_partner_report(
        queries.load_partner_report_fact(delivery), load_actor(by), on
    )
    decision.require()
    owner = delivery.organization.slug
    record_disclosure(decision, by=by, at=at, parties=[owner], interest=_REPORT_INTEREST)
    row = GiveBack.objects.create(delivery=delivery, what=what, how=how, given_on=on, given_by=by)
    detail: dict[str, str | int] = {"delivery": delivery.pk, "owner": owner}
    record_audit_event("release.given_back", row, by=by, at=at, decision=decision, detail=detail)
    return row
