"""The demo community walks the whole way of data, by the same actions that a person would use.

Safe to stop and to begin again: every step finds what is there already.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import actions as agreements
from cairn.agreements.format import parse
from cairn.agreements.models import Agreement
from cairn.audit import log as audit
from cairn.audit.models import AuditLine
from cairn.demo import (
    aiming,
    asking,
    cast,
    clearing,
    consenting,
    counted,
    drafting,
    ending,
    nation,
    piloting,
    publication,
    researching,
    saying,
)
from cairn.demo.community import generate
from cairn.demo.planned import PlannedDelivery, examples_folder
from cairn.intake import actions as intake
from cairn.intake.actions import Result
from cairn.linkage import actions as linkage
from cairn.partners.models import Organization
from cairn.releases.checking import Progress
from cairn.rules.vocabulary import Channel, OrganizationKind
from cairn.warehouse.mapping import Mapping as ColumnMapping
from cairn.warehouse.quality import NOT_COVERED

MADE: Final = "demo.made"
_BACKBONE_NAME: Final = "River County Partnership"


@dataclass(slots=True)
class Made:
    """What the demo made, or found made; `seconds` by step.

    `letter` is the code of one family's letter. Only its hash is kept, so a second run has none.
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
    seconds: dict[str, float] = field(default_factory=dict)


def make(*, people: int, files: Path, progress: Progress) -> Made:
    """River County in this installation, its partners' files in `files`.

    A second run finds it made and changes nothing, whatever number it asks for.
    """
    if (line := AuditLine.objects.filter(event=MADE).first()) is not None:
        return Made(people=int(line.detail["people"]), files=files, again=True)
    made = Made(people=people, files=files)
    clock = _Clock(made.seconds)
    planned = _write_files(made, progress)
    clock.lap("write the partners' files")
    manager = _agree(progress)
    clock.lap("agree")
    progress.step("Asking questions and leave")
    asking.ask(manager, timezone.now())
    piloting.learn(timezone.now())
    drafting.draft(timezone.now())
    clock.lap("ask")
    progress.step("Families answer")
    made.letter = consenting.answer(timezone.now())
    counted.agree(planned, timezone.now())
    saying.say(timezone.now())
    nation.belong(planned, timezone.now())
    clock.lap("hear families")
    for delivery in _receive(planned, manager, progress):
        _tally(made, delivery)
    clock.lap("receive and check")
    progress.step("Linking records to people")
    made.linked = linkage.link(by=manager, at=timezone.now(), progress=progress).people
    clock.lap("link")
    made.published = publication.publish_all(progress)
    aiming.aim(manager, timezone.now())
    researching.hand_over(manager, timezone.now(), progress)
    ending.demand(timezone.now())
    clock.lap("count, protect, review, publish")
    piloting.try_out(manager, progress)
    clock.lap("try the pilot")
    detail: Mapping[str, str | int] = {"people": people, "deliveries": made.received}
    audit.record(MADE, "demo:river-county", by=manager, at=timezone.now(), detail=detail)
    return made


class _Clock:
    """Seconds by step."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self._seconds = seconds
        self._last = time.monotonic()

    def lap(self, step: str) -> None:
        now = time.monotonic()
        self._seconds[step], self._last = now - self._last, now


def _write_files(made: Made, progress: Progress) -> tuple[PlannedDelivery, ...]:
    progress.step("Drawing families and writing their partners' files", total=made.people)
    told = 0

    def say(_what: str, done: int, _of: int) -> None:
        nonlocal told
        progress.advance(done - told)
        told = done

    return generate(made.files, people=made.people, progress=say).deliveries


def _agree(progress: Progress) -> User:
    """The backbone and its people, then every agreement of the example, then the stewards."""
    manager = _begin()
    texts = sorted((examples_folder() / "agreements").glob("*.toml"))
    progress.step("Putting agreements on record", total=len(texts))
    for text in (file.read_text(encoding="utf-8") for file in texts):
        parties = {party.organization for party in parse(text).parties}
        agreements.load(text=text, by=manager, at=timezone.now(), newcomers=parties)
        progress.advance()
    piloting.agree(manager, timezone.now())
    nation.join(manager, timezone.now())
    partners = Organization.objects.exclude(slug=cast.BACKBONE).values_list("slug", flat=True)
    cast.enroll(cast.steward_of(slug) for slug in partners)
    cast.enroll((*cast.COMMITTEE, cast.COUNSEL, cast.PROGRAM_STAFF))
    _clear(manager, progress)
    return manager


def _clear(manager: User, progress: Progress) -> None:
    """Everyone signs, learns and takes part in the workshop; each partner secures its house."""
    organizations = Organization.objects.filter(affiliations__isnull=False).distinct()
    progress.step("Training everyone who has access", total=organizations.count())
    for organization in organizations:
        with transaction.atomic():
            clearing.secure(organizations=[organization], by=manager, at=timezone.now())
            clearing.place(organization, by=manager, at=timezone.now())
            members = User.objects.filter(affiliations__organization=organization, completions=None)
            for member in members.order_by("pk").distinct():
                clearing.clear(user=member, by=manager, at=timezone.now())
        progress.advance()


@transaction.atomic
def _begin() -> User:
    backbone, new = Organization.objects.get_or_create(
        slug=cast.BACKBONE,
        defaults={"name": _BACKBONE_NAME, "kind": OrganizationKind.BACKBONE.value},
    )
    people = cast.enroll((cast.MANAGER, cast.ANALYST, *cast.REVIEWERS))
    manager = people[cast.MANAGER.email]
    if new:
        audit.record("demo.begun", backbone, by=manager, at=timezone.now())
    return manager


def _receive(
    planned: tuple[PlannedDelivery, ...], by: User, progress: Progress
) -> list[intake.Received]:
    progress.step("Receiving and checking deliveries", total=len(planned))
    arrived = []
    for delivery in planned:
        arrived += [_arrive(delivery, file, by) for file in delivery.files]
        progress.advance()
    return arrived


def _arrive(planned: PlannedDelivery, file: Path, by: User) -> intake.Received:
    assert planned.mapping is not None  # noqa: S101 - River County's feeds all have one
    received = intake.receive(
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
    if received.result not in (Result.REFUSED, Result.UNUSABLE):
        intake.conform(delivery=received.delivery, by=by, at=timezone.now())
        received.delivery.refresh_from_db()
    return received


def _tally(made: Made, received: intake.Received) -> None:
    row = received.delivery
    made.received += 1
    made.rows += row.rows_in
    made.set_aside += row.rows_in - row.rows_kept
    uncovered = [c["name"] for c in row.report.get("dropped", ()) if c["code"] == NOT_COVERED]
    if uncovered:
        made.refused_columns[f"{row.organization}, {row.file_name}"] = uncovered
