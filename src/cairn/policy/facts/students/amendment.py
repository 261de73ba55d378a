"""Define the facts of a request to amend a record, of a hearing, and of a family page's reader."""

from dataclasses import dataclass
from datetime import date

from cairn.policy.vocabulary import AmendmentState, SignerRelation

__all__ = ["AmendmentFact", "FamilyReader", "FamilyStatementFact", "HearingFact"]


@dataclass(frozen=True, slots=True)
class AmendmentFact:
    """Describe one request to amend a record (34 CFR 99.20), without its texts.

    Attributes:
        state: present state.
        requester: signer key of the person who asked; empty is unknown.
        letter: id of the letter that opened the page on which the person asked; empty if the
            request came on paper or by phone.
        letter_valid: whether that letter still opens the family page.
        statement_on: day on which a statement was placed in the record; ``None`` if none was.
    """

    state: AmendmentState
    requester: str = ""
    letter: str = ""
    letter_valid: bool = False
    statement_on: date | None = None


@dataclass(frozen=True, slots=True)
class FamilyReader:
    """Describe the person who has a family page open.

    Attributes:
        letter: id of the letter that opened the page.
        signer: signer key of the name that the person gave in this session; empty if none.
        relation: the relation to the student that the person gave; ``OTHER`` if none.
    """

    letter: str
    signer: str = ""
    relation: SignerRelation = SignerRelation.OTHER


@dataclass(frozen=True, slots=True)
class FamilyStatementFact:
    """Describe a statement that a family placed in a record (34 CFR 99.21(b)(2)), without its text.

    Attributes:
        id: id of the request that the statement ended.
        person: id of the student.
        placed_on: day on which it was placed.
        records: record types that the contested part is in; empty if the school did not say, and
            then the statement concerns the whole record.
    """

    id: str
    person: str
    placed_on: date
    records: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class HearingFact:
    """Describe one hearing (34 CFR 99.22).

    Attributes:
        held_on: day of the hearing.
        officer: name of the person who conducts it; may be an official of the organization.
        impartial: whether that person has no direct interest in the outcome.
        notified_on: day on which the family was notified of date, time and place; None if it was
            not.
    """

    held_on: date
    officer: str
    impartial: bool
    notified_on: date | None = None
