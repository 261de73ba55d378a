"""The answer to a policy question: a Decision with its reasons, and the Permit it can become."""

from collections.abc import Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.engine.fact_digest import FactDigest, digest_facts
from cairn.policy.facts import Population
from cairn.policy.law import RuleCard, fill_template
from cairn.policy.vocabulary import Action, Audience, LegalBasis, Outcome, Purpose

__all__ = [
    "ABOUT_PEOPLE",
    "RULESET",
    "Decision",
    "Obligation",
    "PeopleAnswer",
    "Permit",
    "Reason",
    "Refused",
    "conclude_decision",
]

RULESET: Final = "2026-11"
ABOUT_PEOPLE: Final = "people"
_PERMIT_SEAL: Final = object()

YearLimits = Mapping[str, tuple[str, str]]
"""Record type → first and last school year (inclusive); one that is not listed is not limited."""

NO_YEAR_LIMITS: Final[YearLimits] = MappingProxyType({})

PopulationFilters = Mapping[str, Population]
"""Agreement → the population it covers; an agreement that is not listed has no filter."""

NO_POPULATION_FILTERS: Final[PopulationFilters] = MappingProxyType({})

RowAllowances = Mapping[str, Mapping[str, frozenset[str]]]
"""Agreement → child → elements that the child's rows may hold; with none the rows stay out."""

WithheldColumns = Mapping[str, Mapping[str, frozenset[str]]]
"""Agreement → organization → elements that stay out of all of its rows."""


@dataclass(frozen=True, slots=True)
class Reason:
    """The result of one rule for one request.

    Args:
        card: rule card with the citation and the messages.
        effect: what the rule answers.
        facts: values for the fields of the card's message.
        where: clause of the agreement that decided, if any.
        about: data element that this concerns, or ``ABOUT_PEOPLE`` for students who are left out.
            Such
            a reason narrows the answer and does not refuse the whole. Empty: the whole request.
        people: ids of the students concerned, for the data owner's steward only.
    """

    card: RuleCard
    effect: Outcome
    facts: tuple[tuple[str, str | int], ...] = ()
    where: str = ""
    about: str = ""
    people: tuple[str, ...] = ()

    @classmethod
    def from_card(cls, card: RuleCard, /, *, met: bool, **facts: str | int) -> "Reason":
        """Make the reason of a rule that allows where it is met, and denies where it is not.

        Args:
            card: rule card.
            met: whether the rule is met.
            facts: values for the fields of the card's message.
        Returns:
            The reason.
        """
        return cls(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))

    def at_clause(self, clause: str) -> "Reason":
        """Return this reason with the clause of the agreement that decided."""
        return Reason(self.card, self.effect, self.facts, clause, self.about, self.people)

    @property
    def code(self) -> str:
        return self.card.id

    @property
    def citation(self) -> str:
        """Return the law or policy, and the agreement's clause where one decided."""
        return f"{self.card.citation}; {self.where}" if self.where else self.card.citation

    @property
    def next_step(self) -> str:
        """Return how to resolve a refusal; empty when the rule is satisfied."""
        met = self.effect is Outcome.ALLOW
        return "" if met else fill_template(self.card.next_step, dict(self.facts))

    @property
    def message(self) -> str:
        """Return the steward's message; for any other audience use the method below."""
        return self.message_for(Audience.STEWARD)

    def message_for(self, audience: Audience) -> str:
        """Return the message for one audience."""
        met = self.effect is Outcome.ALLOW
        return self.card.format_message(audience, dict(self.facts), met=met)


