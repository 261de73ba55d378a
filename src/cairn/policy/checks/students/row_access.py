"""Decide which rows about students a step may hold, and with which elements.

A step over many rows asks this in addition to everything else. An agreement that rests on written
consent opens only the rows of students with a consent that covers element, purpose and party on the
day.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.students.school_declarations import find_withheld_columns
from cairn.policy.checks.students.state_signers import find_state_signers
from cairn.policy.checks.students.student_access import (
    ElementPermission,
    StudentTerms,
    judge_students,
)
from cairn.policy.engine import ABOUT_PEOPLE, PeopleAnswer, Reason, policy_check
from cairn.policy.facts import (
    CONSERVATIVE_POLICY,
    Actor,
    AgreementFact,
    PersonFact,
    RowsFact,
    index_students_by_id,
)
from cairn.policy.law import SIGNED_FORM_BASES, RuleCard, select_student_elements
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.legal_bases import consent as cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.vocabulary import RECIPIENT_ROLES, OptOutScope, Outcome, PartyRole, Purpose

__all__ = [
    "build_intake_use",
    "build_internal_use",
    "check_consents_known",
    "check_student_named",
    "decide_row_access",
    "has_student_elements",
    "merge_people_answers",
]

NO_ELEMENTS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class RowUse:
    """The use that a step makes of rows.

    Where several receivers or purposes are still possible, one that a consent covers is enough: the
    next step asks again.

    Args:
        purposes: possible purposes.
        receivers: organizations that would have the rows.
        uses: whether the step uses the data, so that nations must have approved.
        nations: tribal nations that have approved.
        opt_outs: whether the step discloses directory information, which leaves out the students
            of families that opted out (34 CFR 99.37(a)(2)).
    """

    purposes: frozenset[Purpose]
    receivers: frozenset[str]
    uses: bool
    nations: frozenset[str] = NO_ELEMENTS
    opt_outs: bool = False


def build_intake_use(agreement: AgreementFact) -> RowUse:
    """Build the row use of incoming rows: any purpose of the agreement.

    Args:
        agreement: the agreement.
    Returns:
        The row use.
    """
    return RowUse(agreement.purposes, agreement.list_organizations(*RECIPIENT_ROLES), uses=False)


def build_internal_use(
    agreement: AgreementFact,
    actor: Actor,
    on: date,
    purpose: Purpose | None = None,
    nations: frozenset[str] = NO_ELEMENTS,
) -> RowUse:
    """Build the row use of the actor's organizations that work with rows.

    Args:
        agreement: the agreement.
        actor: the person.
        on: date of the step.
        purpose: the one purpose, once it is known.
        nations: tribal nations that have approved.
    Returns:
        The row use.
    """
    own_recipients = agreement.list_organizations(*RECIPIENT_ROLES) & actor.list_organizations(on)
    purposes = agreement.purposes if purpose is None else frozenset({purpose})
    return RowUse(purposes, own_recipients, uses=purpose is not None, nations=nations)


def has_student_elements(elements: Iterable[str]) -> bool:
    """Tell whether some of these elements belong to records about students.

    Args:
        elements: elements as ``record.field``.
    Returns:
        True if at least one does.
    """
    return bool(select_student_elements(elements))


def decide_row_access(
    row_uses: Mapping[str, RowUse],
    agreements: Iterable[AgreementFact],
    rows: Iterable[RowsFact] | None,
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Decide which students' rows a step may hold, with which elements, under each agreement.

    Under an agreement on consent, only the rows that a consent opens. Under any other agreement,
    all rows, without elements that a school withholds or has not declared, and without the students
    of a nation that has not approved, where the data are used.

    Args:
        row_uses: row use by reference of the agreement.
        agreements: agreements behind the step.
        rows: students by agreement.
        elements: elements of the step.
        on: date of the step.
    Returns:
        The answer with rows, withheld elements and reasons.
    """
    by_agreement = {item.agreement: item for item in rows or ()}
    collector = _RowAccessCollector()
    for agreement in agreements:
        fact = by_agreement.get(agreement.reference, RowsFact(agreement.reference, ()))
        asked = elements & agreement.elements
        row_use = row_uses[agreement.reference]
        if agreement.basis in SIGNED_FORM_BASES:
            collector.add_consent_agreement(row_use, agreement, fact, asked, on)
        else:
            collector.add_other_agreement(row_use, agreement, fact, asked)
    return collector.build_answer()


