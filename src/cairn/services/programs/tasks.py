"""The recurring job of programs: records are sent each night where a person chose so."""

from datetime import datetime, time, timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.data.intake.api import DeliveryStateConflict, ReceiptResult
from cairn.governance.agreements.api import Agreement
from cairn.platform.notifications.api import delete_registration_links
from cairn.platform.schedule.api import EveryDay, JobFindingError, ScheduledJob
from cairn.policy.vocabulary import Audience
from cairn.services.programs import actions, queries
from cairn.services.programs.delivery import prepare_record_files, send_record_files
from cairn.services.programs.models import NightlyDelivery
from cairn.services.programs.record_files import list_record_years
from cairn.services.programs.registration.actions import erase_registration
from cairn.services.programs.registration.drafts import DRAFT_DAYS, delete_expired_drafts
from cairn.services.programs.registration.registration_queries import list_registrations_to_erase

_DECLINED_KEPT: Final = timedelta(days=30)
_YEARS: Final = 2
"""The school year of the night and the one before, in which attendance may still be corrected."""


def send_program_records(now: datetime) -> str:
    """Send the changes of each program that sends its records each night.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.

    Raises:
        JobFindingError: records could not be saved, because the facts kept changing.
    """
    sent, unsaved = 0, 0
    for nightly in queries.list_nightly_deliveries():
        try:
            sent += _send_program(nightly, now)
        except DeliveryStateConflict:
            unsaved += 1
    if unsaved:
        raise JobFindingError(f"Programs whose records could not be saved: {unsaved}.")
    return f"Data submissions sent: {sent}."


def _send_program(nightly: NightlyDelivery, now: datetime) -> int:
    """Send the files of one program; a refusal of the newest year ends the setting."""
    program, by = nightly.program, nightly.started_by
    agreement = Agreement.objects.get(reference=nightly.agreement_reference)
    years = list_record_years(program, timezone.localdate(now))[:_YEARS]
    sent = 0
    for number, year in enumerate(years):
        files = prepare_record_files(program, agreement, year, by=by, at=now)
        if number and not any(file.is_new for file in files):
            continue
        receipts = send_record_files(files, by=by, at=now)
        refused = [row for row in receipts if row.result is ReceiptResult.REFUSED]
        sent += len(receipts) - len(refused)
        if refused and len(refused) == len(receipts):
            decision = next(file.preview.decision for file in files if file.is_refused)  # type: ignore[union-attr]
            refusal = decision.refusals[0].message_for(Audience.STEWARD)
            actions.stop_refused_delivery(nightly=nightly, refusal=refusal, by=None, at=now)
            break
    return sent


def erase_declined_registrations(now: datetime) -> str:
    """Erase what families entered in registrations that ended 30 days ago.

    Args:
        now: the time.

    Returns:
        How many, in one sentence.
    """
    rows = list_registrations_to_erase(now - _DECLINED_KEPT)
    for row in rows:
        erase_registration(registration=row, by=None, at=now)
    unfinished = delete_expired_drafts(timezone.localdate(now))
    delete_registration_links(now - timedelta(days=DRAFT_DAYS + 1))
    return f"Unfinished registrations erased: {unfinished}. Registrations erased: {len(rows)}."


DECLINED_REGISTRATIONS_JOB: Final = ScheduledJob(
    name="program.declined_registrations",
    title=_("Erase declined registrations"),
    purpose=_(
        "Erases what families entered 30 days after their registration was declined or the group "
        "ended, and unfinished registrations that were saved 7 days ago."
    ),
    cadence=EveryDay(time(4, 30)),
    run=erase_declined_registrations,
)

NIGHTLY_DELIVERY_JOB: Final = ScheduledJob(
    name="program.deliver",
    title=_("Send the records of programs"),
    purpose=_("Sends what programs recorded, where a program chose that it is sent each night."),
    cadence=EveryDay(time(2, 30)),
    run=send_program_records,
)
