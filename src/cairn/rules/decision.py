"""What every door gets back: a Decision with all its reasons, and the Permit it can turn into."""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.rules.citations import RuleCard
from cairn.rules.counting import filled
from cairn.rules.known import Known, digest
from cairn.rules.population import Population
from cairn.rules.vocabulary import Action, Audience, LegalBasis, Outcome, Purpose

RULESET: Final = "2026-11"
PEOPLE: Final = "people"
_SEAL: Final = object()

Years = Mapping[str, tuple[str, str]]
"""Record type → first and last school year (inclusive); one that is not named is not limited."""

NO_YEARS: Final[Years] = MappingProxyType({})

Populations = Mapping[str, Population]
"""Agreement → whose records it is about; rows under one that is not named are anybody's."""

NO_POPULATIONS: Final[Populations] = MappingProxyType({})

Rows = Mapping[str, Mapping[str, frozenset[str]]]
"""Agreement → child → the elements of it that rows of the child may hold; none: they stay out."""

Shut = Mapping[str, Mapping[str, frozenset[str]]]
"""Agreement → organization → the elements that stay out of all of its rows."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's word on one request: ``facts`` fill the card's message, ``where`` is a clause.

    ``about`` names the one data element that this concerns, or ``PEOPLE`` for those left out; such
    a reason shapes what is allowed and does not refuse the whole. Empty: the whole request.
    ``people`` are the ids of those it is said of, for the data owner's steward and nobody else.
    """

    card: RuleCard
    effect: Outcome
    facts: tuple[tuple[str, str | int], ...] = ()
    where: str = ""
    about: str = ""
    people: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        return self.card.id

    @property
    def citation(self) -> str:
        """The law or policy, and the agreement's clause where one decided."""
        return f"{self.card.citation}; {self.where}" if self.where else self.card.citation

    @property
    def next_step(self) -> str:
        """What to do about a refusal; nothing when the rule is satisfied."""
        met = self.effect is Outcome.ALLOW
        return "" if met else filled(self.card.next_step, dict(self.facts))

    @property
    def message(self) -> str:
        """The steward's sentence; use ``told`` for anyone else."""
        return self.told(Audience.STEWARD)

    def told(self, audience: Audience) -> str:
        met = self.effect is Outcome.ALLOW
        return self.card.message(audience, dict(self.facts), met=met)


@dataclass(frozen=True, slots=True)
class Obligation:
    """What the one who is allowed must still do, and by when."""

    code: str
    message: str
    citation: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of these rules by its name, with the facts it was asked with: enough to ask it
    again years later (`rules.question.replay`)."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """The answer to a request, child by child.

    Where ``everyone`` is true, ``outcomes`` answers for every child asked about and nobody else
    may be in; otherwise it holds those who are left out. A child with ALLOW_SUBSET has in
    ``partly`` the elements that are allowed for that child. ``rows``, ``kept_back`` and ``shut`` as
    in `Permit`; ``left_out`` is whether they leave out anything, ``nothing`` whether they leave
    nothing.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: MappingProxyType({}))
    everyone: bool = False
    partly: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    rows: Rows = field(default_factory=lambda: MappingProxyType({}))
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    shut: Shut = field(default_factory=lambda: MappingProxyType({}))
    left_out: bool = False
    nothing: bool = False
    reasons: tuple[Reason, ...] = ()


NOBODY_LEFT_OUT: Final = PeopleAnswer()
NOTHING_SHUT: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})