class _RowAccessCollector:
    """Collect the answers under one agreement after another."""

    def __init__(self) -> None:
        self._rows: dict[str, Mapping[str, frozenset[str]]] = {}
        self._kept_back: dict[str, frozenset[str]] = {}
        self._shut: dict[str, Mapping[str, frozenset[str]]] = {}
        self._reasons: list[Reason] = []
        self._some: list[bool] = []
        self._left_out = False

    def add_consent_agreement(
        self,
        row_use: RowUse,
        agreement: AgreementFact,
        fact: RowsFact,
        asked: frozenset[str],
        on: date,
    ) -> None:
        opened, reasons = _find_consented_elements(row_use, agreement, fact, asked, on)
        self._rows[agreement.reference] = MappingProxyType(opened)
        self._reasons += reasons
        self._left_out |= any(allowed != asked for allowed in opened.values())
        self._some.append(any(opened.values()))

    def add_other_agreement(
        self, row_use: RowUse, agreement: AgreementFact, fact: RowsFact, asked: frozenset[str]
    ) -> None:
        withheld, reasons = _find_withheld_elements(row_use, fact.children, asked)
        withheld_columns, undeclared_reasons = find_withheld_columns(
            agreement, fact.said, asked, uses=row_use.uses
        )
        self._kept_back |= withheld
        if withheld_columns:
            self._shut[agreement.reference] = withheld_columns
        self._reasons += (*reasons, *undeclared_reasons)
        self._left_out |= bool(withheld or withheld_columns)
        providers = agreement.list_organizations(PartyRole.PROVIDER)
        student_elements = select_student_elements(asked)
        self._some.append(
            not student_elements
            or any(withheld_columns.get(provider) != student_elements for provider in providers)
        )

    def build_answer(self) -> PeopleAnswer:
        return PeopleAnswer(
            rows=self._rows,
            kept_back=self._kept_back,
            shut=self._shut,
            left_out=self._left_out,
            nothing=bool(self._some) and not any(self._some),
            reasons=tuple(self._reasons),
        )


def merge_people_answers(first: PeopleAnswer, second: PeopleAnswer) -> PeopleAnswer:
    """Merge two answers: students that either leaves out, and the rows of ``second``.

    Args:
        first: answer about opt-outs.
        second: answer about rows.
    Returns:
        The merged answer.
    """
    outcomes = dict(sorted({**first.outcomes, **second.outcomes}.items()))
    return replace(second, outcomes=outcomes, reasons=(*first.reasons, *second.reasons))


@policy_check(cards.CONSENT)
def check_consents_known(
    on: date, agreements: tuple[AgreementFact, ...], rows: Iterable[RowsFact] | None
) -> Iterator[Reason]:
    """Check that the students behind rows under written consent are known.

    Args:
        on: date of the check.
        agreements: agreements behind the step.
        rows: students by agreement, ``None`` if they were not looked up.
    Returns:
        One reason per agreement on written consent.
    """
    known = frozenset(fact.agreement for fact in rows or ())
    for agreement in agreements:
        if agreement.basis in SIGNED_FORM_BASES:
            met = agreement.reference in known
            yield Reason.from_card(cards.CONSENT, met=met, agreement=agreement.reference).at_clause(
                agreement.basis_clause
            )


@policy_check(cards.CONSENT)
def check_student_named(
    on: date, agreement: AgreementFact, rows: Iterable[RowsFact] | None
) -> Iterator[Reason]:
    """Check that data under written consent name a student.

    No consent covers a row without a student.

    Args:
        on: date of the check.
        agreement: the agreement.
        rows: students by agreement.
    Returns:
        A refusal if no student is named.
    """
    has_students = any(fact.children for fact in rows or ())
    if agreement.basis in SIGNED_FORM_BASES and not has_students:
        yield Reason.from_card(cards.CONSENT, met=False, agreement=agreement.reference).at_clause(
            agreement.basis_clause
        )


def _find_consented_elements(
    row_use: RowUse,
    agreement: AgreementFact,
    fact: RowsFact,
    elements: frozenset[str],
    on: date,
) -> tuple[dict[str, frozenset[str]], list[Reason]]:
    """Find each student's elements under one agreement, and why some are missing."""
    children = fact.children
    allowed: dict[str, frozenset[str]] = {child.id: NO_ELEMENTS for child in children}
    reasons: tuple[Reason, ...] = ()
    signers = find_state_signers(fact.providers, fact.state_reviews, on)
    for row_terms in _list_student_terms(row_use, agreement, children, elements):
        terms = replace(row_terms, signers=signers)
        answer = judge_students(allowed, index_students_by_id(children), terms, elements, on)
        reasons = reasons or answer.reasons
        for child, outcome in answer.outcomes.items():
            if outcome is Outcome.ALLOW:
                allowed[child] |= elements
            elif outcome is Outcome.ALLOW_SUBSET:
                allowed[child] |= answer.partly[child]
    incomplete = frozenset(child for child, opened in allowed.items() if opened != elements)
    return allowed, list(_select_refusals_about(reasons, incomplete))


