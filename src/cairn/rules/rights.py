"""Who holds the right to say yes, and whether one written consent counts on a date."""

from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from cairn.rules.cards import consent as cards
from cairn.rules.citations import RuleCard
from cairn.rules.consent import WrittenConsent
from cairn.rules.policy import MAJORITY
from cairn.rules.vocabulary import ConsentMethod, Relation


class Age(StrEnum):
    """Whose right it is: the parent's of a child, the student's own, or not known."""

    CHILD = "child"
    ELIGIBLE = "eligible"
    UNKNOWN = "unknown"


class Lack(StrEnum):
    """What keeps one consent from counting."""

    SIGNATURE = "signature"
    AUTHENTICATION = "authentication"
    APPROVAL = "approval"
    VERIFICATION = "verification"
    TERM = "term"
    RELATION = "relation"
    PASSED = "passed"
    AGE = "age"


LACKS: Final[dict[Lack, RuleCard]] = {
    Lack.SIGNATURE: cards.SIGNED,
    Lack.AUTHENTICATION: cards.AUTHENTICATED,
    Lack.APPROVAL: cards.APPROVED,
    Lack.VERIFICATION: cards.VERIFIED,
    Lack.TERM: cards.NOT_LIVE,
    Lack.RELATION: cards.SIGNER,
    Lack.PASSED: cards.ELIGIBLE,
    Lack.AGE: cards.AGE_UNKNOWN,
}

# 34 CFR 99.3: a parent, a guardian, or an individual acting as a parent in the absence of one. A
# foster parent acts as one; the agency itself and anyone else do not.
_PARENTS: Final = (
    Relation.PARENT,
    Relation.GUARDIAN,
    Relation.ACTING_PARENT,
    Relation.FOSTER_PARENT,
)


@lru_cache(maxsize=1 << 16)
def majority(born: date) -> date:
    """The day on which somebody reaches 18: for 29 February the first of March, since that many
    years are complete only then (18 years after a leap year there is none)."""
    year = born.year + MAJORITY
    leap_day = (born.month, born.day) == (2, 29)
    return date(year, 3, 1) if leap_day else born.replace(year=year)


class Subject(NamedTuple):
    """Whose records they are, as far as the right to say yes goes. ``None`` is unknown."""

    born: date | None
    postsecondary: bool | None
    age: Age


@lru_cache(maxsize=1 << 16)
def subject(born: date | None, on: date, postsecondary: bool | None) -> Subject:  # noqa: FBT001
    """Whether the rights are the student's on a day (34 CFR 99.3, "eligible student").

    An unknown birth date is not assumed to be a child's, nor unknown enrollment to be none.
    """
    if postsecondary or (born is not None and majority(born) <= on):
        return Subject(born, postsecondary, Age.ELIGIBLE)
    unknown = born is None or postsecondary is None
    return Subject(born, postsecondary, Age.UNKNOWN if unknown else Age.CHILD)


def lacking(
    consent: WrittenConsent, of: Subject, on: date, *, passes: bool, replaced: bool
) -> tuple[Lack, ...]:
    """Everything that keeps a consent from counting on a day.

    ``passes`` is the policy that a parent's consent ends when the rights pass; ``replaced``: a
    later consent took its place by then.
    """
    found: list[Lack] = []
    signed = consent.signed_on
    if signed is None or signed > on or not consent.signer:
        found.append(Lack.SIGNATURE)
    if consent.method is ConsentMethod.ELECTRONIC:
        if not consent.authenticated:
            found.append(Lack.AUTHENTICATION)
        if not consent.approved:
            found.append(Lack.APPROVAL)
    if consent.verified_on is None or consent.verified_on > on or not consent.verified_by:
        found.append(Lack.VERIFICATION)
    if replaced or not _in_term(consent, on):
        found.append(Lack.TERM)
    found += _right(consent, of, passes=passes)
    return tuple(found)


def _in_term(consent: WrittenConsent, on: date) -> bool:
    starts = consent.starts or consent.signed_on
    begun = starts is not None and starts <= on
    lasts = consent.ends is None or on <= consent.ends
    stands = consent.revoked_on is None or on < consent.revoked_on
    return begun and lasts and stands


def _right(consent: WrittenConsent, of: Subject, *, passes: bool) -> tuple[Lack, ...]:
    """Whether the signer held the right: when signing, and as ``passes`` says still today."""
    by_student = consent.relation is Relation.STUDENT
    if not by_student and consent.relation not in _PARENTS:
        return (Lack.RELATION,)
    if of.age is Age.UNKNOWN:
        return (Lack.AGE,)
    if by_student:
        too_early = of.age is Age.CHILD or _as_a_child(consent, of)
        return (Lack.RELATION,) if too_early else ()
    passed = of.age is Age.ELIGIBLE and (passes or not _before(consent, of.born))
    return (Lack.PASSED,) if passed else ()


def _as_a_child(consent: WrittenConsent, of: Subject) -> bool:
    """A student signed before the right was theirs; when a college student enrolled is not told,
    so that their own word is taken."""
    return not of.postsecondary and _before(consent, of.born)


def _before(consent: WrittenConsent, born: date | None) -> bool:
    """Whether it was signed before the student was 18."""
    signed = consent.signed_on
    return born is not None and signed is not None and signed < majority(born)
