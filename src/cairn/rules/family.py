"""What concerns one family: who may open its page, when a copy is due, and who disagrees.

A consent's standing here is what a page says of it; whether a use may rest on it is decided per
child, element, purpose and receiver in `rules.people`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.consent import WrittenConsent
from cairn.rules.decision import Decision
from cairn.rules.people import PersonFact
from cairn.rules.policy import MAJORITY, Policy
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Relation

COPY_DAYS: Final = 45
"""Days within which a family's request to see its child's record is answered (34 CFR 99.10(b))."""


class Standing(StrEnum):
    """What a written consent is worth on a date."""

    LIVE = "live"
    UNVERIFIED = "unverified"
    AGE_UNKNOWN = "age_unknown"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    RIGHTS_TRANSFERRED = "rights_transferred"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Voice:
    """What one signer said of one form: ``signer`` is opaque, ``says`` is yes or no."""

    signer: str
    relation: Relation
    says: bool
    at: datetime


@question
def may_view_family(child: str, actor: Actor, on: date) -> Decision:
    """Whether this is the session of this one child's family."""
    return may_open(Action.PARENT_VIEW, actor, organization=child, on=on)


@question
def may_answer_family(child: str, actor: Actor, on: date) -> Decision:
    """Whether this session may agree, take back, opt out or ask for this child."""
    return may_open(Action.FAMILY_ANSWER, actor, organization=child, on=on)


def copy_due(asked_on: date) -> date:
    """The last day to answer a request for a copy."""
    return asked_on + timedelta(days=COPY_DAYS)


def comes_of_age(birth_date: date) -> date:
    """The 18th birthday; who was born on 29 February comes of age on 1 March."""
    try:
        return birth_date.replace(year=birth_date.year + MAJORITY)
    except ValueError:
        return date(birth_date.year + MAJORITY, 3, 1)


def rights_passed(person: PersonFact, on: date) -> bool | None:
    """Whether the student holds the rights (34 CFR 99.5(a)); ``None`` where nobody knows."""
    born = person.birth_date
    if person.postsecondary or (born is not None and comes_of_age(born) <= on):
        return True
    return None if born is None else False


def standing(consent: WrittenConsent, person: PersonFact, policy: Policy, on: date) -> Standing:
    """What one consent of a person is worth on a date."""
    if consent.superseded_by:
        return Standing.SUPERSEDED
    if consent.revoked_on is not None and consent.revoked_on <= on:
        return Standing.REVOKED
    if consent.ends is not None and consent.ends < on:
        return Standing.EXPIRED
    if consent.verified_on is None or on < consent.verified_on:
        return Standing.UNVERIFIED
    by_parent = consent.relation is not Relation.STUDENT
    if (
        by_parent
        and policy.rights_pass_at_18
        and (passed := rights_passed(person, on)) is not False
    ):
        return Standing.RIGHTS_TRANSFERRED if passed else Standing.AGE_UNKNOWN
    begins = consent.starts or consent.signed_on
    return Standing.LIVE if begins is not None and begins <= on else Standing.NOT_YET


def in_conflict(voices: Iterable[Voice], answered_at: datetime | None) -> bool:
    """Whether two who hold the right disagree about one form, and nobody decided since.

    Of each signer only the last word counts. Once the student has spoken, only the student has.
    """
    said = sorted(voices, key=lambda voice: voice.at)
    own = [v for v in said if v.relation is Relation.STUDENT]
    last = {v.signer: v for v in own or said}
    if len({v.says for v in last.values()}) < 2:  # noqa: PLR2004 - yes and no
        return False
    return answered_at is None or answered_at < max(v.at for v in last.values())
