"""Build the demo community by the same actions that a person would use.

It is safe to stop and to start again: every step finds what exists already.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.data.identity.api import link_current_deliveries
from cairn.data.intake.api import DeliveryReceipt, ReceiptResult, check_delivery, receive_delivery
from cairn.demo import family_surveys, outputs, programs, school_roster, tutoring_records
from cairn.demo.community import generate_community
from cairn.demo.governance import (
    agreements,
    annual_notices,
    consents,
    pilot,
    projects,
    staff,
    tribal_nation,
)
from cairn.demo.planned_deliveries import PlannedDelivery, find_examples_folder
from cairn.governance.agreements.api import Agreement, load_agreement
from cairn.governance.agreements.toml_format import parse_agreement
from cairn.governance.partners.api import Organization
from cairn.platform import second_process
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import AuditLine, record_audit_event
from cairn.platform.tasks.api import Progress
from cairn.policy.vocabulary import Channel, OrganizationKind
from cairn.warehouse.pipeline import NOT_COVERED
from cairn.warehouse.schema import ColumnMapping

DEMO_MADE_EVENT: Final = "demo.made"
_BACKBONE_NAME: Final = "River County Partnership"


@dataclass(slots=True)
class DemoResult:
    """Hold what the demo made, or found existing; `seconds` by step.

    `letter` is the code of one family's letter, and `tutoring_letter` that of a family who agreed
    to the tutoring. Only hashes are kept, so a second run has no codes.
    """

    people: int
    files: Path
    again: bool = False
    received: int = 0
    rows: int = 0
    set_aside: int = 0
    refused_columns: dict[str, list[str]] = field(default_factory=dict)
    linked: int = 0
    published: int = 0
    letter: str = ""
    tutoring_letter: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def build_demo(*, people: int, files: Path, progress: Progress) -> DemoResult:
    """Build River County in this installation, with its partners' files in `files`.

    A second run finds it built and changes nothing, whichever number of people it asks for.

    Args:
        people: how many children to invent.
        files: the folder for the partners' files; outside the data folder, since they are raw.
        progress: reports each step.
    Returns:
        Counts of what was made, and the seconds of each step.
    """
    if (line := AuditLine.objects.filter(event=DEMO_MADE_EVENT).first()) is not None:
        return DemoResult(people=int(line.detail["people"]), files=files, again=True)
    result = DemoResult(people=people, files=files)
    step_timer = _StepTimer(result.seconds)
    # A second process writes the files while this one records what does not need them.
    with second_process.open_second_process():
        community = second_process.start_call(partial(generate_community, files, people=people))
        manager = _load_agreements(progress)
        step_timer.record_lap("record agreements")
        progress.step("Approving projects")
        projects.create_demo_projects(manager, timezone.now())
        pilot.record_pilot_lessons(timezone.now())
        agreements.draft_demo_agreement(timezone.now())
        step_timer.record_lap("approve projects")
        progress.step("Inventing families and writing partners' files")
        planned_deliveries = community.result().deliveries
    step_timer.record_lap("write the partners' files")
    progress.step("Recording consents and opt-outs")
    result.tutoring_letter = consents.record_tutoring_consents(timezone.now())
    autumn_letter = consents.record_autumn_consents(planned_deliveries, timezone.now())
    result.letter = autumn_letter or result.tutoring_letter
    consents.record_school_declarations(timezone.now())
    annual_notices.record_demo_notices(timezone.now())
    tribal_nation.record_nation_students(planned_deliveries, timezone.now())
    programs.run_demo_program(timezone.now())
    programs.record_demo_funding(timezone.now())
    step_timer.record_lap("record consents")
    for delivery in _receive_deliveries(planned_deliveries, manager, progress):
        _count_delivery(result, delivery)
    step_timer.record_lap("import and check files")
    school_roster.share_school_roster(manager, timezone.now())
    progress.step("Matching records")
    result.linked = link_current_deliveries(by=manager, at=timezone.now(), progress=progress).people
    step_timer.record_lap("match records")
    result.published = outputs.publish_demo_releases(people, progress)
    outputs.set_demo_target(manager, timezone.now())
    outputs.prepare_demo_extracts(manager, timezone.now(), progress)
    agreements.request_demo_destruction(timezone.now())
    step_timer.record_lap("count, protect, review, publish")
    pilot.run_demo_pilot(manager, progress)
    step_timer.record_lap("run the pilot")
    tutoring_records.send_tutoring_records(timezone.now())
    family_surveys.run_demo_surveys(manager, timezone.now())
    step_timer.record_lap("ask families")
    detail: Mapping[str, str | int] = {"people": people, "deliveries": result.received}
    record_audit_event(
        DEMO_MADE_EVENT, "demo:river-county", by=manager, at=timezone.now(), detail=detail
    )
    return result


class _StepTimer:
    """Measure the seconds of each step."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._last = time.monotonic()

    def record_lap(self, step: str) -> None:
        current_seconds = time.monotonic()
        self._seconds[step], self._last = current_seconds - self._last, current_seconds


