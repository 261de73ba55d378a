"""Facts about who makes a request on a date: person, training, security of the organization."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from cairn.policy.facts.later_fields import ADDED_LATER
from cairn.policy.vocabulary import (
    OrganizationKind,
    Role,
    SecondFactor,
    SecurityCondition,
    SignerRelation,
)

__all__ = [
    "Actor",
    "AffiliationFact",
    "Clearance",
    "Colleague",
    "CompletionFact",
    "ConfidentialitySignature",
    "Curriculum",
    "OrganizationSecurity",
    "OwnerBar",
    "ProgramSite",
    "StaffAssignmentFact",
    "find_bar_end",
]

ClearedPeriod = tuple[date, date]
"""First and last day, both inclusive."""


@dataclass(frozen=True, slots=True)
class ConfidentialitySignature:
    """One version of the confidentiality agreement, signed on a day."""

    version: str
    on: date


@dataclass(frozen=True, slots=True)
class CompletionFact:
    """A course that was passed or attested.

    Cairn records a course that was passed in it; a person attests any other.

    Attributes:
        module: id of the course or workshop.
        version: version that was completed; versions sort as text ("2026-11").
        passed_on: first day on which it counts, included.
        expires_on: last day on which it counts, included.
        how: whether it was passed or attested, and how, in words.
    """

    module: str
    version: str
    passed_on: date
    expires_on: date
    how: str


@dataclass(frozen=True, slots=True)
class Curriculum:
    """The training that is required of everyone who can see a child.

    Args:
        confidentiality: version of the confidentiality agreement that must be signed.
        modules: each required course with the oldest version that still counts; versions sort as
            text ("2026-11").
        workshop: the required workshop with the oldest version that still counts.
    """

    confidentiality: str
    modules: tuple[tuple[str, str], ...]
    workshop: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Clearance:
    """What one person has signed and passed, and the requirements.

    Attributes:
        required: training and confidentiality agreement that are required today.
        signed: every confidentiality agreement that the person signed; empty if none.
        completions: every course that the person completed; empty if none.
    """

    required: Curriculum
    signed: tuple[ConfidentialitySignature, ...] = ()
    completions: tuple[CompletionFact, ...] = ()

    def has_signed(self, on: date) -> bool:
        """Tell whether the required version, or a later one, was signed by a date."""
        version = self.required.confidentiality
        return any(signature.version >= version and signature.on <= on for signature in self.signed)

    def find_course_expiry(self, module: str, accepts: str, on: date) -> date | None:
        """Find the last day of a course that counts on a date; ``None`` when none counts."""
        days = [
            completion.expires_on
            for completion in self.completions
            if completion.module == module
            and completion.version >= accepts
            and completion.passed_on <= on <= completion.expires_on
        ]
        return max(days, default=None)

    def list_missing_modules(self, on: date) -> tuple[str, ...]:
        """List the modules, without the workshop, that do not count on a date."""
        return tuple(
            module
            for module, accepted_version in self.required.modules
            if self.find_course_expiry(module, accepted_version, on) is None
        )

    def has_attended_workshop(self, on: date) -> bool:
        """Tell whether a workshop counts on a date."""
        return self.find_course_expiry(*self.required.workshop, on) is not None

    def find_last_day(self, on: date) -> date | None:
        """Find the last day of the clearance that is valid on a date; ``None`` when none is."""
        courses = (*self.required.modules, self.required.workshop)
        days = [self.find_course_expiry(module, accepts, on) for module, accepts in courses]
        if not self.has_signed(on) or None in days:
            return None
        return min(day for day in days if day is not None)

    def list_cleared_periods(self) -> tuple[ClearedPeriod, ...]:
        """List the periods in which this person is cleared, in order and without overlap."""
        one_day = timedelta(days=1)
        change_days = {signature.on for signature in self.signed}
        for completion in self.completions:
            change_days |= {completion.passed_on, completion.expires_on + one_day}
        spans: list[ClearedPeriod] = []
        for change_day in sorted(change_days):
            last_day = self.find_last_day(change_day)
            if last_day is None:
                continue
            first_day = change_day
            if spans and change_day <= spans[-1][1] + one_day:
                first_day, last_day = spans[-1][0], max(last_day, spans.pop()[1])
            spans.append((first_day, last_day))
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person with access at an organization, the days of that access, and their cleared periods.

    It holds no name and no id.

    Attributes:
        starts: first day of the access.
        ends: last day of the access, included; None means open.
        cleared: periods in which the person is cleared, in order; empty if never.
    """

    starts: date
    ends: date | None
    cleared: tuple[ClearedPeriod, ...]

    def has_access(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)

    def has_clearance(self, on: date) -> bool:
        return any(first <= on <= last for first, last in self.cleared)


