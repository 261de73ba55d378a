"""What every door gets back: a Decision with all its reasons, and the Permit it can turn into."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Final

from cairn.rules.citations import RuleCard
from cairn.rules.vocabulary import Action, Audience, LegalBasis, Outcome, Purpose

RULESET: Final = "2026-11"
PEOPLE: Final = "people"
_SEAL: Final = object()

Years = Mapping[str, tuple[str, str]]
"""Record type → first and last school year (inclusive); one that is not named is not limited."""

NO_YEARS: Final[Years] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule's word on one request: ``facts`` fill the card's message, ``where`` is a clause.

    ``about`` names the one data element that this concerns, or ``PEOPLE`` for those left out; such
    a reason shapes what is allowed and does not refuse the whole. Empty: the whole request.
    """

    card: RuleCard
    effect: Outcome
    facts: tuple[tuple[str, str | int], ...] = ()
    where: str = ""
    about: str = ""

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
        return "" if met else self.card.next_step.format(**dict(self.facts))

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


@dataclass(frozen=True)
class Decision:
    """The answer to one request on one date. Made only by ``conclude``.

    ``elements`` answers per data element (``record.field``). ``people`` holds those who are left
    out (opt-outs, holds) of a request for many. ``minimum_cell`` is the strictest of the
    agreements in the lineage; ``years`` are those to which they limit a record type.
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
    facts_hash: str
    ruleset: str = RULESET

    @property
    def allowed(self) -> bool:
        """True when something may happen now, if only for some elements or people."""
        return self.outcome in (Outcome.ALLOW, Outcome.ALLOW_SUBSET)

    @property
    def decision_id(self) -> str:
        """Names this answer; the same facts on the same date give the same id."""
        return digest(self.action, self.actor, self.on, self.outcome, self.facts_hash)[:20]

    @property
    def refusals(self) -> tuple[Reason, ...]:
        return tuple(r for r in self.reasons if r.effect is not Outcome.ALLOW)

    def require(self) -> "Permit":
        """The permit to act, or ``Refused`` with these same reasons."""
        if not self.allowed:
            raise Refused(self)
        return Permit(
            action=self.action,
            decision_id=self.decision_id,
            actor=self.actor,
            on=self.on,
            elements=frozenset(k for k, v in self.elements.items() if v is Outcome.ALLOW),
            except_people=frozenset(k for k, v in self.people.items() if v is not Outcome.ALLOW),
            agreements=self.agreements,
            purpose=self.purpose,
            minimum_cell=self.minimum_cell,
            ends_on=self.ends_on,
            years=self.years,
            seal=_SEAL,
        )


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to take one step. Only ``Decision.require`` can make one."""

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
    seal: InitVar[object] = field(kw_only=True)

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("A permit is made by Decision.require() and by nothing else.")

    def covers(self, action: Action, elements: Iterable[str] = ()) -> bool:
        """Whether this permit is for that action and names every one of those elements."""
        return self.action is action and self.elements.issuperset(elements)


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
    people: Mapping[str, Outcome] | None = None,
    agreements: Iterable[str] = (),
    purpose: Purpose | None = None,
    basis: LegalBasis | None = None,
    minimum_cell: int | None = None,
    ends_on: date | None = None,
    years: Years = NO_YEARS,
) -> Decision:
    """Weigh the reasons: one deny denies; else one open question needs a person; else allow.

    Where elements were named, none allowed denies; some left out, or people left out, is a subset.
    A reason about one element or about people counts through its answer, not by itself. What is
    denied obliges to nothing.
    """
    told = tuple(reasons)
    elements, people = dict(elements or {}), dict(people or {})
    outcome = _outcome(told, elements, people)
    return Decision(
        action=action,
        actor=actor,
        on=on,
        outcome=outcome,
        reasons=told,
        obligations=() if outcome is Outcome.DENY else tuple(obligations),
        elements=MappingProxyType(elements),
        people=MappingProxyType(people),
        agreements=tuple(sorted(set(agreements))),
        purpose=purpose,
        basis=basis,
        minimum_cell=minimum_cell,
        ends_on=ends_on,
        years=years,
        facts_hash=digest(*facts),
    )


def _outcome(
    reasons: tuple[Reason, ...], elements: Mapping[str, Outcome], people: Mapping[str, Outcome]
) -> Outcome:
    effects = {r.effect for r in reasons if not r.about}
    if elements and Outcome.ALLOW not in elements.values():
        return Outcome.DENY
    if not effects or Outcome.DENY in effects:
        return Outcome.DENY
    if Outcome.NEEDS_PERSON in effects:
        return Outcome.NEEDS_PERSON
    answers = {*elements.values(), *people.values()}
    return Outcome.ALLOW_SUBSET if answers - {Outcome.ALLOW} else Outcome.ALLOW


def digest(*facts: object) -> str:
    """A stable name for facts: equal facts give equal digests, in any process and order of sets."""
    plain = json.dumps([_plain(f) for f in facts], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: object) -> object:  # noqa: PLR0911 - one line a kind of value
    if is_dataclass(value) and not isinstance(value, type):
        named = {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
        return [type(value).__name__, named]
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return sorted([[_plain(k), _plain(v)] for k, v in value.items()], key=json.dumps)
    if isinstance(value, frozenset | set):
        return sorted((_plain(v) for v in value), key=json.dumps)
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value
