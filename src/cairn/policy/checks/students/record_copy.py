"""Check the records left out of the copy for a family, and what the family reads about them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.students.consent_status import have_rights_passed_to_student
from cairn.policy.engine import BoundCheck, Decision, Reason, element_check, policy_check
from cairn.policy.facts import (
    CopyAccessFact,
    FamilyReader,
    OrganizationFact,
    PersonFact,
    RecordCopyFact,
    calculate_age,
)
from cairn.policy.law import ADDRESS_FIELDS, RuleCard, find_special_class, is_usually_withheld
from cairn.policy.law.cards.governance import record_copy as cards
from cairn.policy.vocabulary import CopyExclusion, OrganizationKind, SpecialClass, label_code

__all__ = [
    "check_copy_element",
    "check_copy_exclusions",
    "check_copy_requester",
    "check_copy_term",
    "check_copy_unchanged",
    "check_order_reviewed",
    "check_reason_stated",
    "leaves_out_others",
    "list_exclusions_for_family",
    "require_copy_review",
]

_X = CopyExclusion

_POSTSECONDARY_ONLY: Final = (_X.PARENTS_FINANCES, _X.CONFIDENTIAL_LETTERS)
_REVIEWED_BY_COUNSEL: Final = frozenset({_X.COURT_ORDER, _X.OTHER_LAW})

# A court order, or the treatment that a minor may consent to alone, could be revealed by saying so.
_SAID_TO_FAMILY: Final = (_X.OTHER_STUDENTS, *_POSTSECONDARY_ONLY)


@policy_check(cards.POSTSECONDARY_ONLY, cards.ORDER_ON_RECORD, cards.COUNSEL_FIRST)
def check_copy_exclusions(
    on: date,
    exclusions: Collection[CopyExclusion],
    organization: OrganizationFact,
    *,
    has_court_order: bool,
    counsel: str,
) -> Iterator[Reason]:
    """Check that each kind of record left out of a family's copy may be left out.

    Information about other students is never part of the copy (34 CFR 99.12(a)), so nothing is
    asked about it.

    Args:
        on: date of the check.
        exclusions: the records left out.
        organization: the organization that keeps the record.
        has_court_order: whether an order that limits a parent is on record.
        counsel: name of the counsel who reviewed the copy; empty if none did.
    Returns:
        One reason for each rule that applies.
    """
    reserved = [exclusion for exclusion in _POSTSECONDARY_ONLY if exclusion in exclusions]
    if reserved:
        yield Reason.from_card(
            cards.POSTSECONDARY_ONLY,
            met=organization.kind is OrganizationKind.POSTSECONDARY,
            organization=organization.name or organization.slug,
            excluded=", ".join(map(label_code, reserved)),
        )
    if _X.COURT_ORDER in exclusions:
        yield Reason.from_card(cards.ORDER_ON_RECORD, met=has_court_order)
    if _REVIEWED_BY_COUNSEL & set(exclusions):
        name = counsel.strip()
        yield Reason.from_card(cards.COUNSEL_FIRST, met=bool(name), counsel=name)


def list_exclusions_for_family(exclusions: Iterable[CopyExclusion]) -> tuple[CopyExclusion, ...]:
    """List the exclusions that a family may read; others could reveal what a law reserves.

    Args:
        exclusions: the records left out.
    Returns:
        The exclusions, in the order of the law.
    """
    excluded = set(exclusions)
    return tuple(exclusion for exclusion in _SAID_TO_FAMILY if exclusion in excluded)


def require_copy_review(copy: RecordCopyFact) -> tuple[BoundCheck, ...]:
    """List the checks of a copy as a whole: its exclusions, and who reviewed it.

    Args:
        copy: the copy.
    Returns:
        The checks.
    """
    return (
        check_copy_exclusions(
            copy.exclusions,
            copy.organization,
            has_court_order=copy.person.court_order,
            counsel=copy.counsel,
        ),
        check_reason_stated(copy.left_out, copy.exclusions),
        check_order_reviewed(
            copy.counsel, limited=copy.person.court_order or bool(copy.person.hold)
        ),
    )


@policy_check(cards.REASON_STATED)
def check_reason_stated(
    on: date, left_out: Collection[str], exclusions: Collection[CopyExclusion]
) -> Reason:
    """Check that a reason is stated for the records left out of a copy.

    Args:
        on: date of the check.
        left_out: the record types or parts left out.
        exclusions: the reasons.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.REASON_STATED, met=not left_out or bool(exclusions))