@dataclass(frozen=True)
class Decision:
    """The answer to one request on one date. Made only by ``conclude``.

    ``elements`` answers per data element (``record.field``); ``coarser`` names, for one that is
    not allowed as it is, the coarser form that is. ``people`` answers per child, for all who were
    asked about where ``everyone`` is true, else for those who are left out (opt-outs, holds);
    ``partly`` has the elements of a child for whom only some are allowed. ``minimum_cell`` is the
    strictest of the agreements in the lineage; ``years`` are those to which they limit a record
    type. ``rows``, ``kept_back``, ``shut`` and ``populations`` are as in `Permit`. ``known`` is
    what it rests on. ``asked`` is the question, to ask it again; it is no part of the answer.
    """

    action: Action
    actor: str
    on: date
    outcome: Outcome
    reasons: tuple[Reason, ...]
    obligations: tuple[Obligation, ...]
    elements: Mapping[str, Outcome]
    people: Mapping[str, Outcome]
    agreements: tuple[str, ...]
    purpose: Purpose | None
    basis: LegalBasis | None
    minimum_cell: int | None
    ends_on: date | None
    years: Years
    known: Known = field(repr=False)
    coarser: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    everyone: bool = False
    partly: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    rows: Rows = field(default_factory=lambda: MappingProxyType({}))
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    shut: Shut = field(default_factory=lambda: MappingProxyType({}))
    populations: Populations = field(default_factory=lambda: NO_POPULATIONS)
    ruleset: str = RULESET
    asked: Asked | None = field(default=None, compare=False, repr=False)

    @property
    def allowed(self) -> bool:
        """True when something may happen now, if only for some elements or people."""
        return self.outcome in (Outcome.ALLOW, Outcome.ALLOW_SUBSET)

    @property
    def facts_hash(self) -> str:
        """Names the facts that it rests on (SHA-256, hex)."""
        return self.known.name

    @property
    def decision_id(self) -> str:
        """Names this answer; the same facts on the same date give the same id."""
        return digest(self.action, self.actor, self.on, self.outcome, self.facts_hash)[:20]

    @property
    def refusals(self) -> tuple[Reason, ...]:
        return tuple(r for r in self.reasons if r.effect is not Outcome.ALLOW)

    @property
    def usable(self) -> frozenset[str]:
        """The elements that may be used: those allowed, and the coarser forms of others."""
        as_they_are = frozenset(k for k, v in self.elements.items() if v is Outcome.ALLOW)
        return as_they_are | frozenset(self.coarser.values())

    @property
    def included(self) -> frozenset[str]:
        """The children for whom every usable element is allowed."""
        return frozenset(k for k, v in self.people.items() if v is Outcome.ALLOW)

    def require(self) -> "Permit":
        """The permit to act, or ``Refused`` with these same reasons."""
        if not self.allowed:
            raise Refused(self)
        return Permit(
            action=self.action,
            decision_id=self.decision_id,
            actor=self.actor,
            on=self.on,
            elements=self.usable,
            except_people=frozenset(k for k, v in self.people.items() if v is not Outcome.ALLOW),
            only_people=self.included if self.everyone else None,
            partly=self.partly,
            rows=self.rows,
            kept_back=self.kept_back,
            shut=self.shut,
            agreements=self.agreements,
            purpose=self.purpose,
            minimum_cell=self.minimum_cell,
            ends_on=self.ends_on,
            years=self.years,
            populations=self.populations,
            seal=_SEAL,
        )


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to take one step. Only ``Decision.require`` can make one.

    ``except_people`` are left out of a step over many. Where ``only_people`` is not ``None``,
    nobody but these children may be in it, and those in ``partly`` with these elements alone.
    ``rows`` names the agreements that open rows child by child; a child is named there, and in
    ``kept_back`` (elements that stay out for it under any agreement), as its own organization
    knows it. ``shut`` are the elements of which an organization has not said yet whether it keeps
    them back for somebody. ``populations`` are whose rows may be in under each agreement.
    """

    action: Action
    decision_id: str
    actor: str
    on: date
    elements: frozenset[str]
    except_people: frozenset[str]
    agreements: tuple[str, ...]
    purpose: Purpose | None
    minimum_cell: int | None
    ends_on: date | None
    years: Years
    only_people: frozenset[str] | None = None
    partly: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    rows: Rows = field(default_factory=lambda: MappingProxyType({}))
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    shut: Shut = field(default_factory=lambda: MappingProxyType({}))
    populations: Populations = field(default_factory=lambda: NO_POPULATIONS)
    seal: InitVar[object] = field(kw_only=True)

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("A permit is made by Decision.require() and by nothing else.")

    def covers(self, action: Action, elements: Iterable[str] = ()) -> bool:
        """Whether this permit is for that action and names every one of those elements."""
        return self.action is action and self.elements.issuperset(elements)

    def lacks(
        self, agreement: str, organization: str, child: str | None, elements: frozenset[str]
    ) -> frozenset[str]:
        """Those of these elements that a row of one child, from one organization under one
        agreement, may not hold. A row whose child nobody can name is nobody's: no consent opens
        it."""
        one = child or ""
        out = elements & self.kept_back.get(one, frozenset())
        out |= elements & self.shut.get(agreement, NOTHING_SHUT).get(organization, frozenset())
        if agreement in self.rows:
            out |= elements - self.rows[agreement].get(one, frozenset())
        return out


class Refused(Exception):
    """Raised by ``Decision.require``; carries the decision, so the page can say every reason."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__("; ".join(r.message for r in decision.refusals))


