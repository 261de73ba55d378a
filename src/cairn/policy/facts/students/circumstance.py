"""Events that a use may rest on: a notice, an emergency, a transfer, an order, an answer.

Each is an event on record, with its author and date. None of them is a checkbox that grants a use.
"""

from dataclasses import dataclass, field
from datetime import date

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.vocabulary import LegalBasis

__all__ = [
    "AnnualNotice",
    "CourtOrder",
    "DeidentificationDetermination",
    "Emergency",
    "EnrollmentTransfer",
    "PersonalDetermination",
    "RecordCode",
    "StudentCircumstance",
    "TaxDependency",
]


@dataclass(frozen=True, slots=True)
class AnnualNotice:
    """A school or district's annual notice to families, for one season ("2026-27").

    Args:
        organization: slug of the school or district.
        season: school year.
        published_on: day of publication.
        directory: elements (``record.field``) that it designates as directory information.
        opt_out_until: last day on which families may opt out.
        limited_to: the only recipients of directory information where the notice limits them (34
            CFR
            99.37(d)); ``None`` where it does not.
        official_criteria: whether it says who counts as a school official and which interest is
            legitimate (34 CFR 99.7(a)(3)(iii)).
        forwarding: whether it says that records follow a student who transfers (34 CFR
            99.34(a)(1)(ii)).
    """

    organization: str
    season: str
    published_on: date
    directory: frozenset[str] = frozenset()
    opt_out_until: date | None = None
    limited_to: frozenset[str] | None = None
    official_criteria: bool = False
    forwarding: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """A significant threat that an agency determined (34 CFR 99.36, 99.32(a)(5)).

    It counts from ``determined_on`` through ``ends``; without either it was not determined.

    Attributes:
        id: id of the emergency; a ``PersonalDetermination`` names it.
        organization: slug of the agency that determined it, which owns the records.
        threat: the threat, in words; empty refuses.
        recipients: slugs of the organizations that need the information.
        people: ids of the children concerned.
        determined_by: name of the official who determined it; empty if no official did.
        determined_on: day of the determination; None if there was none.
        ends: last day, included; None refuses.
    """

    id: str
    organization: str
    threat: str
    recipients: frozenset[str]
    people: frozenset[str]
    determined_by: str = ""
    determined_on: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class EnrollmentTransfer:
    """A child who moves to another school: from, to, and the day the family was notified, if any.

    Source: 34 CFR 99.34(a)(1)(i). The sending school states it.

    Attributes:
        person: id of the child.
        sender: slug of the school or district that the child leaves.
        receiver: slug of the one where the child enrolls.
        enrolls_on: day on which the child enrolls, or intends to.
        notified_on: day on which the family was notified; None if it was not, and then only an
            annual notice that says that records follow the child opens them.
    """

    person: str
    sender: str
    receiver: str
    enrolls_on: date
    notified_on: date | None = None


@dataclass(frozen=True, slots=True)
class CourtOrder:
    """A court order or subpoena: its children, its recipient, and the effort to notify first.

    Source: 34 CFR 99.31(a)(9). The school or district that was served states it.

    Attributes:
        id: id of the order.
        organization: slug of the school or district that must comply.
        recipient: slug of the organization that the order gives the records to.
        people: ids of the children.
        issued_on: day on which it was issued.
        notified_on: day on which the family was notified; None if it was not, which refuses unless
            an effort was made or ``sealed`` names an order.
        sealed: the order that forbids notification, in words; empty if there is none.
        effort_on: day of a reasonable effort to notify the family; it counts even if the family was
            not reached.
    """

    id: str
    organization: str
    recipient: str
    people: frozenset[str]
    issued_on: date
    notified_on: date | None = None
    sealed: str = ""
    effort_on: date | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class StudentCircumstance:
    """A circumstance of one student on which a legal basis depends, with its document.

    For financial aid it is the application or award (34 CFR 99.31(a)(4)(i)); for juvenile justice
    the written certification of the officials, before adjudication (99.38); for treatment the
    referral or care of the recipient (45 CFR 164.506(c)(2)); for immunization the parent's
    agreement, which may be oral and is documented (45 CFR 164.512(b)(1)(vi)(C)). The owner of the
    records states it.

    Attributes:
        person: id of the student.
        basis: legal basis that it opens.
        organization: slug of the owner of the records.
        receiver: slug of the organization that may receive them.
        documented_on: day of the document; None if there is none, which refuses.
        ends: last day, included (an adjudication, the end of the aid or of the care); None while it
            lasts.
    """

    person: str
    basis: LegalBasis
    organization: str
    receiver: str
    documented_on: date | None
    ends: date | None = None

    def is_valid(self, on: date) -> bool:
        """Tell whether the document exists by a day, and the circumstance still lasts."""
        is_documented = self.documented_on is not None and self.documented_on <= on
        return is_documented and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class TaxDependency:
    """Evidence that a parent claims a student as a dependent (34 CFR 99.31(a)(8)).

    Attributes:
        tax_year: tax year of the return that the parent showed.
        recorded_on: day on which the school checked and recorded it.
        ended_on: first day on which it no longer counts, because the school ended it; None if not.
    """

    tax_year: int
    recorded_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class DeidentificationDetermination:
    """A person's reasoned statement that a release identifies no individual, given earlier
    releases.

    Source: 34 CFR 99.31(b)(1).

    Attributes:
        project: reference of the project that the figures belong to; empty for figures that the
            partnership makes under its agreements alone.
        by: who determined it; empty if no person did, which does not count.
        on: day of the determination.
        method: the method that it rests on; empty does not count.
        covers: ids of the earlier releases that were examined.
        elements: elements that the figures were made from; ``None``: those of the whole project.
        years: school years ("2025-26") that the figures are about; ``None``: those of the project.
    """

    project: str
    by: str
    on: date
    method: str
    covers: frozenset[str] = frozenset()
    elements: frozenset[str] | None = field(default=None, metadata=ADDED_LATER)
    years: frozenset[str] | None = field(default=None, metadata=ADDED_LATER)


@dataclass(frozen=True, slots=True)
class RecordCode:
    """The code that replaces a child's identity in data without names (34 CFR 99.31(b)(2)).

    Attributes:
        project: reference of the project.
        random: whether it is generated by chance and not from personal information; ``None`` is
            unknown.
        method_kept: whether the method is disclosed to no recipient; ``None`` is unknown.
    """

    project: str
    random: bool | None = None
    method_kept: bool | None = None


@dataclass(frozen=True, slots=True)
class PersonalDetermination:
    """A named person's answer, with a reason, to a question that the law leaves to a person.

    Args:
        card: id of the rule that asked.
        about: subject of the question: a child's id, an agreement's reference, a state, an
            emergency's id. For elements that a school withholds for a child: the emergency's id or
            the reference of the agreement on a court order, a blank, and the child's id.
        allows: the answer.
        by: name of the person.
        organization: organization that the answer counts for.
        on: first day on which it counts.
        reason: reason for the answer.
        ends: last day on which it counts; ``None`` if it has none.
    """

    card: str
    about: str
    allows: bool
    by: str
    organization: str
    on: date
    reason: str
    ends: date | None = None

    def is_valid(self, on: date) -> bool:
        """Tell whether a named person gave approval with a reason, and the answer still counts."""
        is_approval = self.allows and bool(self.by.strip()) and bool(self.reason.strip())
        return is_approval and self.on <= on and (self.ends is None or on <= self.ends)