NEWCOMER_DAYS = 30
"""Days in which a person who joins a cleared organization may finish the training."""


@dataclass(frozen=True, slots=True)
class OwnerBar:
    """A bar from the education records of one data owner (34 CFR 99.67).

    Attributes:
        owner: slug of the data owner that the bar protects.
        until: last day of the bar, included.
    """

    owner: str
    until: date


def find_bar_end(
    barred_until: date | None, owner_bars: Iterable[OwnerBar], owners: Iterable[str], on: date
) -> date | None:
    """Find the last day of the longest bar from everyone's records or from those of an owner.

    Args:
        barred_until: last day of the bar from everyone's records; None if there is none.
        owner_bars: bars from the records of one data owner each.
        owners: slugs of the data owners of the records that are asked about.
        on: day on which the bar counts.
    Returns:
        The day; None where no bar counts.
    """
    owner_slugs = frozenset(owners)
    ends = [bar.until for bar in owner_bars if bar.owner in owner_slugs]
    if barred_until is not None:
        ends.append(barred_until)
    return max((end for end in ends if on <= end), default=None)


@dataclass(frozen=True, slots=True)
class OrganizationSecurity:
    """The record of how an organization protects records.

    The organization states its assessment and its plan in Cairn; the rest comes from Cairn's own
    records. None is unknown unless its field says otherwise, and an unknown fact does not count as
    cleared.

    Attributes:
        organization: slug of the organization.
        assessed_on: first day on which all its questionnaires count as answered; None if unknown.
        assessment_expires: last day on which they do; None if unknown.
        plan_on: day on which it first adopted a security plan; None if it has none on record.
        barred_until: last day of its longest bar from everyone's records (34 CFR 99.67); None if it
            is not barred.
        overdue: number of destructions that it owes and has not done; None if they were not
            counted.
        colleagues: all people who hold or held access there; None if unknown.
        owner_bars: bars from the records of one data owner, which leave those of others open.
        safeguards: safeguards that its current assessment confirms.
    """

    organization: str
    assessed_on: date | None = None
    assessment_expires: date | None = None
    plan_on: date | None = None
    barred_until: date | None = None
    overdue: int | None = None
    colleagues: tuple[Colleague, ...] | None = None
    owner_bars: tuple[OwnerBar, ...] = field(default=(), metadata=ADDED_LATER)
    safeguards: frozenset[SecurityCondition] = field(default=frozenset(), metadata=ADDED_LATER)

    def is_assessed(self, on: date) -> bool:
        first, last = self.assessed_on, self.assessment_expires
        return first is not None and last is not None and first <= on <= last

    def has_security_plan(self, on: date) -> bool:
        return self.plan_on is not None and self.plan_on <= on

    def find_bar_end(self, owners: Iterable[str], on: date) -> date | None:
        """Find the last day of the longest bar from the records of any of these data owners.

        Args:
            owners: slugs of the data owners.
            on: day on which the bar counts.
        Returns:
            The day; None where no bar counts.
        """
        return find_bar_end(self.barred_until, self.owner_bars, owners, on)

    def has_safeguard(self, condition: SecurityCondition, on: date) -> bool:
        """Tell whether the record confirms a safeguard that an agreement requires.

        Args:
            condition: the safeguard.
            on: day on which it counts.
        Returns:
            True if the plan or the current assessment confirms it.
        """
        match condition:
            case SecurityCondition.SECURITY_PLAN:
                return self.has_security_plan(on)
            case SecurityCondition.YEARLY_ASSESSMENT:
                return self.is_assessed(on)
            case _:
                return self.is_assessed(on) and condition in self.safeguards

    def count_untrained_people(self, on: date) -> int | None:
        """Count the people with access who keep the organization from being cleared.

        They are everyone who was there before the first of them was cleared, and everyone who
        joined later
        and has had ``NEWCOMER_DAYS``. A newcomer's own missing training blocks the newcomer, and
        should not
        block the others on the first day. ``None`` where it is unknown who holds access.
        """
        if self.colleagues is None:
            return None
        return sum(1 for _ in self._untrained_people(self.colleagues, on))

    @staticmethod
    def _untrained_people(colleagues: tuple[Colleague, ...], on: date) -> Iterator[Colleague]:
        first_cleared = min(
            (span[0] for other in colleagues for span in other.cleared), default=date.max
        )
        for colleague in colleagues:
            if not colleague.has_access(on) or colleague.has_clearance(on):
                continue
            joined_later = first_cleared <= colleague.starts
            if not joined_later or (on - colleague.starts).days > NEWCOMER_DAYS:
                yield colleague