def conclude(  # noqa: PLR0913 - a decision carries this much
    action: Action,
    actor: str,
    on: date,
    reasons: Iterable[Reason],
    *,
    facts: Iterable[object],
    obligations: Iterable[Obligation] = (),
    elements: Mapping[str, Outcome] | None = None,
    coarser: Mapping[str, str] | None = None,
    people: PeopleAnswer = NOBODY_LEFT_OUT,
    agreements: Iterable[str] = (),
    purpose: Purpose | None = None,
    basis: LegalBasis | None = None,
    minimum_cell: int | None = None,
    ends_on: date | None = None,
    years: Years = NO_YEARS,
    populations: Populations = NO_POPULATIONS,
) -> Decision:
    """Weigh the reasons: one deny denies; else one open question needs a person; else allow.

    Where elements were named, none allowed denies; some left out, or people left out, is a subset.
    A reason about one element or about people counts through its answer, not by itself. What is
    denied obliges to nothing.
    """
    told = (*reasons, *people.reasons)
    agreements = tuple(sorted(set(agreements)))
    elements = dict(elements or {})
    outcome = _outcome(told, elements, people)
    return Decision(
        action=action,
        actor=actor,
        on=on,
        outcome=outcome,
        reasons=told,
        obligations=() if outcome is Outcome.DENY else tuple(obligations),
        elements=MappingProxyType(elements),
        coarser=MappingProxyType(dict(coarser or {})),
        people=MappingProxyType(dict(people.outcomes)),
        everyone=people.everyone,
        partly=MappingProxyType(dict(people.partly)),
        rows=MappingProxyType(dict(people.rows)),
        kept_back=MappingProxyType(dict(people.kept_back)),
        shut=MappingProxyType(dict(people.shut)),
        agreements=agreements,
        purpose=purpose,
        basis=basis,
        minimum_cell=minimum_cell,
        ends_on=ends_on,
        years=years,
        populations=populations,
        known=Known(facts),
    )


def _outcome(
    reasons: tuple[Reason, ...],
    elements: Mapping[str, Outcome],
    people: PeopleAnswer,
) -> Outcome:
    effects = {r.effect for r in reasons if not r.about}
    if not effects or Outcome.DENY in effects:
        return Outcome.DENY
    if elements and not _some(elements.values()):
        return _nothing(elements.values())
    if people.everyone and not _some(people.outcomes.values()):
        return _nothing(people.outcomes.values())
    if people.nothing:
        return Outcome.DENY
    if Outcome.NEEDS_PERSON in effects:
        return Outcome.NEEDS_PERSON
    answers = {*elements.values(), *people.outcomes.values()}
    subset = people.left_out or answers - {Outcome.ALLOW}
    return Outcome.ALLOW_SUBSET if subset else Outcome.ALLOW


_USABLE: Final = frozenset({Outcome.ALLOW, Outcome.ALLOW_SUBSET, Outcome.COARSEN})


def _some(answers: Iterable[Outcome]) -> bool:
    return not _USABLE.isdisjoint(answers)


def _nothing(answers: Iterable[Outcome]) -> Outcome:
    """What to say when nothing is allowed: a person is asked where one could still allow it."""
    return Outcome.NEEDS_PERSON if Outcome.NEEDS_PERSON in set(answers) else Outcome.DENY
