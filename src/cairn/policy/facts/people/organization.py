"""Define the facts of an organization that provides or receives data."""

from dataclasses import dataclass, field
from datetime import date

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.facts.people.access import OwnerBar
from cairn.policy.vocabulary import OrganizationKind

__all__ = ["OrganizationFact"]


@dataclass(frozen=True, slots=True)
class OrganizationFact:
    """Describe one organization on a date.

    A data manager states it in Cairn. None means unknown, which denies where it matters.

    Attributes:
        slug: short name in Cairn.
        kind: kind of organization, which decides the law that binds it.
        name: full name; empty if unknown.
        education_program: whether it is principally engaged in education (34 CFR 99.3).
        ferpa: whether it is an educational agency or institution under FERPA.
        hipaa: whether it is a covered entity under HIPAA.
        state: postal code of its state ("MD"); empty if unknown.
        barred_until: last day of a bar from everyone's records (34 CFR 99.67); None if it is not
            barred.
        overdue: number of destructions that it owes and has not done; None if they were not looked
            up.
        programs: programs that it runs; no rule reads it, and Cairn leaves it empty.
        owner_bars: bars from the records of one data owner, which leave those of others open.
    """

    slug: str
    kind: OrganizationKind
    name: str = ""
    education_program: bool | None = None
    ferpa: bool | None = None
    hipaa: bool | None = None
    state: str = ""
    barred_until: date | None = None
    overdue: int | None = None
    programs: frozenset[str] = frozenset()
    owner_bars: tuple[OwnerBar, ...] = field(default=(), metadata=ADDED_LATER)