def _load_agreements(progress: Progress) -> User:
    """Add the backbone and its people, then every agreement of the example, then the stewards."""
    manager = _add_backbone()
    agreement_files = sorted((find_examples_folder() / "agreements").glob("*.toml"))
    progress.step("Recording agreements", total=len(agreement_files))
    for text in (file.read_text(encoding="utf-8") for file in agreement_files):
        parties = {party.organization for party in parse_agreement(text).parties}
        load_agreement(text=text, by=manager, at=timezone.now(), newcomers=parties)
        progress.advance()
    pilot.load_pilot_agreement(manager, timezone.now())
    tribal_nation.add_nation_partner(manager, timezone.now())
    programs.add_demo_funder(manager, timezone.now())
    partners = Organization.objects.exclude(slug=staff.BACKBONE_SLUG).values_list("slug", flat=True)
    staff.create_demo_accounts(staff.find_demo_steward(slug) for slug in partners)
    staff.create_demo_accounts(
        (
            *staff.COMMITTEE,
            staff.COUNSEL,
            staff.PROGRAM_STAFF,
            staff.SITE_TUTOR,
            staff.SCHOOL_LIAISON,
        )
    )
    _meet_all_requirements(manager, progress)
    return manager


def _meet_all_requirements(manager: User, progress: Progress) -> None:
    """Let everyone sign, train and attend the workshop, and each partner assess its security."""
    organizations = Organization.objects.filter(affiliations__isnull=False).distinct()
    progress.step("Training everyone who has access", total=organizations.count())
    for organization in organizations:
        with transaction.atomic():
            staff.assess_demo_organizations(
                organizations=[organization], by=manager, at=timezone.now()
            )
            staff.describe_demo_organization(organization, by=manager, at=timezone.now())
            members = User.objects.filter(affiliations__organization=organization, completions=None)
            for member in members.order_by("pk").distinct():
                staff.meet_access_requirements(
                    user=member, attesting_user=manager, at=timezone.now()
                )
        progress.advance()


@transaction.atomic
def _add_backbone() -> User:
    backbone, is_new = Organization.objects.get_or_create(
        slug=staff.BACKBONE_SLUG,
        defaults={"name": _BACKBONE_NAME, "kind": OrganizationKind.BACKBONE.value},
    )
    users_by_email = staff.create_demo_accounts((staff.MANAGER, staff.ANALYST, *staff.REVIEWERS))
    manager = users_by_email[staff.MANAGER.email]
    if is_new:
        record_audit_event("demo.begun", backbone, by=manager, at=timezone.now())
    return manager


def _receive_deliveries(
    planned_deliveries: tuple[PlannedDelivery, ...], by: User, progress: Progress
) -> list[DeliveryReceipt]:
    progress.step("Importing and checking files", total=len(planned_deliveries))
    received_files = []
    for delivery in planned_deliveries:
        received_files += [_receive_file(delivery, file, by) for file in delivery.files]
        progress.advance()
    return received_files


def _receive_file(planned: PlannedDelivery, file: Path, by: User) -> DeliveryReceipt:
    assert planned.mapping is not None  # noqa: S101 - River County's feeds all have one
    received = receive_delivery(
        name=file.name,
        content=file.read_bytes(),
        organization=Organization.objects.get(slug=planned.organization),
        agreement=Agreement.objects.get(reference=planned.agreement),
        feed=planned.feed,
        period=planned.period,
        channel=Channel.COMMAND,
        mapping=ColumnMapping.load(planned.mapping),
        by=by,
        at=timezone.now(),
    )
    if received.result not in (ReceiptResult.REFUSED, ReceiptResult.UNUSABLE):
        check_delivery(delivery=received.delivery, by=by, at=timezone.now())
        received.delivery.refresh_from_db()
    return received


def _count_delivery(result: DemoResult, received: DeliveryReceipt) -> None:
    row = received.delivery
    result.received += 1
    result.rows += row.rows_in
    result.set_aside += row.rows_in - row.rows_kept
    uncovered = [
        column["name"] for column in row.report.get("dropped", ()) if column["code"] == NOT_COVERED
    ]
    if uncovered:
        result.refused_columns[f"{row.organization}, {row.file_name}"] = uncovered