def _list_student_terms(
    row_use: RowUse,
    agreement: AgreementFact,
    children: tuple[PersonFact, ...],
    elements: frozenset[str],
) -> Iterator[StudentTerms]:
    """Yield the conditions on each student for each possible purpose and receiver."""
    kinds = {party.organization: party.kind for party in agreement.parties}
    owners = agreement.list_organizations(PartyRole.PROVIDER)
    permission = ElementPermission(agreement.reference, agreement.basis, owners)
    nations = row_use.nations if row_use.uses else _list_nations(children)
    for receiver in sorted(row_use.receivers):
        for purpose in sorted(row_use.purposes):
            yield StudentTerms(
                permissions=dict.fromkeys(elements, (permission,)),
                receiver=receiver,
                kind=kinds[receiver],
                purpose=purpose,
                caseload=False,
                policy=CONSERVATIVE_POLICY,
                nations=nations,
            )


def _list_nations(children: Iterable[PersonFact]) -> frozenset[str]:
    return NO_ELEMENTS.union(*(child.nations or () for child in children))


def _select_refusals_about(
    reasons: Iterable[Reason], incomplete: frozenset[str]
) -> Iterator[Reason]:
    """Select the refusals about students that no other receiver or purpose opens."""
    for reason in reasons:
        people = tuple(student for student in reason.people if student in incomplete)
        if people and reason.effect is not Outcome.ALLOW:
            rest = tuple(fact for fact in reason.facts if fact[0] != "n")
            yield replace(reason, people=people, facts=(("n", len(people)), *rest))


def _find_withheld_elements(
    row_use: RowUse, children: tuple[PersonFact, ...], elements: frozenset[str]
) -> tuple[dict[str, frozenset[str]], list[Reason]]:
    """Find what stays out for individual students where the rows of all others are included."""
    withheld: dict[str, frozenset[str]] = {}
    reasons: list[Reason] = []
    for element in sorted(elements):
        student_ids = tuple(
            sorted(student.id for student in children if element in (student.withheld or ()))
        )
        withheld |= {child: withheld.get(child, NO_ELEMENTS) | {element} for child in student_ids}
        if student_ids:
            facts = (("n", len(student_ids)), ("element", element))
            reasons.append(
                Reason(
                    data_use_cards.KEPT_BACK,
                    Outcome.DENY,
                    facts,
                    about=ABOUT_PEOPLE,
                    people=student_ids,
                )
            )
    waiting_students = (
        student
        for student in children
        if row_use.uses and not (student.nations or NO_ELEMENTS) <= row_use.nations
    )
    members = tuple(sorted(student.id for student in waiting_students))
    if members:
        withheld |= dict.fromkeys(members, elements)
        count_fact = (("n", len(members)),)
        reasons.append(
            Reason(
                data_use_cards.NATION, Outcome.DENY, count_fact, about=ABOUT_PEOPLE, people=members
            )
        )
    if row_use.opt_outs:
        for card, people in _find_opted_out_of_directory(children).items():
            withheld |= dict.fromkeys(people, elements)
            count_fact = (("n", len(people)),)
            reasons.append(
                Reason(card, Outcome.DENY, count_fact, about=ABOUT_PEOPLE, people=people)
            )
    return withheld, reasons


_OPT_OUT_CARDS: Final[Mapping[OptOutScope, RuleCard]] = MappingProxyType(
    {
        OptOutScope.ALL_DISCRETIONARY: release_cards.OPTED_OUT,
        OptOutScope.DIRECTORY: ferpa_exceptions_cards.DIRECTORY_OPT_OUT,
    }
)


def _find_opted_out_of_directory(children: Iterable[PersonFact]) -> dict[RuleCard, tuple[str, ...]]:
    """Find the students of families that opted out, by the card that leaves them out."""
    people_by_card = {
        card: tuple(
            sorted(
                child.id
                for child in children
                if any(opt_out.scope is scope for opt_out in child.opt_outs or ())
            )
        )
        for scope, card in _OPT_OUT_CARDS.items()
    }
    return {card: people for card, people in people_by_card.items() if people}
