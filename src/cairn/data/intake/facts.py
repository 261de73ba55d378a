"""Build facts about deliveries for policy: for each question, everything it asks in one place."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone

from cairn.data.intake import students
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.api import Agreement, load_agreement_fact
from cairn.governance.consents.api import load_annual_notices
from cairn.governance.dictionaries.api import find_special_classes
from cairn.governance.partners.api import Organization, load_actor, load_receiver_facts
from cairn.governance.retention.api import find_overdue_duties_of_recipients
from cairn.platform.accounts.api import User
from cairn.policy.facts import (
    Actor,
    AgreementFact,
    AnnualNotice,
    DeliveryFact,
    DutyFact,
    OrganizationSecurity,
    RowsFact,
)
from cairn.policy.law import SIGNED_FORM_BASES
from cairn.policy.vocabulary import RECIPIENT_ROLES, Channel
from cairn.warehouse.schema import ColumnMapping

__all__ = [
    "FileOrigin",
    "ReceiptFacts",
    "Submission",
    "load_agreement_by_reference",
    "load_delivery_fact",
    "load_receipt_facts",
    "parse_delivery_mapping",
]


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """What a server says of records that are read from its address. It is not stored.

    Attributes:
        sent_name: the name by which the server sends them.
        modified_on: the day on which they changed; None if the server does not say it.
    """

    sent_name: str = ""
    modified_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What a sender states about a file, known before anything in the file is read.

    Attributes:
        organization: the sender.
        agreement: the agreement under which the file is sent.
        channel: how it is sent.
        by: the user who sends it.
        at: when it is sent.
        name: name of the file; empty if it has none yet.
        feed: name of the feed, by which a saved column mapping is found; empty if none is named.
        period: what the rows cover, such as "2025-26"; empty if it is not stated.
        part: which part of the period's data the file holds; empty for all of it.
        synthetic: how the rows were made, if no child is in them; empty for rows about children.
        requester: facts about `by` where a browser session supplied them.
        sender_email: address of the person who sent it by a link in the name of `by`; empty if
            `by` sent it.
        changes_as_of: the day of the export, for a file that has only rows that were added, changed
            or deleted; None for a whole file.
        extract_date: the day that a whole file describes; None if it is not stated.
        origin: what the server says of records that Cairn read from an address; None for a file.
    """

    organization: Organization
    agreement: Agreement
    channel: Channel
    by: User
    at: datetime
    name: str = ""
    feed: str = ""
    period: str = ""
    part: str = ""
    synthetic: str = ""
    requester: Actor | None = None
    sender_email: str = ""
    changes_as_of: date | None = None
    extract_date: date | None = None
    origin: FileOrigin | None = None

    @property
    def on(self) -> date:
        """The day for which policy is asked."""
        return timezone.localdate(self.at)


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """Everything that policy is asked about a file that arrives.

    Attributes:
        delivery: the file.
        agreement: its agreement.
        agreement_version: the version of the agreement's text.
        actor: the user who sends it.
        on: the day.
        overdue: destruction duties of the recipients that are overdue.
        rows: the students in it; None where they decide and have not been read yet.
    """

    delivery: DeliveryFact
    agreement: AgreementFact
    agreement_version: int
    actor: Actor
    on: date
    overdue: tuple[DutyFact, ...]
    rows: tuple[RowsFact, ...] | None


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """Everything that policy is asked about the check of a landed delivery; rows as on receipt."""

    delivery: DeliveryFact
    agreement: AgreementFact
    actor: Actor
    on: date
    rows: tuple[RowsFact, ...] | None


def load_receipt_facts(
    submission: Submission, mapping: ColumnMapping | None, student_keys: Iterable[str] | None
) -> ReceiptFacts:
    """Load the current facts for every question about a file that arrives.

    Args:
        submission: what the sender states.
        mapping: how the file is read; None while its columns are not known.
        student_keys: keys of the students in the file; None until the file is read.

    Returns:
        The facts.
    """
    agreement_row = Agreement.objects.get(pk=submission.agreement.pk)
    terms = load_agreement_fact(agreement_row)
    delivery = build_delivery_fact(
        organization=submission.organization.slug,
        agreement=submission.agreement.reference,
        feed=submission.feed,
        period=submission.period,
        channel=submission.channel,
        mapping=mapping,
        file=submission.name,
        brought_by=submission.sender_email or submission.by.email,
        synthetic=submission.synthetic,
        receivers=_load_receivers(terms),
        notices=load_annual_notices([submission.organization.slug]),
    )
    recipients = terms.list_organizations(*RECIPIENT_ROLES)
    return ReceiptFacts(
        delivery=delivery,
        agreement=terms,
        agreement_version=agreement_row.version,
        actor=_load_session_actor(submission.by, submission.requester),
        on=submission.on,
        overdue=find_overdue_duties_of_recipients(recipients, submission.on),
        rows=_load_rows_facts(terms, submission.organization.slug, student_keys, submission.on),
    )


