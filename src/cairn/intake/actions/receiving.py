"""A file comes to the door: it is let in, known already, refused, or of no use; always recorded.

Landing happens between two transactions, not in one: a large file takes seconds, and the database
has one writer. If the process dies in between, the landed file is found again by its fingerprint
when the file is sent again.
"""

import hashlib
from collections.abc import Callable, Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import facts as agreements
from cairn.agreements.models import Agreement
from cairn.audit import log as audit
from cairn.disclosures import log as disclosures
from cairn.disclosures.interest import interest_of
from cairn.disclosures.recorded import written
from cairn.intake import children, facts, rows
from cairn.intake.life import move
from cairn.intake.models import Delivery
from cairn.intake.queries import Slot
from cairn.intake.storehouse import open_storehouse
from cairn.intake.versions import version_of
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.retention import queries as retention
from cairn.rules import agreement as law
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision, Permit
from cairn.rules.delivery import may_receive
from cairn.rules.known import digest
from cairn.rules.retention import destroy_by
from cairn.rules.vocabulary import RECIPIENTS, Channel, DeliveryState, LegalBasis
from cairn.warehouse import landing
from cairn.warehouse.landing import Landed, NothingToLand
from cairn.warehouse.mapping import Mapping
from cairn.warehouse.read import Sheet, Unreadable, read_file
from cairn.warehouse.zones import Storehouse


class Result(StrEnum):
    """What became of a file at the door."""

    NEW = "new"
    REPLACED = "replaced"
    AGAIN = "again"
    REFUSED = "refused"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class Received:
    """The delivery on record (for a file sent again, the earlier one) and what became of it."""

    delivery: Delivery
    result: Result


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A file at the door, with all that is said of it."""

    name: str
    content: bytes
    slot: Slot
    agreement: Agreement
    channel: Channel
    mapping: Mapping
    by: User
    at: datetime
    decision: Decision
    terms: law.Agreement
    then: Callable[[Delivery], object] | None
    sheets: tuple[Sheet, ...] | None
    synthetic: str

    @property
    def content_digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Names these bytes, read this way, under what the agreement covers of them today, and
        what the families of their children have agreed to."""
        allowed = sorted(name for name, ok in self.decision.elements.items() if ok == "allow")
        families = (self.decision.rows, self.decision.kept_back)
        return digest(self.content_digest, self.mapping.digest, allowed, *families)


def receive(  # noqa: PLR0913 - what a partner says of a file is this much
    *,
    name: str,
    content: bytes,
    organization: Organization,
    agreement: Agreement,
    feed: str,
    period: str,
    channel: Channel,
    mapping: Mapping,
    by: User,
    at: datetime,
    synthetic: str = "",
    who: Actor | None = None,
    then: Callable[[Delivery], object] | None = None,
) -> Received:
    """Take a file in for one slot. What the agreement does not cover is never written.

    The same file, read the same way, is the delivery that is already here; another file for the
    same slot replaces it. A refusal is a delivery too, with every reason (34 CFR 99.32 asks for
    refused requests as well), and holds nothing of the file. `synthetic` says how invented data,
    for a pilot, were made. `who` are the facts about `by` where a browser session supplied them;
    `then` is called with a delivery that was let in, in the same
    transaction, so that its next step is asked for or it is not here.
    """
    terms = agreements.agreement(agreement)
    fact = facts.arrival(
        organization=organization.slug,
        agreement=agreement.reference,
        feed=feed,
        period=period,
        channel=channel,
        mapping=mapping,
        file=name,
        brought_by=by.email,
        synthetic=synthetic.strip(),
    )
    late = retention.overdue_of(terms.organizations(*RECIPIENTS), _day(at))
    sheets, problem = _looked_into(name, content, mapping, terms)
    named = {organization.slug: rows.ids_in(sheets or (), mapping)}
    told = (rows.fact(terms, named, _day(at)),)
    decision = may_receive(fact, terms, who or actor(by), _day(at), overdue=late, rows=told)
    slot = Slot(organization, agreement.reference, feed, period)
    here = _Arrival(
        name,
        content,
        slot,
        agreement,
        channel,
        mapping,
        by,
        at,
        decision,
        terms,
        then,
        sheets,
        synthetic.strip(),
    )
    if problem:
        return Received(_refused(here, {"problem": problem}), Result.UNUSABLE)
    if not decision.allowed:
        return Received(_refused(here, {}), Result.REFUSED)
    if (standing := slot.standing()) and standing.fingerprint == here.fingerprint:
        return Received(_sent_again(here, standing), Result.AGAIN)
    try:
        landed = _land(open_storehouse(), here, decision.require())
    except (NothingToLand, Unreadable) as useless:
        return Received(_refused(here, {"problem": str(useless)}), Result.UNUSABLE)
    row = _let_in(here, landed, destroy_by(terms, _day(at)))
    return Received(row, Result.REPLACED if row.supersedes else Result.NEW)


