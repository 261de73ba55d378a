"""Write family letters and requests for copies, and audit them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import (
    Organization,
    get_organization_slug,
    load_organization_fact,
)
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.platform.audit.api import record_audit_event
from cairn.policy.checks import find_record_copy_due_date, have_rights_passed_to_student
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, OrganizationFact
from cairn.policy.questions import (
    may_answer_copy_request,
    may_answer_for_child,
    may_view_family_page,
)
from cairn.policy.vocabulary import Action, CopyExclusion
from cairn.services.families.letter_codes import generate_letter_code, hash_letter_code
from cairn.services.families.models import CopyRequest, Letter, LetterRun
from cairn.services.families.queries import load_record_deadlines
from cairn.services.families.record_copies.request_lock import lock_open_request
from cairn.services.programs.api import load_participant_details

__all__ = ["print_letters"]


@dataclass(frozen=True, slots=True)
class PrintedLetter:
    """One letter as it goes to the printer; its code is stored in no other place.

    It is addressed to the student if the student holds the rights, otherwise to the family.
    """

    child: consents_api.ChildLabel
    to_student: bool
    code: str
    language: str
    expires_on: date


def _get_run_organization(*, run: LetterRun) -> tuple[str]:
    return (run.organization.slug,)


def _get_letter_organization(*, letter: Letter) -> tuple[str]:
    return (letter.run.organization.slug,)


def _get_child_key(*, child: consents_api.Child) -> tuple[str]:
    return (child.key,)


def _get_copy_child_key(*, copy: CopyRequest) -> tuple[str]:
    return (copy.child.key,)


def _load_answer_facts(
    *, copy: CopyRequest, exclusions: Sequence[CopyExclusion], counsel: str
) -> tuple[Sequence[CopyExclusion], OrganizationFact, bool, str]:
    order = copy.child.court_order
    if copy.participant is not None:
        details = load_participant_details([copy.participant])[copy.participant.key]
        order = bool(details.barred_adults.strip())
    return exclusions, load_organization_fact(copy.holder), order, counsel


@action("family.invited", asks=has_role_at(Action.INVITE_FAMILY), facts=get_organization_slug)
def print_letters(
    permit: Permit,
    /,
    *,
    organization: Organization,
    children: Sequence[tuple[consents_api.ChildLabel, str]],
    expires_on: date,
    by: User,
    at: datetime,
) -> ActionResult[list[PrintedLetter]]:
    """Create a letter with its own code for each child, in the language of the family.

    Letters printed earlier stay valid, so that two parents can each have one.

    Args:
        organization: the district that sends the letters.
        children: each child with the language of its family ("en" or "es").
        expires_on: the last day on which the codes are valid.
        by: the acting user.
        at: when the letters are printed.
    Returns:
        The letters with their codes, which cannot be read again later.
    Raises:
        Refused: the policy does not allow it.
    """
    on = permit.on
    run = LetterRun.objects.create(
        organization=organization, printed_by=by, printed_at=at, expires_on=expires_on
    )
    printed = []
    for child_label, language in children:
        child, code = (
            consents_api.find_or_create_child(organization, child_label, by=organization),
            generate_letter_code(),
        )
        Letter.objects.create(
            run=run,
            child=child,
            code=hash_letter_code(code),
            language=language,
            expires_on=expires_on,
        )
        student_holds_rights = bool(
            have_rights_passed_to_student(consents_api.load_person_fact(child, on), on)
        )
        name = consents_api.unseal_child_label(child.key, child.sealed)
        printed.append(PrintedLetter(name, student_holds_rights, code, language, expires_on))
    detail: dict[str, str | int] = {"letters": len(printed)}
    return ActionResult(printed, subject=run, detail=detail)


@action(
    "family.letters_stopped", asks=has_role_at(Action.INVITE_FAMILY), facts=_get_run_organization
)
def stop_letters(permit: Permit, /, *, run: LetterRun, by: User, at: datetime) -> ActionResult[int]:
    """Stop all codes of a letter run, and return how many codes that stops."""
    stopped = run.letters.filter(revoked_at=None).update(revoked_at=at)
    detail: dict[str, str | int] = {"letters": stopped}
    return ActionResult(stopped, subject=run, detail=detail)


@action(
    "family.letter_stopped", asks=has_role_at(Action.INVITE_FAMILY), facts=_get_letter_organization
)
def stop_letter(permit: Permit, /, *, letter: Letter, by: User, at: datetime) -> ActionResult[None]:
    """Stop the code of this one letter; other letters stay valid."""
    Letter.objects.filter(pk=letter.pk, revoked_at=None).update(revoked_at=at)
    return ActionResult(subject=letter)


@transaction.atomic
def replace_letter(*, letter: Letter, expires_on: date, by: User, at: datetime) -> PrintedLetter:
    """Stop this letter, and print a new one for the same family in the same language."""
    stop_letter(letter=letter, by=by, at=at)
    (printed,) = print_letters(
        organization=letter.run.organization,
        children=[
            (
                consents_api.unseal_child_label(letter.child.key, letter.child.sealed),
                letter.language,
            )
        ],
        expires_on=expires_on,
        by=by,
        at=at,
    )
    return printed


@transaction.atomic
def record_letter_opened(*, letter: Letter, at: datetime, by: None = None) -> None:
    """Record that a person typed the code of a letter and sees the child's page."""
    who, on = Actor.family(letter.child.key), timezone.localdate(at)
    decision = may_view_family_page(letter.child.key, who, on)
    decision.require()
    letter.opened_at = at
    letter.save(update_fields=["opened_at"])
    record_audit_event("family.opened", letter, by=by, at=at, decision=decision)