def load_check_facts(
    delivery_row: Delivery, by: User, at: datetime, student_keys: Iterable[str] | None
) -> CheckFacts:
    """Load the current facts for every question about the check of a landed delivery.

    Args:
        delivery_row: the delivery.
        by: the user who asked for the check.
        at: the time.
        student_keys: keys of the students in the file; None until the file is read.

    Returns:
        The facts.
    """
    terms = load_agreement_by_reference(delivery_row.agreement_reference)
    on = timezone.localdate(at)
    return CheckFacts(
        delivery=load_delivery_fact(delivery_row, terms),
        agreement=terms,
        actor=load_actor(by),
        on=on,
        rows=_load_rows_facts(terms, delivery_row.organization.slug, student_keys, on),
    )


def needs_student_keys(terms: AgreementFact) -> bool:
    """Return whether policy must know the students in a file: families' consents decide."""
    return terms.basis in SIGNED_FORM_BASES


def _load_rows_facts(
    terms: AgreementFact, organization: str, student_keys: Iterable[str] | None, on: date
) -> tuple[RowsFact, ...] | None:
    if student_keys is None and needs_student_keys(terms):
        return None
    keys = student_keys or ()
    return (students.build_rows_fact_from_keys(terms, (organization,), keys, on),)


def _load_session_actor(user: User, requester: Actor | None) -> Actor:
    """Load the current actor; only the session knows the second factor."""
    actor = load_actor(user)
    return replace(actor, second_factor=requester.second_factor) if requester else actor


def build_delivery_fact(  # noqa: PLR0913 - each is one property of the file
    *,
    organization: str,
    agreement: str,
    feed: str,
    period: str,
    channel: Channel,
    mapping: ColumnMapping | None,
    file: str,
    brought_by: str,
    synthetic: str,
    receivers: tuple[OrganizationSecurity, ...],
    notices: tuple[AnnualNotice, ...],
) -> DeliveryFact:
    """Build the fact of a file before it is received: which elements it would bring.

    Args:
        organization: slug of the sender.
        agreement: reference of the agreement.
        feed: short name of the feed.
        period: what the file covers.
        channel: how it was sent.
        mapping: the column mapping; None while the columns are not known.
        file: name of the file.
        brought_by: email of the person who sends it.
        synthetic: how invented data were made; empty for real data.
        receivers: security of the organizations that receive under the agreement.
        notices: annual notices of the sender to families.

    Returns:
        The fact.
    """
    requested = list_mapped_elements(mapping) if mapping else frozenset[str]()
    return DeliveryFact(
        organization=organization,
        agreement_reference=agreement,
        feed=feed,
        period=period,
        channel=channel,
        elements=requested,
        classes=find_special_classes(requested, organization),
        file=file,
        brought_by=brought_by,
        synthetic=synthetic,
        receivers=receivers,
        notices=notices,
    )


def load_delivery_fact(delivery_row: Delivery, terms: AgreementFact) -> DeliveryFact:
    """Load the fact of a received delivery, as it was mapped.

    Args:
        delivery_row: the delivery.
        terms: its agreement, which names who receives it.

    Returns:
        The fact.
    """
    return build_delivery_fact(
        organization=delivery_row.organization.slug,
        agreement=delivery_row.agreement_reference,
        feed=delivery_row.feed,
        period=delivery_row.period,
        channel=Channel(delivery_row.channel),
        mapping=parse_delivery_mapping(delivery_row),
        file=delivery_row.file_name,
        brought_by=delivery_row.sender_email or delivery_row.received_by.email,
        synthetic=delivery_row.synthetic,
        receivers=_load_receivers(terms),
        notices=load_annual_notices([delivery_row.organization.slug]),
    )


def _load_receivers(terms: AgreementFact) -> tuple[OrganizationSecurity, ...]:
    return load_receiver_facts(terms.list_organizations(*RECIPIENT_ROLES))


def parse_delivery_mapping(delivery: Delivery) -> ColumnMapping:
    """Parse the mapping by which a delivery is read.

    Args:
        delivery: the delivery.

    Returns:
        The column mapping.

    Raises:
        LookupError: the delivery was refused and never read.
    """
    if delivery.mapping is None:
        raise LookupError("A refused delivery was never read.")
    return ColumnMapping.parse(delivery.mapping.text)


def load_agreement_by_reference(reference: str) -> AgreementFact:
    """Load the fact of the agreement with this reference, in its present version.

    Args:
        reference: reference of the agreement.

    Returns:
        The fact.
    """
    return load_agreement_fact(Agreement.objects.get(reference=reference))


def list_mapped_elements(mapping: ColumnMapping) -> frozenset[str]:
    """List every element that a mapping asks for, as ``record.field``.

    Args:
        mapping: the column mapping.

    Returns:
        The elements.
    """
    fields = mapping.type.fields
    return frozenset(fields[name].element for name in mapping.list_target_fields())
