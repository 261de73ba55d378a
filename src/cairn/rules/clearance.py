"""Who may touch: the facts about a person's training and an organization's security, by date."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

Span = tuple[date, date]
"""First and last day, both inclusive."""


@dataclass(frozen=True, slots=True)
class ConfidentialitySigned:
    """One version of the confidentiality agreement, signed on a day."""

    version: str
    on: date


@dataclass(frozen=True, slots=True)
class Completion:
    """A course that was passed or attested; ``how`` says which. Both days are inclusive."""

    module: str
    version: str
    passed_on: date
    expires_on: date
    how: str


@dataclass(frozen=True, slots=True)
class Curriculum:
    """What is asked of everyone who can see a child.

    ``confidentiality`` is the version that must be signed. ``modules`` and ``workshop`` name a
    course and the oldest version that still counts; versions sort as text ("2026-11").
    """

    confidentiality: str
    modules: tuple[tuple[str, str], ...]
    workshop: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Clearance:
    """What one person has signed and passed, and what is asked of them."""

    required: Curriculum
    signed: tuple[ConfidentialitySigned, ...] = ()
    completions: tuple[Completion, ...] = ()

    def has_signed(self, on: date) -> bool:
        """Whether the version in use was signed by that day."""
        version = self.required.confidentiality
        return any(s.version == version and s.on <= on for s in self.signed)

    def expiry(self, module: str, accepts: str, on: date) -> date | None:
        """The last day of a course that counts on a date; ``None`` when none counts."""
        days = [
            c.expires_on
            for c in self.completions
            if c.module == module and c.version >= accepts and c.passed_on <= on <= c.expires_on
        ]
        return max(days, default=None)

    def missing(self, on: date) -> tuple[str, ...]:
        """The modules, without the workshop, that do not count on a date."""
        return tuple(m for m, v in self.required.modules if self.expiry(m, v, on) is None)

    def attended(self, on: date) -> bool:
        """Whether a workshop counts on a date."""
        return self.expiry(*self.required.workshop, on) is not None

    def until(self, on: date) -> date | None:
        """The last day of the clearance that holds on a date; ``None`` when none does."""
        courses = (*self.required.modules, self.required.workshop)
        days = [self.expiry(module, accepts, on) for module, accepts in courses]
        if not self.has_signed(on) or None in days:
            return None
        return min(day for day in days if day is not None)

    def spans(self) -> tuple[Span, ...]:
        """The stretches of days on which this person is cleared, in order and apart."""
        day = timedelta(days=1)
        turns = {s.on for s in self.signed}
        for completion in self.completions:
            turns |= {completion.passed_on, completion.expires_on + day}
        spans: list[Span] = []
        for turn in sorted(turns):
            until = self.until(turn)
            if until is None:
                continue
            first = turn
            if spans and turn <= spans[-1][1] + day:
                first, until = spans[-1][0], max(until, spans.pop()[1])
            spans.append((first, until))
        return tuple(spans)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Someone who holds access at an organization, from and to, and when they were cleared."""

    starts: date
    ends: date | None
    cleared: tuple[Span, ...]

    def holds_access(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or on <= self.ends)

    def is_cleared(self, on: date) -> bool:
        return any(first <= on <= last for first, last in self.cleared)


NEWCOMER_DAYS = 30
"""Days in which someone who joins a cleared organization may finish the training."""


@dataclass(frozen=True, slots=True)
class OrganizationSecurity:
    """What is on record about how an organization protects records; ``None`` is unknown.

    ``overdue`` counts the destructions it owes and has not done. ``colleagues`` are all who hold
    or held access there.
    """

    organization: str
    assessed_on: date | None = None
    assessment_expires: date | None = None
    plan_on: date | None = None
    barred_until: date | None = None
    overdue: int | None = None
    colleagues: tuple[Colleague, ...] | None = None

    def assessed(self, on: date) -> bool:
        first, last = self.assessed_on, self.assessment_expires
        return first is not None and last is not None and first <= on <= last

    def planned(self, on: date) -> bool:
        return self.plan_on is not None and self.plan_on <= on

    def barred(self, on: date) -> bool:
        return self.barred_until is not None and on <= self.barred_until

    def not_trained(self, on: date) -> int | None:
        """How many people with access keep the organization from being cleared.

        Everyone who was there before the first of them was cleared, and everyone who joined later
        and had ``NEWCOMER_DAYS``. A newcomer is kept out by their own missing training, and should
        not stop the others on the first day. ``None`` where nobody knows who holds access.
        """
        if self.colleagues is None:
            return None
        return sum(1 for _ in self._lagging(self.colleagues, on))

    @staticmethod
    def _lagging(colleagues: tuple[Colleague, ...], on: date) -> Iterator[Colleague]:
        first = min((span[0] for c in colleagues for span in c.cleared), default=date.max)
        for colleague in colleagues:
            if not colleague.holds_access(on) or colleague.is_cleared(on):
                continue
            joined_later = first <= colleague.starts
            if not joined_later or (on - colleague.starts).days > NEWCOMER_DAYS:
                yield colleague