@policy_check(cards.ORDER_REVIEWED)
def check_order_reviewed(on: date, counsel: str, *, limited: bool) -> Reason:
    """Check that counsel reviewed the copy where an order or a hold is on record.

    Args:
        on: date of the check.
        counsel: name of the counsel who reviewed the copy; empty if none did.
        limited: whether an order or a hold is on record.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.ORDER_REVIEWED, met=not limited or bool(counsel.strip()))


_OTHERS_CARDS: Final = frozenset(
    card.id for card in (cards.CONTACTS, cards.OTHERS_ANSWERS, cards.TEXT_READ)
)
_SERVICES_OF_MINORS: Final = frozenset({SpecialClass.HEALTH, SpecialClass.SUBSTANCE_USE})
_CLASS_CARDS: Final[Mapping[SpecialClass, RuleCard]] = MappingProxyType(
    {
        SpecialClass.CHILD_WELFARE: cards.AGENCY_ANSWERS,
        SpecialClass.JUVENILE: cards.AGENCY_ANSWERS,
        SpecialClass.DOMESTIC_VIOLENCE: cards.AGENCY_ANSWERS,
        SpecialClass.SNAP: cards.OWN_HOUSEHOLD,
        SpecialClass.TANF: cards.OWN_HOUSEHOLD,
        SpecialClass.WIC: cards.OWN_HOUSEHOLD,
        SpecialClass.WAGE: cards.OWN_HOUSEHOLD,
        SpecialClass.SURVEY: cards.OTHERS_ANSWERS,
    }
)


_REFUSING_CARDS: Final = (
    cards.LEFT_OUT,
    cards.TEXT_READ,
    cards.CONTACTS,
    cards.MINOR_DECIDES,
    cards.AGENCY_ANSWERS,
    cards.OWN_HOUSEHOLD,
    cards.OTHERS_ANSWERS,
)


@element_check(cards.IN_COPY, *_REFUSING_CARDS)
def check_copy_element(element: str, on: date, copy: RecordCopyFact) -> Reason:
    """Check whether one data element is part of the copy for a family.

    Args:
        element: ``record.field``.
        on: date of the check.
        copy: the copy.
    Returns:
        One reason: the first rule that leaves it out, or that it is part of the copy.
    """
    card = _find_copy_refusal(element, on, copy)
    return Reason.from_card(card or cards.IN_COPY, met=card is None)


def _find_copy_refusal(element: str, on: date, copy: RecordCopyFact) -> RuleCard | None:
    special, record = find_special_class(element), element.partition(".")[0]
    rules = (
        (record in copy.left_out, cards.LEFT_OUT),
        (element in copy.texts and not copy.texts_read, cards.TEXT_READ),
        (_is_contact(element, on, copy.person), cards.CONTACTS),
        (special is not None and _is_minors_own(special, on, copy), cards.MINOR_DECIDES),
    )
    refused = next((card for applies, card in rules if applies), None)
    return refused or (_CLASS_CARDS.get(special) if special else None)


def _is_contact(element: str, on: date, person: PersonFact) -> bool:
    record, _dot, field = element.partition(".")
    is_own_address = field in ADDRESS_FIELDS and _is_students_own(person, on)
    return record == "contact" or (is_usually_withheld(element) and not is_own_address)


def _is_students_own(person: PersonFact, on: date) -> bool:
    return have_rights_passed_to_student(person, on) is True


def _is_minors_own(special: SpecialClass, on: date, copy: RecordCopyFact) -> bool:
    """Tell whether a minor may have consented alone to the service that a record is about."""
    if special not in _SERVICES_OF_MINORS or _is_students_own(copy.person, on):
        return False
    age, born = copy.minor_ages.get(special), copy.person.birth_date
    if age is None:
        return special is SpecialClass.SUBSTANCE_USE
    return born is None or calculate_age(born, on) >= age


@policy_check(cards.REQUESTER)
def check_copy_requester(on: date, access: CopyAccessFact, reader: FamilyReader) -> Reason:
    """Check that the person who asked for a copy downloads it, by the same letter.

    Args:
        on: date of the check.
        access: who asked.
        reader: the person who has the page open.
    Returns:
        One reason.
    """
    is_same_person = bool(reader.signer) and reader.signer == access.requester
    is_same_letter = access.letter_valid and reader.letter == access.letter
    return Reason.from_card(cards.REQUESTER, met=is_same_person and is_same_letter)


@policy_check(cards.COPY_TERM)
def check_copy_term(on: date, access: CopyAccessFact) -> Reason:
    """Check that there is a copy, and that its days for the download have not passed.

    Args:
        on: date of the check.
        access: until when it can be downloaded.
    Returns:
        One reason.
    """
    until = access.until
    met = until is not None and on <= until and not access.withdrawn
    return Reason.from_card(cards.COPY_TERM, met=met, until=until.isoformat() if until else "")


@policy_check(cards.UNCHANGED, *_REFUSING_CARDS)
def check_copy_unchanged(on: date, copy: RecordCopyFact, elements: Iterable[str]) -> Reason:
    """Check that no rule leaves out an element of a copy that was reviewed before.

    Args:
        on: date of the check.
        copy: the copy, with the facts of today.
        elements: the elements in it.
    Returns:
        One reason.
    """
    refused = any(_find_copy_refusal(element, on, copy) for element in elements)
    return Reason.from_card(cards.UNCHANGED, met=not refused)


def leaves_out_others(decision: Decision) -> bool:
    """Tell whether a copy leaves out something about other people, which its reader may know.

    The family does not read about the records of an agency or a court, or about a service that
    the student consented to: that alone would reveal such a record.

    Args:
        decision: the decision about the copy.
    Returns:
        True if it does.
    """
    return any(reason.code in _OTHERS_CARDS for reason in decision.refusals)
