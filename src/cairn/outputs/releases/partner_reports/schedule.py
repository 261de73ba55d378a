"""Deliver the reports of published tables that are due, once a day."""

import logging
from datetime import datetime, time
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.data.intake.api import Delivery
from cairn.outputs.releases.partner_reports import actions, promises
from cairn.platform.schedule.api import EveryDay, JobFindingError, ScheduledJob

__all__ = ["deliver_due_reports"]

_LOG: Final = logging.getLogger(__name__)


def deliver_due_reports(now: datetime) -> str:
    """Deliver each promised report that is due and can be made. Run twice, it delivers once.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.

    Raises:
        JobFindingError: some could not be delivered because of an error. All others were.
    """
    reports = promises.load_promised_reports(timezone.localdate(now))
    delivered, failures = 0, list[str]()
    for report in reports:
        try:
            delivered += _deliver_report(report, now)
        except Exception as error:  # noqa: BLE001 - one report that fails stops no other
            _LOG.exception("The report under %s was not delivered.", report.reference)
            partner = report.organization.slug
            failures.append(f"{report.reference} to {partner} ({type(error).__name__})")
    if failures:
        raise JobFindingError(f"Reports that failed: {', '.join(failures)}.")
    return f"Reports delivered to partners: {delivered} of {len(reports)} promised."


@transaction.atomic
def _deliver_report(report: promises.PromisedReport, now: datetime) -> bool:
    """Deliver one report. Of two workers, the second finds it given and delivers nothing."""
    on = timezone.localdate(now)
    if report.delivery is None or not report.decide_delivery(on).allowed:
        return False
    delivery = Delivery.objects.select_for_update().get(pk=report.delivery.pk)
    for current in promises.load_promised_reports(on, report.reference):
        if (current.term, current.organization) == (report.term, report.organization):
            decision = current.decide_delivery(on)
            if current.delivery == delivery and decision.allowed:
                actions.deliver_promised_report(
                    report=current, delivery=delivery, permit=decision.require(), by=None, at=now
                )
                return True
    return False


REPORT_JOB: Final = ScheduledJob(
    name="reports.deliver",
    title=_("Deliver reports to partners"),
    purpose=_(
        "Makes the reports of published tables that agreements promise, and puts each that is due "
        "into the inbox of the partner's data steward."
    ),
    cadence=EveryDay(time(6, 30)),
    run=deliver_due_reports,
)