@action("family.named", asks=may_answer_for_child, facts=_get_child_key)
def record_name_given(
    permit: Permit,
    /,
    *,
    child: consents_api.Child,
    letter: Letter,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[None]:
    """Record that a person gave a name to see the requests made under it. Raises `Refused`.

    The audit line names the letter and not the person.
    """
    return ActionResult(subject=letter)


@action("copy.asked", asks=may_answer_for_child, facts=_get_child_key)
def request_copy(
    permit: Permit,
    /,
    *,
    child: consents_api.Child,
    letter: Letter,
    name: str,
    who: Actor,
    at: datetime,
    by: None = None,
) -> ActionResult[CopyRequest]:
    """Record that a family asks for its child's record.

    The organization has 45 days, or fewer where state law says so (34 CFR 99.10(b)).
    """
    on = permit.on
    sealed = consents_api.seal_fields(child.key, {"name": name})
    due_on = find_record_copy_due_date(on, load_record_deadlines(child.organization, on))
    row = CopyRequest.objects.create(
        child=child, letter=letter, sealed=sealed, asked_at=at, asked_on=on, due_on=due_on
    )
    return ActionResult(row, subject=row)


@action("copy.withdrawn", asks=may_answer_for_child, facts=_get_copy_child_key)
def withdraw_copy_request(
    permit: Permit, /, *, copy: CopyRequest, who: Actor, at: datetime, by: None = None
) -> ActionResult[None]:
    """Record that the family does not need the copy after all; one that was released is erased.

    Raises:
        Refused: policy does not allow it.
        ClosedCopyRequest: the request was answered or withdrawn meanwhile.
    """
    if not copy.has_copy:
        lock_open_request(copy)
    copy.withdrawn_at, copy.sealed_copy = at, b""
    copy.save(update_fields=["withdrawn_at", "sealed_copy"])
    return ActionResult(subject=copy)


@action("copy.answered", asks=may_answer_copy_request, facts=_load_answer_facts)
def answer_copy_request(
    permit: Permit,
    /,
    *,
    copy: CopyRequest,
    answer: str,
    exclusions: Sequence[CopyExclusion],
    counsel: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Record how the district gave the family its copy or let it inspect the record.

    Args:
        copy: the request.
        answer: how the family got access; the family reads it.
        exclusions: the records left out of the copy (34 CFR 99.12, 99.4).
        counsel: name of the counsel who reviewed the copy; empty if none did.
        by: the acting user.
        at: when it is answered.
    Raises:
        Refused: policy does not allow it.
        ClosedCopyRequest: the request was answered or withdrawn meanwhile.
    """
    lock_open_request(copy)
    copy.answered_at, copy.answered_by, copy.answer = at, by, answer
    copy.exclusions, copy.counsel = [exclusion.value for exclusion in exclusions], counsel
    copy.save(update_fields=["answered_at", "answered_by", "answer", "exclusions", "counsel"])
    return ActionResult(subject=copy)
