"""Read what a copy would hold, and whether a family may download it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from cairn.data.records.api import list_own_records, read_own_records
from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import load_organization_fact
from cairn.policy.checks import leaves_out_others
from cairn.policy.engine import Decision, Permit, Reason
from cairn.policy.facts import Actor, CopyAccessFact, FamilyReader, RecordCopyFact
from cairn.policy.questions import decide_record_copy, may_download_copy
from cairn.policy.vocabulary import CopyExclusion, Level
from cairn.services.families.models import CopyRequest
from cairn.services.families.queries import can_open_page
from cairn.services.families.record_copies import content as copy_content
from cairn.services.families.record_copies.content import CopyContent
from cairn.warehouse.schema import get_record_type


@dataclass(frozen=True, slots=True)
class CopyChoices:
    """What the reviewer of a copy chose.

    Attributes:
        exclusions: why records are left out.
        left_out: record types that are left out.
        counsel: name of the counsel who reviewed the copy; empty if none did.
        texts_read: whether a person read the texts, which are about this student alone.
    """

    exclusions: frozenset[CopyExclusion] = frozenset()
    left_out: frozenset[str] = frozenset()
    counsel: str = ""
    texts_read: bool = False


@dataclass(frozen=True, slots=True)
class WithheldPart:
    """Elements of one record type that one rule leaves out.

    Attributes:
        title: title of the record type.
        labels: labels of the elements.
        reason: the rule, with its citation and message.
    """

    title: str
    labels: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class CopyReview:
    """What a copy would hold, for its reviewer.

    Attributes:
        decision: the answer about the copy.
        content: what would go out; empty if nothing may.
        sections: the same as tables.
        withheld: elements that are left out, by record type and rule.
        texts: texts that a person reads first, by label of the field.
        records: record types on record, with their titles.
    """

    decision: Decision
    content: CopyContent
    sections: tuple[copy_content.CopySection, ...]
    withheld: tuple[WithheldPart, ...]
    texts: tuple[tuple[str, str], ...]
    records: tuple[tuple[str, str], ...]


def build_copy_fact(
    row: CopyRequest, choices: CopyChoices, on: date, texts: frozenset[str] = frozenset()
) -> RecordCopyFact:
    """Build the facts of a copy, with the facts about the student on a day."""
    organization = row.child.organization
    signers = consents_api.load_state_signers([organization], on)[organization.slug]
    return RecordCopyFact(
        person=consents_api.load_person_fact(row.child, on),
        organization=load_organization_fact(organization),
        minor_ages=signers.minor_ages.get(organization.slug, {}),
        exclusions=choices.exclusions,
        left_out=choices.left_out,
        texts=texts,
        texts_read=choices.texts_read,
        counsel=choices.counsel,
    )


def load_copy_question(
    row: CopyRequest, choices: CopyChoices, on: date
) -> tuple[RecordCopyFact, frozenset[str]]:
    """Load the facts of the question about a copy, and the elements on record."""
    inventory = list_own_records(row.child.organization.slug, row.child.key)
    return build_copy_fact(row, choices, on, inventory.texts), inventory.elements


def read_copy_content(permit: Permit, row: CopyRequest, decision: Decision) -> CopyContent:
    """Read what a permit lets out, with the family's statements about it (34 CFR 99.21(c))."""
    lines = read_own_records(permit, row.child.organization.slug)
    content = copy_content.build_copy_content(lines, leaves_out_others=leaves_out_others(decision))
    statements = consents_api.list_statements_to_send(
        [row.child.key], content.list_elements(), Level.INDIVIDUAL, permit.on
    )
    return replace(
        content,
        statements=tuple(
            copy_content.CopyStatement(statement.fact.placed_on, statement.text)
            for statement in statements
        ),
    )


def review_copy(row: CopyRequest, choices: CopyChoices, who: Actor, on: date) -> CopyReview:
    """Show a reviewer what a copy would hold, and what which rule leaves out.

    Args:
        row: the request.
        choices: what the reviewer chose so far.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The review; without content while counsel or a reason is missing.
    """
    copy, elements = load_copy_question(row, choices, on)
    decision = decide_record_copy(copy, elements, who, on)
    content = CopyContent((), leaves_out_others=False)
    if decision.allowed:
        content = read_copy_content(decision.require(), row, decision)
    return CopyReview(
        decision=decision,
        content=content,
        sections=copy_content.build_copy_sections(content),
        withheld=tuple(_list_withheld(decision)),
        texts=_read_texts(row, copy, who, on),
        records=tuple(
            (name, get_record_type(name).title)
            for name in sorted({element.partition(".")[0] for element in elements})
        ),
    )