_PUBLIC_ID: Final = "public"
_FAMILY_ID: Final = "family"
_SCHEDULE_ID: Final = "schedule"


@dataclass(frozen=True, slots=True)
class AffiliationFact:
    """A person's role at one organization, from first to last day.

    A data manager states it in Cairn.

    Attributes:
        organization: slug of the organization.
        kind: kind of organization.
        role: the person's role there.
        starts: first day, included.
        ends: last day, included; None means open.
    """

    organization: str
    kind: OrganizationKind
    role: Role
    starts: date
    ends: date | None = None

    def is_active(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class ProgramSite:
    """One site of one program.

    Attributes:
        program: number of the program, as text.
        site: name of the site.
    """

    program: str
    site: str


@dataclass(frozen=True, slots=True)
class StaffAssignmentFact:
    """A staff member's assignment to a program or a site, from first to last day.

    Attributes:
        organization: slug of the organization that runs the program.
        name: program and site in words, such as "Homework help, Alder".
        starts: first day, included.
        ends: last day, included; None means open.
        program: number of the program, as text; empty for all programs of the organization.
        site: name of the site; empty for all sites of the program.
    """

    organization: str
    name: str
    starts: date
    ends: date | None = None
    program: str = ""
    site: str = ""

    def is_active(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)

    @property
    def is_ever_active(self) -> bool:
        """Whether it is in force on any day; one that was ended before its first day is not."""
        return self.ends is None or self.starts <= self.ends

    def covers(self, sites: Iterable[ProgramSite]) -> bool:
        """Tell whether one of these sites is within the assignment.

        Args:
            sites: the sites; none means the organization as a whole.
        Returns:
            True if it is.
        """
        if not self.program:
            return True
        return any(item.program == self.program and self.site in {"", item.site} for item in sites)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, the public (``Actor.public()``), or a family (``Actor.family(child_key)``).

    Args:
        id: id of the account.
        active: whether the account is active.
        second_factor: whether the session proved a second factor.
        affiliations: roles at organizations.
        clearance: the person's own clearance; ``None`` is unknown and does not count as cleared.
        security: security of each organization that the person acts for; a missing one is unknown
            and
            does not count as cleared.
        child: key of the one child on the family page that a family session opened.
        relation: relation of the person in a family session to that child; ``None`` is unknown.
        assignments: assignments to programs and sites, also those that ended or have not begun.
    """

    id: str
    active: bool = True
    second_factor: SecondFactor = SecondFactor.ABSENT
    affiliations: tuple[AffiliationFact, ...] = ()
    clearance: Clearance | None = None
    security: tuple[OrganizationSecurity, ...] = ()
    child: str = ""
    relation: SignerRelation | None = field(default=None, metadata=ADDED_LATER)
    assignments: tuple[StaffAssignmentFact, ...] = field(default=(), metadata=ADDED_LATER)

    @property
    def is_known(self) -> bool:
        """Tell whether the actor is a person or a family rather than the public."""
        return self.id != _PUBLIC_ID

    @classmethod
    def public(cls) -> "Actor":
        """Return the actor without a session."""
        return cls(id=_PUBLIC_ID)

    @classmethod
    def schedule(cls) -> "Actor":
        """Return the actor of nightly work that no person asks for. It has no role."""
        return cls(id=_SCHEDULE_ID)

    @classmethod
    def family(cls, child: str, relation: SignerRelation | None = None) -> "Actor":
        """Return the actor of one child's family page. The id does not reveal which child it is.

        ``relation`` is `PARENT` for a page that a parent of an eligible student may read.
        """
        if not child:
            raise ValueError("A family session must have the key of one child.")
        return cls(id=_FAMILY_ID, child=child, relation=relation)

    def list_roles(self, on: date) -> frozenset[Role]:
        """Return the roles that are active on a date, at any organization."""
        if self.child and self.active:
            return frozenset({Role.FAMILY})
        live = (
            {affiliation.role for affiliation in self.affiliations if affiliation.is_active(on)}
            if self.active
            else set()
        )
        return frozenset(live or {Role.PUBLIC})

    def list_organizations(self, on: date, *roles: Role) -> frozenset[str]:
        """Return the organizations that this person acts for on a date, in any of the roles
        named.
        """
        if not self.active:
            return frozenset()
        return frozenset(
            affiliation.organization
            for affiliation in self.affiliations
            if affiliation.is_active(on) and (not roles or affiliation.role in roles)
        )

    def find_security(self, organization: str) -> OrganizationSecurity | None:
        """Return the known facts about the security of an organization of this person."""
        return next(
            (security for security in self.security if security.organization == organization), None
        )
