"""Write the record of requests and disclosures, and handle owners' requests for it.

A line is written in the caller's transaction, before data leaves. If it cannot be written, the
exception undoes the caller's change too: nothing happens off the record (34 CFR 99.32(a)).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from cairn.governance.agreements.api import find_agreement_data_owners
from cairn.governance.dictionaries.api import find_special_classes
from cairn.governance.disclosure_log import archive, models
from cairn.governance.disclosure_log.archive import SnapshotVault
from cairn.governance.disclosure_log.disclosed_children import child_blocks, child_hashes
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import checks
from cairn.policy.coverage import list_special_classes
from cairn.policy.engine import Decision, Permit, digest_facts, dump_question
from cairn.policy.facts import DisclosureContext, Facts
from cairn.policy.questions import may_answer_record_request, may_request_disclosure_record
from cairn.policy.vocabulary import Outcome, PartyRole, SpecialClass

__all__ = ["record_disclosure"]


@action("record.asked_for", asks=may_request_disclosure_record, facts=get_organization_slug)
def request_disclosure_record(
    permit: Permit, /, *, organization: Organization, by: User, at: datetime
) -> ActionResult[models.RecordRequest]:
    """Record a data owner's request for the record of disclosures of its data; 30 days begin.

    Args:
        organization: the data owner.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The request's row.

    Raises:
        Refused: the policy does not allow it.
    """
    on = permit.on
    row = models.RecordRequest.objects.create(
        organization=organization,
        asked_by=by,
        asked_on=on,
        due_on=checks.find_record_answer_due_date(on),
    )
    detail = {"organization": organization.slug, "due": row.due_on.isoformat()}
    return ActionResult(row, subject=row, detail=detail)


@transaction.atomic
def answer_record_request(*, request: models.RecordRequest, by: User, at: datetime) -> None:
    """Record that the data owner received its record of disclosures.

    Args:
        request: the request's row.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it, or the request is answered already.
    """
    decision = may_answer_record_request(
        answered=request.answered_at is not None,
        actor=load_current_actor(by),
        on=timezone.localdate(at),
    )
    decision.require()
    request.answered_by, request.answered_at = by, at
    request.save(update_fields=["answered_by", "answered_at"])
    record_audit_event("record.answered", request, by=by, at=at, decision=decision)


class IncompleteDisclosure(Exception):
    """A line that the law requires would not name the recipient or the interest (rule R18.1)."""


@transaction.atomic
def record_disclosure(  # noqa: PLR0913 - the law asks for this much
    decision: Decision,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    parties: Iterable[str],
    interest: str,
    elements: Iterable[str] | None = None,
    people: int | None = None,
    required_by_law: bool | None = None,
    why: str = "",
    children: Iterable[str] | child_hashes.ChildHashes = (),
    owners: Iterable[str] = (),
) -> models.DisclosureRecord:
    """Record one request, allowed or not, with its answer and the reasons.

    The data owners follow from the decision's agreements. Whether the law requires the line
    is derived unless the caller states it, with `why`.

    Args:
        decision: the decision.
        by: the user who asked; None if not signed in.
        at: the moment of the request.
        parties: slugs of the organizations that receive the data or asked for it.
        interest: their legitimate interest.
        elements: the data elements that really leave, if fewer than were allowed.
        people: the number of children if they are not named; None if not counted.
        required_by_law: whether 34 CFR 99.32 requires the line; derived if None.
        why: why the law requires the line or not.
        children: child keys, by which a family finds the line; for many, `ChildHashes` that were
            made before the transaction.
        owners: slugs of data owners, where no agreement of the decision names them.

    Returns:
        The line's row.

    Raises:
        IncompleteDisclosure: the law requires the line, and it would not say enough.
    """
    vault = SnapshotVault.for_installation()
    named = (
        children
        if isinstance(children, child_hashes.ChildHashes)
        else child_hashes.ChildHashes(children)
    )
    question_arguments = _dump_question_arguments(decision)
    answer, *argument_digests = vault.store_contents(
        [build_archived_answer(decision), *question_arguments.values()]
    )
    shared_elements = sorted(elements) if elements is not None else _list_allowed_elements(decision)
    sides = _find_party_sides(decision, parties, owners)
    requirement = checks.find_record_requirement(
        decision.action, decision.basis, _find_shared_classes(decision, shared_elements, sides)
    )
    row = models.DisclosureRecord(
        kind=_find_disclosure_kind(decision),
        at=at,
        on=decision.on,
        action=decision.action.value,
        outcome=decision.outcome.value,
        purpose=decision.purpose.value if decision.purpose else "",
        basis=decision.basis.value if decision.basis else "",
        interest=interest,
        by=by if isinstance(by, User) else None,
        by_label="(not signed in)" if by is None else str(by),
        agreements=list(decision.agreements),
        elements=shared_elements if decision.allowed else [],
        withheld=sorted(set(decision.elements) - set(shared_elements)),
        people=len(named) or people,
        required_by_law=requirement.by_law if required_by_law is None else required_by_law,
        why=why or f"{requirement.why} ({requirement.citation})",
        decision_id=decision.decision_id,
        ruleset=decision.ruleset,
        question=decision.asked.name if decision.asked else "",
        facts=dict(zip(question_arguments, argument_digests, strict=True)),
        answer=answer,
        children_digest=child_hashes.compute_children_digest([named.list_hashes()]),
    )
    _check_required_line(row, sides)
    row.digest = compute_line_digest(row, sides)
    row.save(force_insert=True)
    models.DisclosureParty.objects.bulk_create(
        models.DisclosureParty(record=row, side=side, organization=organization)
        for side, organization in sides
    )
    child_blocks.insert_children(row.pk, named)
    record_audit_event(
        f"disclosure.{row.kind}",
        row,
        by=by,
        at=at,
        decision=decision,
        detail={"digest": row.digest},
    )
    return row


def record_denied_disclosure(
    decision: Decision, *, by: AbstractBaseUser | None, at: datetime
) -> None:
    """Record a refused request in this log if it asked for data about children.

    `platform.actions.record_refusal` calls this, and writes the audit line of the refusal.

    Args:
        decision: the decision.
        by: the user who asked; None if not signed in.
        at: the moment of the request.
    """
    if decision.action in checks.LOGGED_ACTIONS:
        acting = _find_user_organizations(by, at) if isinstance(by, User) else frozenset()
        record_disclosure(decision, by=by, at=at, parties=acting, interest="")


def build_archived_answer(decision: Decision) -> dict[str, Any]:
    """Build the answer to archive: every reason, and a digest of the answer child by child.

    A later answer is compared with that digest.

    Args:
        decision: the decision.

    Returns:
        JSON-compatible data.
    """
    answers_by_child = [decision.everyone, decision.people, decision.partly, decision.coarser]
    answers_by_child += [decision.rows, decision.kept_back]
    answers_by_child += [decision.shut] if decision.shut else []
    return {**archive.serialize_decision(decision), "children": digest_facts(*answers_by_child)}


def compute_line_digest(row: models.DisclosureRecord, sides: Iterable[tuple[str, str]]) -> str:
    """Compute the SHA-256 (hex) of everything that a line says, with its parties and children.

    Args:
        row: the line's row.
        sides: side and slug of each party.

    Returns:
        64 hexadecimal digits.
    """
    content: dict[str, Any] = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ("id", "digest")
    }
    content["at"] = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    content["parties"] = sorted(sides)
    return hashlib.sha256(_serialize_canonically(content)).hexdigest()


def _serialize_canonically(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=str).encode()


def _check_required_line(row: models.DisclosureRecord, sides: Iterable[tuple[str, str]]) -> None:
    if row.kind == models.DISCLOSED and row.required_by_law:
        receives = [organization for side, organization in sides if side == models.TO]
        (reason,) = checks.check_disclosure_recorded(receives, row.interest).run(row.on)
        if reason.effect is not Outcome.ALLOW:
            raise IncompleteDisclosure(f"{reason.message} {reason.next_step}")


def _find_disclosure_kind(decision: Decision) -> str:
    if not decision.allowed:
        return models.REFUSED
    if decision.action in checks.LOGGED_PUBLICATION_ACTIONS:
        return models.PUT_OUT
    return models.USED if decision.action in checks.LOGGED_INTERNAL_ACTIONS else models.DISCLOSED


def _dump_question_arguments(decision: Decision) -> dict[str, object]:
    if decision.asked is None:
        return {}
    arguments = dump_question(decision.asked)["arguments"]
    return dict(arguments) if isinstance(arguments, Mapping) else {}


def _list_allowed_elements(decision: Decision) -> list[str]:
    return sorted(name for name, answer in decision.elements.items() if answer is Outcome.ALLOW)


def _find_party_sides(
    decision: Decision, parties: Iterable[str], owners: Iterable[str]
) -> list[tuple[str, str]]:
    all_owners = {*_find_data_owners(decision), *owners}
    return sorted(
        {(models.FROM, slug) for slug in all_owners} | {(models.TO, slug) for slug in parties}
    )


def _find_data_owners(decision: Decision) -> frozenset[str]:
    """Find who provides the data of the decision's agreements, as the decision knew them."""
    asked = decision.asked.arguments.get("facts") if decision.asked else None
    known = {
        terms.reference: terms.list_organizations(PartyRole.PROVIDER)
        for terms in (asked.agreements if isinstance(asked, Facts) else ())
    }
    others = [reference for reference in decision.agreements if reference not in known]
    found = [known[reference] for reference in decision.agreements if reference in known]
    if others:
        found.append(find_agreement_data_owners(others, decision.on))
    return frozenset[str]().union(*found)


def _find_shared_classes(
    decision: Decision, elements: Iterable[str], sides: Iterable[tuple[str, str]]
) -> frozenset[SpecialClass]:
    """Return the special classes of the shared elements, by law and by owners' dictionaries."""
    shared = frozenset(elements) if decision.allowed else frozenset()
    owners = [organization for side, organization in sides if side == models.FROM]
    surroundings = DisclosureContext(classes=find_special_classes(shared, *owners))
    return frozenset(
        special_class
        for element in shared
        for special_class in list_special_classes(element, surroundings)
    )


def _find_user_organizations(by: User, at: datetime) -> frozenset[str]:
    affiliations = by.affiliations.filter_active(timezone.localdate(at)).select_related(
        "organization"
    )
    return frozenset(row.organization.slug for row in affiliations)