def _list_withheld(decision: Decision) -> Iterable[WithheldPart]:
    labels: dict[tuple[str, str], list[str]] = {}
    reasons: dict[tuple[str, str], Reason] = {}
    for reason in decision.refusals:
        record, _dot, name = reason.about.partition(".")
        if name:
            labels.setdefault((record, reason.code), []).append(
                get_record_type(record).fields[name].label
            )
            reasons[record, reason.code] = reason
    for (record, code), names in labels.items():
        yield WithheldPart(
            get_record_type(record).title, tuple(sorted(names)), reasons[record, code]
        )


def _read_texts(
    row: CopyRequest, copy: RecordCopyFact, who: Actor, on: date
) -> tuple[tuple[str, str], ...]:
    """Read the texts that a person has to read first, as the reviewer would release them."""
    if not copy.texts:
        return ()
    read = CopyChoices(copy.exclusions, copy.left_out, copy.counsel, texts_read=True)
    decision = decide_record_copy(build_copy_fact(row, read, on, copy.texts), copy.texts, who, on)
    if not decision.allowed:
        return ()
    lines = read_own_records(decision.require(), row.child.organization.slug)
    return tuple(
        (get_record_type(line.record).fields[name].label, str(value))
        for line in lines
        for name, value in line.values.items()
        if f"{line.record}.{name}" in copy.texts
    )


def build_access_fact(row: CopyRequest, on: date) -> CopyAccessFact:
    """Build the fact of who asked for a copy, and until when it can be downloaded."""
    name = consents_api.unseal_fields(row.child.key, row.sealed)["name"]
    return CopyAccessFact(
        requester=consents_api.compute_signer_key(row.child.key, name),
        letter=str(row.letter_id or ""),
        letter_valid=row.letter is not None and can_open_page(row.letter, on),
        withdrawn=row.withdrawn_at is not None,
        until=row.copy_until if row.sealed_copy else None,
    )


def load_download_question(
    row: CopyRequest, reader: FamilyReader, on: date
) -> tuple[RecordCopyFact, frozenset[str], CopyAccessFact, FamilyReader]:
    """Load the facts of the question whether a family may download a copy on a day.

    What the reviewer left out is no part of the copy any more, so it is not asked about.
    """
    choices = load_released_choices(row)
    content = load_copy_content(row)
    return (
        build_copy_fact(row, choices, on),
        content.list_elements() if content else frozenset(),
        build_access_fact(row, on),
        reader,
    )


def load_released_choices(row: CopyRequest) -> CopyChoices:
    """Load what the reviewer of a released copy chose."""
    return CopyChoices(
        exclusions=frozenset(map(CopyExclusion, row.exclusions)),
        left_out=frozenset(row.left_out),
        counsel=row.counsel,
        texts_read=row.texts_read,
    )


def load_copy_content(row: CopyRequest) -> CopyContent | None:
    """Decrypt a copy; None if there is none. The caller asks policy first or right after."""
    return copy_content.unseal_copy_content(row.pk, row.sealed_copy) if row.sealed_copy else None


def decide_download(row: CopyRequest, reader: FamilyReader, who: Actor, on: date) -> Decision:
    """Decide whether a family may download a copy now."""
    copy, elements, access, reader = load_download_question(row, reader, on)
    return may_download_copy(copy, elements, access, reader, who, on)


def list_ended_copies(on: date) -> list[CopyRequest]:
    """List the copies that can no longer be downloaded: too old, withdrawn, or the letter ended."""
    rows = CopyRequest.objects.exclude(sealed_copy=b"").select_related("letter")
    return [
        row
        for row in rows
        if row.copy_until is None
        or row.copy_until < on
        or row.withdrawn_at is not None
        or row.letter is None
        or not row.letter.is_valid(on)
    ]