def _looked_into(
    name: str, content: bytes, mapping: Mapping, terms: law.Agreement
) -> tuple[tuple[Sheet, ...] | None, str]:
    """The file read in memory before anything is decided, where families' consents decide: whose
    rows are in it? And why it cannot be read, if so."""
    if terms.basis is not LegalBasis.CONSENT:
        return None, ""
    try:
        return tuple(read_file(name, content, skip_rows=mapping.skip_rows)), ""
    except Unreadable as problem:
        return (), str(problem)


def _land(store: Storehouse, here: _Arrival, permit: Permit) -> Landed:
    note = {"fingerprint": here.fingerprint}
    left = store.find(landing.STEP, (), note, permit=permit)
    if left is not None and not Delivery.objects.filter(landed=str(left)).exists():
        return landing.landed(store, left)
    sheets = here.sheets or read_file(here.name, here.content, skip_rows=here.mapping.skip_rows)
    whose = rows.rows_of(here.slot.organization.slug, here.slot.agreement)
    return landing.land(store, sheets, here.mapping, permit=permit, rows=whose, note=note)


@transaction.atomic
def _let_in(here: _Arrival, landed: Landed, keep_until: date | None) -> Delivery:
    earlier = here.slot.standing(locked=True)
    if earlier:
        move(earlier, "supersede")
        earlier.save(update_fields=["state"])
        audit.record("delivery.superseded", earlier, by=here.by, at=here.at)
    row = _row(
        here,
        state=DeliveryState.RECEIVED.value,
        mapping=version_of(here.slot.organization, here.slot.feed, here.mapping, here.by, here.at),
        landed=str(landed.ref),
        rows_in=landed.rows,
        report={
            "dropped": [asdict(column) for column in landed.dropped],
            "missing": list(landed.missing),
            "notes": [asdict(note) for note in landed.notes],
            "left_out": landed.left_out,
        },
        supersedes=earlier,
        destroy_by=keep_until,
    )
    _disclosed(here, _children(here, landed))
    audit.record(
        "delivery.received",
        row,
        by=here.by,
        at=here.at,
        decision=here.decision,
        detail={"rows": landed.rows, "dropped_columns": len(landed.dropped), "feed": row.feed},
    )
    if here.then:
        here.then(row)
    return row


@transaction.atomic
def _refused(here: _Arrival, report: AbstractMapping[str, Any]) -> Delivery:
    row = _row(here, state=DeliveryState.REFUSED.value, report=dict(report))
    event = "delivery.unusable" if report else "delivery.refused"
    if not here.decision.allowed:
        _disclosed(here, ())
    audit.record(event, row, by=here.by, at=here.at, decision=here.decision)
    return row


def _children(here: _Arrival, landed: Landed) -> Iterable[str]:
    """Whose records these are, for the record of disclosures: of invented children, nobody's. An
    invented id may be a real child's by chance, who must not find a disclosure that never was."""
    if here.synthetic:
        return ()
    return children.keys(open_storehouse(), landed.ref, here.mapping, here.slot.organization)


def _disclosed(here: _Arrival, keys: Iterable[str]) -> None:
    """The partner hands its data to the recipients of the agreement, or would have."""
    disclosures.record(
        here.decision,
        by=here.by,
        at=here.at,
        parties=here.terms.organizations(*RECIPIENTS),
        interest=interest_of(here.terms),
        children=keys,
    )


@transaction.atomic
def _sent_again(here: _Arrival, standing: Delivery) -> Delivery:
    audit.record("delivery.sent_again", standing, by=here.by, at=here.at, decision=here.decision)
    return standing


def _row(here: _Arrival, **more: Any) -> Delivery:
    return Delivery.objects.create(
        organization=here.slot.organization,
        agreement_reference=here.slot.agreement,
        agreement_version=here.agreement.version,
        feed=here.slot.feed,
        period=here.slot.period,
        record=here.mapping.record,
        channel=here.channel.value,
        file_name=here.name,
        synthetic=here.synthetic,
        size=len(here.content),
        content_digest=here.content_digest,
        fingerprint=here.fingerprint,
        decision=written(here.decision),
        decision_id=here.decision.decision_id,
        received_by=here.by,
        received_at=here.at,
        **more,
    )


def _day(at: datetime) -> date:
    return timezone.localdate(at)
