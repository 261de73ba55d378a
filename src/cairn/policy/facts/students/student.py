"""Facts about one student, under an opaque id, and about the students named by rows.

Rows come under an agreement, and schools declare what they withhold.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from cairn.policy.facts.agreements.population import Enrollments
from cairn.policy.facts.agreements.state_review import StateLawReview
from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.consent import OptOutFact, WrittenConsent

__all__ = [
    "NO_DECLARATIONS",
    "PersonFact",
    "RowsFact",
    "SchoolDeclarations",
    "index_students_by_id",
]


@dataclass(frozen=True, slots=True)
class PersonFact:
    """What a decision needs to know about one student on a date. It holds no name.

    Args:
        id: opaque id of the student.
        birth_date: date of birth; ``None`` is unknown and has to be asked for.
        postsecondary: whether the student attends a postsecondary institution; ``None`` is unknown,
            which denies.
        organizations: organizations with a confirmed link: the school that enrolls the student, a
            program that serves the student and has a roster that the school has confirmed.
        claimed: organizations that claim the student without confirmation.
        consents: written consents of the family.
        opt_outs: opt-outs of the family; ``None`` is unknown, which denies.
        parents_conflict: whether two parents disagree.
        court_order: whether an order that limits a parent is on record.
        placement: child-welfare agency that is legally responsible.
        hold: reason why no data may be shared.
        nations: tribal nations that must approve use of the student's data; ``None`` is undeclared,
            which denies; empty means none.
        withheld: elements that the school withholds for this student, for any reason; ``None`` is
            undeclared, which denies; empty means none.
        enrollments: schools, grades and programs of the student; ``None`` is unknown.
        tax_dependent: whether the school has evidence on record that a parent claims the student as
            a dependent for income tax (34 CFR 99.31(a)(8)).
        colleges: colleges that the student attends while also enrolled in a school (dual
            enrollment). The rights to their records are the student's; those to the school's
            records stay with the parents until the student is 18.
        conflict_decided_on: day on which the school last decided a disagreement between parents;
            ``None`` if never.
        statement_on: day on which the family first placed a statement in the record (34 CFR
            99.21(b)(2)); ``None`` if it did not.
        custodians: signer keys of the parents with legal custody, where it is on record that the
            parents are divorced or legally separated; empty if it is not, or if both parents
            notified the school in writing that either may consent.
    """

    id: str
    birth_date: date | None = None
    postsecondary: bool | None = None
    organizations: frozenset[str] = frozenset()
    claimed: frozenset[str] = frozenset()
    consents: tuple[WrittenConsent, ...] = ()
    opt_outs: tuple[OptOutFact, ...] | None = None
    parents_conflict: bool = False
    court_order: bool = False
    placement: str = ""
    hold: str = ""
    nations: frozenset[str] | None = None
    withheld: frozenset[str] | None = None
    enrollments: Enrollments | None = None
    tax_dependent: bool = field(default=False, metadata=ADDED_LATER)
    colleges: frozenset[str] = field(default=frozenset(), metadata=ADDED_LATER)
    conflict_decided_on: date | None = field(default=None, metadata=ADDED_LATER)
    statement_on: date | None = field(default=None, metadata=ADDED_LATER)
    custodians: frozenset[str] = field(default=frozenset(), metadata=ADDED_LATER)


def index_students_by_id(people: Iterable[PersonFact]) -> Mapping[str, PersonFact]:
    """Index students by id, without those who have two contradictory entries.

    Args:
        people: facts about students.
    Returns:
        Facts by student id.
    """
    entries = tuple(people)
    students = {person.id: person for person in entries}
    if len(students) < len(entries):
        counts = Counter(person.id for person in entries)
        return {key: person for key, person in students.items() if counts[key] == 1}
    return students


NO_ORGANIZATIONS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class SchoolDeclarations:
    """The organizations that have made each declaration for all their students.

    Any other organization has not declared it, or the declarations were not looked up.

    Args:
        nations: organizations that declared the tribal nations of their students.
        withheld: organizations that declared what they withhold.
    """

    nations: frozenset[str] = NO_ORGANIZATIONS
    withheld: frozenset[str] = NO_ORGANIZATIONS


NO_DECLARATIONS: Final = SchoolDeclarations()


@dataclass(frozen=True, slots=True)
class RowsFact:
    """The students named by the rows under one agreement, as they are on record on a day.

    Each ``id`` identifies the student as its own organization does, so that the consent of each
    provider's family is judged for that provider's rows.

    Args:
        agreement: reference of the agreement.
        children: facts about the students.
        said: the declarations that schools have made for all their students.
        providers: organizations with the records, as far as the law of their states says who may
            sign.
        state_reviews: counsel's reviews of the law of their states.
    """

    agreement: str
    children: tuple[PersonFact, ...]
    said: SchoolDeclarations = NO_DECLARATIONS
    providers: tuple[OrganizationFact, ...] = field(default=(), metadata=ADDED_LATER)
    state_reviews: tuple[StateLawReview, ...] = field(default=(), metadata=ADDED_LATER)
