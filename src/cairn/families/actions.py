"""Writes: letters that open a family page, and requests for a copy with their clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents import facts as consents
from cairn.consents.children import known_child
from cairn.consents.models import Child
from cairn.consents.sealing import Label, label, seal
from cairn.families.codes import hashed, new_code
from cairn.families.models import CopyRequest, Letter, LetterRun
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.consent_record import rights_passed
from cairn.rules.family import may_answer_family, may_view_family
from cairn.rules.vocabulary import Action


@dataclass(frozen=True, slots=True)
class Printed:
    """One letter as it goes to the printer; the code is nowhere else.

    It goes to the student where the rights are the student's, and else to the family.
    """

    child: Label
    to_student: bool
    code: str
    language: str
    expires_on: date


@transaction.atomic
def print_letters(
    *,
    organization: Organization,
    children: Sequence[tuple[Label, str]],
    expires_on: date,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> list[Printed]:
    """A letter for each of these children, in its family's language, each with a code of its own.

    Letters printed before keep counting, so that two parents can each have one.
    """
    asking, on = who or actor(by), timezone.localdate(at)
    action = Action.INVITE_FAMILY
    decision = may_open(action, asking, organization=organization.slug, on=on)
    decision.require()
    run = LetterRun.objects.create(
        organization=organization, printed_by=by, printed_at=at, expires_on=expires_on
    )
    printed = []
    for told, language in children:
        child, code = known_child(organization, told, by=organization), new_code()
        Letter.objects.create(
            run=run, child=child, code=hashed(code), language=language, expires_on=expires_on
        )
        passed = bool(rights_passed(consents.person(child, on), on))
        name = label(child.key, child.sealed)
        printed.append(Printed(name, passed, code, language, expires_on))
    detail: dict[str, str | int] = {"letters": len(printed)}
    audit.record("family.invited", run, by=by, at=at, decision=decision, detail=detail)
    return printed


@transaction.atomic
def stop_letters(*, run: LetterRun, by: User, at: datetime, who: Actor | None = None) -> int:
    """The codes of these letters open nothing any more. How many that stops."""
    asking, on = who or actor(by), timezone.localdate(at)
    organization = run.organization.slug
    decision = may_open(Action.INVITE_FAMILY, asking, organization=organization, on=on)
    decision.require()
    stopped = run.letters.filter(revoked_at=None).update(revoked_at=at)
    detail: dict[str, str | int] = {"letters": stopped}
    audit.record("family.letters_stopped", run, by=by, at=at, decision=decision, detail=detail)
    return stopped


@transaction.atomic
def stop_letter(*, letter: Letter, by: User, at: datetime, who: Actor | None = None) -> None:
    """The code of this one letter opens nothing any more; those of the others go on counting."""
    asking, on = who or actor(by), timezone.localdate(at)
    organization = letter.run.organization.slug
    decision = may_open(Action.INVITE_FAMILY, asking, organization=organization, on=on)
    decision.require()
    Letter.objects.filter(pk=letter.pk, revoked_at=None).update(revoked_at=at)
    audit.record("family.letter_stopped", letter, by=by, at=at, decision=decision)


@transaction.atomic
def replace_letter(
    *, letter: Letter, expires_on: date, by: User, at: datetime, who: Actor | None = None
) -> Printed:
    """This letter is stopped, and a new one printed for the same family in the same language."""
    stop_letter(letter=letter, by=by, at=at, who=who)
    (printed,) = print_letters(
        organization=letter.run.organization,
        children=[(label(letter.child.key, letter.child.sealed), letter.language)],
        expires_on=expires_on,
        by=by,
        at=at,
        who=who,
    )
    return printed


@transaction.atomic
def opened(*, letter: Letter, at: datetime, by: None = None) -> None:
    """Somebody typed the code of a letter and sees its child's page."""
    who, on = Actor.family(letter.child.key), timezone.localdate(at)
    decision = may_view_family(letter.child.key, who, on)
    decision.require()
    letter.opened_at = at
    letter.save(update_fields=["opened_at"])
    audit.record("family.opened", letter, by=by, at=at, decision=decision)


@transaction.atomic
def ask_for_copy(
    *, child: Child, name: str, who: Actor, at: datetime, by: None = None
) -> CopyRequest:
    """The family asks to see its child's record; the clock of 45 days begins."""
    on = timezone.localdate(at)
    decision = may_answer_family(child.key, who, on)
    decision.require()
    sealed = seal(child.key, {"name": name})
    row = CopyRequest.objects.create(child=child, sealed=sealed, asked_at=at, asked_on=on)
    audit.record("copy.asked", row, by=by, at=at, decision=decision)
    return row


@transaction.atomic
def withdraw_copy(*, copy: CopyRequest, who: Actor, at: datetime, by: None = None) -> None:
    """The family does not need the copy after all."""
    decision = may_answer_family(copy.child.key, who, timezone.localdate(at))
    decision.require()
    copy.withdrawn_at = at
    copy.save(update_fields=["withdrawn_at"])
    audit.record("copy.withdrawn", copy, by=by, at=at, decision=decision)


@transaction.atomic
def answer_copy(
    *, copy: CopyRequest, answer: str, by: User, at: datetime, who: Actor | None = None
) -> None:
    """The district gave the family its copy, or let it look; `answer` says how."""
    asking, on = who or actor(by), timezone.localdate(at)
    organization = copy.child.organization.slug
    decision = may_open(Action.ANSWER_FAMILY, asking, organization=organization, on=on)
    decision.require()
    copy.answered_at, copy.answered_by, copy.answer = at, by, answer
    copy.save(update_fields=["answered_at", "answered_by", "answer"])
    audit.record("copy.answered", copy, by=by, at=at, decision=decision)