@dataclass(frozen=True, slots=True)
class Obligation:
    """A duty that remains for the holder of a permit, with its due date, if any.

    Args:
        code: code of the duty, such as "DESTROY", or the id of its rule card.
        message: what to do.
        citation: law, or clause of the agreement.
        due: last day, ``None`` without one.
    """

    code: str
    message: str
    citation: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class RecordedQuestion:
    """A policy question by name, with its arguments: enough to ask it again (`engine.replay`)."""

    name: str
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PeopleAnswer:
    """The answer to a request for each student.

    Args:
        outcomes: answer by student id: for every student of the request where ``everyone`` is true,
            else only for those who are left out.
        everyone: whether ``outcomes`` is complete, so that no other student may be included.
        partly: allowed elements of each student with ALLOW_SUBSET.
        rows: as in `Permit`.
        kept_back: as in `Permit`.
        shut: as in `Permit`.
        left_out: whether ``rows``, ``kept_back`` and ``shut`` leave out anything.
        nothing: whether they leave no data at all.
        reasons: why.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=lambda: MappingProxyType({}))
    everyone: bool = False
    partly: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    rows: RowAllowances = field(default_factory=lambda: MappingProxyType({}))
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    shut: WithheldColumns = field(default_factory=lambda: MappingProxyType({}))
    left_out: bool = False
    nothing: bool = False
    reasons: tuple[Reason, ...] = ()


ALL_PEOPLE_INCLUDED: Final = PeopleAnswer()
NO_WITHHELD_COLUMNS: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})


@dataclass(frozen=True)
class Decision:
    """The answer to one request on one date. Only `conclude_decision` makes one.

    Args:
        elements: answer by data element (``record.field``).
        people: answer by student: for all students of the request where ``everyone`` is true, else
            for those who are left out (opt-outs, holds).
        minimum_cell: strictest minimum cell of the agreements behind the request.
        years: school years to which the agreements limit a record type.
        known: digest of the facts that the decision rests on.
        coarser: coarser form that is allowed in place of an element that is not.
        partly: allowed elements of a student with only some of them.
        rows: as in `Permit`.
        kept_back: as in `Permit`.
        shut: as in `Permit`.
        populations: as in `Permit`.
        asked: the question, to ask it again; it is not part of the answer.
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
    years: YearLimits
    known: FactDigest = field(repr=False)
    coarser: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    everyone: bool = False
    partly: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    rows: RowAllowances = field(default_factory=lambda: MappingProxyType({}))
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    shut: WithheldColumns = field(default_factory=lambda: MappingProxyType({}))
    populations: PopulationFilters = field(default_factory=lambda: NO_POPULATION_FILTERS)
    ruleset: str = RULESET
    asked: RecordedQuestion | None = field(default=None, compare=False, repr=False)

    @property
    def allowed(self) -> bool:
        """Tell whether the action may happen now, at least for some elements or students."""
        return self.outcome in (Outcome.ALLOW, Outcome.ALLOW_SUBSET)

    @property
    def facts_hash(self) -> str:
        """Return the digest of the facts that the decision rests on (SHA-256, hex)."""
        return self.known.name

    @property
    def decision_id(self) -> str:
        """Return the id of this answer; the same facts on the same date give the same id."""
        return digest_facts(self.action, self.actor, self.on, self.outcome, self.facts_hash)[:20]

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """Return the reasons that do not allow."""
        return tuple(reason for reason in self.reasons if reason.effect is not Outcome.ALLOW)

    @property
    def usable(self) -> frozenset[str]:
        """Return the elements that may be used: those allowed, and the coarser forms of others."""
        exact = frozenset(
            element for element, answer in self.elements.items() if answer is Outcome.ALLOW
        )
        return exact | frozenset(self.coarser.values())

    @property
    def included(self) -> frozenset[str]:
        """Return the students with every usable element allowed."""
        allowed = Outcome.ALLOW  # looking up a member of an enum takes longer than comparing
        return frozenset([student for student, answer in self.people.items() if answer is allowed])

    def require(self) -> "Permit":
        """Return the permit to act, or raise ``Refused`` with the reasons of this decision."""
        if not self.allowed:
            raise Refused(self)
        return Permit(
            action=self.action,
            decision_id=self.decision_id,
            actor=self.actor,
            on=self.on,
            elements=self.usable,
            except_people=frozenset(
                student for student, answer in self.people.items() if answer is not Outcome.ALLOW
            ),
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
            seal=_PERMIT_SEAL,
        )


@dataclass(frozen=True, slots=True)
class Permit:
    """Permission to take one step. Only `Decision.require` can make one.

    Args:
        except_people: students who are left out of a step over many.
        only_people: where not ``None``, only these students may be included, and those in
            ``partly``
            with the elements listed there.
        rows: agreements that open rows student by student. Here and in ``kept_back`` the key is the
            id by which the student's own organization knows the student.
        kept_back: elements that stay out for a student under any agreement.
        shut: elements for which an organization has not yet declared whether it withholds them.
        populations: population filter of each agreement.
        seal: proof that `Decision.require` made the permit.
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
    years: YearLimits
    only_people: frozenset[str] | None = None
    partly: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    rows: RowAllowances = field(default_factory=lambda: MappingProxyType({}))
    kept_back: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    shut: WithheldColumns = field(default_factory=lambda: MappingProxyType({}))
    populations: PopulationFilters = field(default_factory=lambda: NO_POPULATION_FILTERS)
    seal: InitVar[object] = field(kw_only=True)

    def __post_init__(self, seal: object) -> None:
        if seal is not _PERMIT_SEAL:
            raise TypeError("Only Decision.require() can make a permit.")

    def is_valid_for(self, action: Action, elements: Iterable[str] = ()) -> bool:
        """Tell whether this permit is for that action and names every one of those elements."""
        return self.action is action and self.elements.issuperset(elements)

    def list_elements_of(self, student: str) -> frozenset[str]:
        """List the elements that may be used of one student of a request that named its students.

        Args:
            student: id of the student.
        Returns:
            The elements; none for any other student.
        """
        whole = self.elements if student in (self.only_people or ()) else frozenset[str]()
        return self.partly.get(student, whole)

    def find_withheld(
        self, agreement: str, organization: str, child: str | None, elements: frozenset[str]
    ) -> frozenset[str]:
        """Find the elements that a row of one student may not hold.

        A row without an identified student has no consent that opens it.

        Args:
            agreement: reference of the agreement that the row came under.
            organization: organization that sent the row.
            child: id of the student at that organization, ``None`` if it cannot be identified.
            elements: elements that the row would hold.
        Returns:
            The elements among them that must stay out.
        """
        student = child or ""
        withheld = elements & self.kept_back.get(student, frozenset())
        withheld |= elements & self.shut.get(agreement, NO_WITHHELD_COLUMNS).get(
            organization, frozenset()
        )
        if agreement in self.rows:
            withheld |= elements - self.rows[agreement].get(student, frozenset())
        return withheld

    def list_single_students(self, agreement: str) -> frozenset[str]:
        """List the students about whom the permit says something of their own.

        All other students of the rows of one organization have the same answer as a student who
        cannot be identified.

        Args:
            agreement: reference of the agreement that the rows came under.
        Returns:
            Ids of the students.
        """
        return frozenset({*self.kept_back, *self.rows.get(agreement, ())})


class Refused(Exception):
    """Raised by `Decision.require`; carries the decision, so that a page can show the reasons."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        super().__init__("; ".join(reason.message for reason in decision.refusals))


def conclude_decision(  # noqa: PLR0913 - a decision carries this much
    action: Action,
    actor: str,
    on: date,
    reasons: Iterable[Reason],
    *,
    facts: Iterable[object],
    obligations: Iterable[Obligation] = (),
    elements: Mapping[str, Outcome] | None = None,
    coarser: Mapping[str, str] | None = None,
    people: PeopleAnswer = ALL_PEOPLE_INCLUDED,
    agreements: Iterable[str] = (),
    purpose: Purpose | None = None,
    basis: LegalBasis | None = None,
    minimum_cell: int | None = None,
    ends_on: date | None = None,
    years: YearLimits = NO_YEAR_LIMITS,
    populations: PopulationFilters = NO_POPULATION_FILTERS,
) -> Decision:
    """Combine reasons into a decision.

    One deny denies; else one open question needs a person; else the request is allowed.

    Where elements were named and none is allowed, the answer is deny; where some elements or
    students are left out, it is a subset. A reason about one element or about people counts through
    its answer, not by itself. A denied request has no obligations.

    Args:
        action: action that was asked for.
        actor: id of the actor.
        on: date of the decision.
        reasons: results of all rules that ran.
        facts: facts that the decision rests on, for its digest.
        obligations: duties that remain if the request is allowed.
        elements: answer by data element.
        coarser: allowed coarser form by element.
        people: answer by student.
        agreements: references of the agreements behind the request.
        purpose: purpose of the request.
        basis: legal basis, if all agreements share one.
        minimum_cell: strictest minimum cell.
        ends_on: earliest last day of the agreements.
        years: limits by record type.
        populations: population filter by agreement.
    Returns:
        The decision.
    """
    all_reasons = (*reasons, *people.reasons)
    agreements = tuple(sorted(set(agreements)))
    elements = dict(elements or {})
    outcome = _combine_outcomes(all_reasons, elements, people)
    return Decision(
        action=action,
        actor=actor,
        on=on,
        outcome=outcome,
        reasons=all_reasons,
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
        known=FactDigest(facts),
    )


def _combine_outcomes(
    reasons: tuple[Reason, ...],
    elements: Mapping[str, Outcome],
    people: PeopleAnswer,
) -> Outcome:
    effects = {reason.effect for reason in reasons if not reason.about}
    if not effects or Outcome.DENY in effects:
        return Outcome.DENY
    if elements and not _has_usable(elements.values()):
        return _find_refusal_outcome(elements.values())
    if people.everyone and not _has_usable(people.outcomes.values()):
        return _find_refusal_outcome(people.outcomes.values())
    if people.nothing:
        return Outcome.DENY
    if Outcome.NEEDS_PERSON in effects:
        return Outcome.NEEDS_PERSON
    answers = {*elements.values(), *people.outcomes.values()}
    is_subset = people.left_out or answers - {Outcome.ALLOW}
    return Outcome.ALLOW_SUBSET if is_subset else Outcome.ALLOW


_USABLE_OUTCOMES: Final = frozenset({Outcome.ALLOW, Outcome.ALLOW_SUBSET, Outcome.COARSEN})


def _has_usable(answers: Iterable[Outcome]) -> bool:
    return not _USABLE_OUTCOMES.isdisjoint(answers)


def _find_refusal_outcome(answers: Iterable[Outcome]) -> Outcome:
    """Return the outcome when nothing is allowed; a person is asked if one could allow it."""
    return Outcome.NEEDS_PERSON if Outcome.NEEDS_PERSON in set(answers) else Outcome.DENY
