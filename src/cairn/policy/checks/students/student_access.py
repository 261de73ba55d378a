"""Check each student of a use: roster, opt-outs, holds, and a permission per element."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from types import MappingProxyType
from typing import Final

from cairn.policy.checks.students.consent_validity import QUESTIONS_ABOUT_SIGNER, SIGNED_FORM_CARDS
from cairn.policy.checks.students.state_signers import CLASS_OF_FORM, NO_STATE_SIGNERS, StateSigners
from cairn.policy.checks.students.student_case import (
    NO_POPULATION_RESULTS,
    ConsentCase,
    ExceptionalBasis,
    StudentCase,
    build_student_case,
    list_case_facts,
)
from cairn.policy.engine import ABOUT_PEOPLE, PeopleAnswer, Reason
from cairn.policy.facts import (
    NO_SCHOOL_YEARS,
    LocalPolicy,
    PersonFact,
    Population,
    PopulationMatch,
    SchoolYears,
    build_population_matcher,
    describe_population,
)
from cairn.policy.law import BASIS_PACKS, SIGNED_FORM_BASES, RuleCard, is_usually_withheld
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.law.cards.legal_bases import consent as consent_cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.legal_bases import health_forms as health_forms_cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.law.cards.services import staff_assignment as assignment_cards
from cairn.policy.vocabulary import (
    ConsentDefect,
    LegalBasis,
    OptOutScope,
    OrganizationKind,
    Outcome,
    PersonRequirement,
    Purpose,
    label_code,
)

__all__ = [
    "ElementOpening",
    "ElementPermission",
    "StudentTerms",
    "judge_students",
    "list_element_openings",
]

SINGLE_OCCASION_BASES: Final[Mapping[LegalBasis, str]] = MappingProxyType(
    {
        LegalBasis.EMERGENCY: "emergency",
        LegalBasis.TRANSFER: "transfer of enrollment",
        LegalBasis.SUBPOENA: "order or subpoena",
        LegalBasis.FINANCIAL_AID: "application for financial aid",
        LegalBasis.JUVENILE_JUSTICE: "certified juvenile case before adjudication",
        LegalBasis.TREATMENT: "treatment by the recipient",
        LegalBasis.IMMUNIZATION_PROOF: "documented agreement of a parent",
    }
)
"""Legal bases that cover the children of one occasion, with the name of the occasion."""

MANDATORY_BASES: Final = frozenset(
    {LegalBasis.EMERGENCY, LegalBasis.TRANSFER, LegalBasis.SUBPOENA, LegalBasis.CHILD_WELFARE}
)
"""Bases on which the law leaves no choice: opt-outs and tribal approval do not apply."""

_PERSON_DECIDES_BASES: Final[Mapping[LegalBasis, tuple[RuleCard, RuleCard]]] = MappingProxyType(
    {
        LegalBasis.EMERGENCY: (
            exceptional_bases_cards.KEPT_BACK,
            exceptional_bases_cards.KEPT_BACK_UNKNOWN,
        ),
        LegalBasis.SUBPOENA: (
            exceptional_bases_cards.ORDER_KEPT_BACK,
            exceptional_bases_cards.ORDER_KEPT_BACK_UNKNOWN,
        ),
    }
)
"""Bases on which a person decides about withheld elements: card if withheld, if undeclared.

A missing form must not endanger a child in an emergency (34 CFR 99.36). A court may order what a
school withholds; then the school, its counsel and the notice that lets a family seek protection
settle it, not a program (34 CFR 99.31(a)(9)(ii)).
"""

_ROSTERLESS_REQUIREMENTS: Final = frozenset(
    {PersonRequirement.OCCASION, PersonRequirement.CASE_RESPONSIBILITY}
)

_NO_EXCEPTIONAL_BASES: Final[frozenset[ExceptionalBasis]] = frozenset()


@dataclass(frozen=True, slots=True)
class ElementPermission:
    """One permission for an element: an agreement, its basis, and the organizations it opens.

    Args:
        agreement: reference of the agreement, or id of the emergency.
        basis: its legal basis.
        providers: organizations with records that it opens.
    """

    agreement: str
    basis: LegalBasis
    providers: frozenset[str]


@dataclass(frozen=True, slots=True)
class ElementOpening:
    """What opens one element of one student to a receiver on a day.

    Args:
        element: the element, or the coarser form that is shown in its place.
        agreement: reference of the agreement.
        basis: its legal basis.
        consents: references of the family's signed forms that count; none where the basis or the
            receiver needs none, or where only several forms together open the element.
        providers: organizations with records that the agreement opens.
        is_own: whether the receiver needs no form for it, because it has its own record.
    """

    element: str
    agreement: str
    basis: LegalBasis
    consents: tuple[str, ...] = ()
    providers: frozenset[str] = frozenset()
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentTerms:
    """The conditions that one use puts on each student.

    Args:
        permissions: permissions by element, from the agreements.
        receiver: organization that would have the data.
        kind: kind of the receiver.
        purpose: purpose of the use.
        caseload: whether the receiver sees only the students that it serves.
        policy: local settings.
        nations: tribal nations that approved.
        occasions: exceptional bases by student.
        answered: questions about a student that a person has answered: card and student; for an
            occasion its id, a blank, and the student.
        revocable: elements that need a consent which says that it may be revoked.
        populations: population filter by agreement; an agreement that is not listed includes all.
        years: first and last school year of the use.
        signers: who may sign under the law of the data owners' states.
        unassigned: students that the assignments of the person who asks do not reach.
    """

    permissions: Mapping[str, tuple[ElementPermission, ...]]
    receiver: str
    kind: OrganizationKind | None
    purpose: Purpose
    caseload: bool
    policy: LocalPolicy
    nations: frozenset[str] = frozenset()
    occasions: Mapping[str, frozenset[ExceptionalBasis]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    answered: frozenset[tuple[str, str]] = frozenset()
    revocable: frozenset[str] = frozenset()
    populations: Mapping[str, Population] = field(default_factory=lambda: MappingProxyType({}))
    years: SchoolYears = NO_SCHOOL_YEARS
    signers: StateSigners = NO_STATE_SIGNERS
    unassigned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StudentFinding:
    """One card about every student with the same case.

    Args:
        card: the rule card.
        effect: what the rule answers.
        facts: values for the card's message, without the number of students.
        where: clause of an agreement.
    """

    card: RuleCard
    effect: Outcome
    facts: tuple[tuple[str, str], ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True)
class CaseJudgment:
    """The answer for every student with the same case: the allowed elements, and why."""

    outcome: Outcome
    allowed: frozenset[str]
    findings: tuple[StudentFinding, ...]


def judge_students(
    ids: Iterable[str],
    people: Mapping[str, PersonFact],
    terms: StudentTerms,
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Answer for every student of a request. A student that is not in ``people`` is unknown:
    denied.

    Args:
        ids: student ids.
        people: facts by student id.
        terms: conditions of the use.
        elements: elements that the agreements allow, with coarser forms.
        on: date of the use.
    Returns:
        The answer by student, with one reason per finding.
    """
    outcomes: dict[str, Outcome] = {}
    partly: dict[str, frozenset[str]] = {}
    findings: dict[StudentFinding, list[str]] = defaultdict(list)
    for case, members in _group_by_case(ids, people, terms, on).items():
        judgment = _judge_case_if_known(case, terms, elements, on)
        outcomes.update(dict.fromkeys(members, judgment.outcome))
        if judgment.outcome is Outcome.ALLOW_SUBSET:
            partly.update(dict.fromkeys(members, judgment.allowed))
        for finding in judgment.findings:
            findings[finding].extend(members)
    reasons = (_build_student_reason(finding, members) for finding, members in findings.items())
    ordered = tuple(sorted(reasons, key=_order_key))
    return PeopleAnswer(outcomes, everyone=True, partly=partly, reasons=ordered)


def _group_by_case(
    ids: Iterable[str], people: Mapping[str, PersonFact], terms: StudentTerms, on: date
) -> dict[StudentCase | None, list[str]]:
    """Group students by case; ``None`` is the case of unknown students."""
    rights_pass, occasions = terms.policy.rights_pass_at_18, dict(terms.occasions)
    answered_ids = {about.rpartition(" ")[2] for _card, about in terms.answered}
    cases: dict[StudentCase | None, list[str]] = defaultdict(list)
    members_by_facts: dict[tuple[object, ...], list[str]] = {}
    find_places = (
        build_population_matcher(terms.populations, terms.years) if terms.populations else None
    )
    places, exceptional_bases, answered_id = NO_POPULATION_RESULTS, _NO_EXCEPTIONAL_BASES, ""
    # Most requests know nothing beside the person that could tell two students apart.
    is_by_person_alone = not (occasions or answered_ids or find_places or terms.unassigned)
    is_unassigned = False
    for student_id in ids:
        person = people.get(student_id)
        if person is None:
            cases[None].append(student_id)
            continue
        facts = list_case_facts(person, on)
        if not is_by_person_alone:
            exceptional_bases = occasions.get(student_id, _NO_EXCEPTIONAL_BASES)
            if find_places is not None:
                places = find_places(person.birth_date, person.enrollments)
            answered_id = student_id if student_id in answered_ids else ""
            is_unassigned = student_id in terms.unassigned
            facts = (*facts, exceptional_bases, places, answered_id, is_unassigned)
        members = members_by_facts.get(facts)
        if members is None:
            case = build_student_case(
                person, on, passes=rights_pass, occasions=exceptional_bases, places=places
            )
            if is_unassigned:
                case = case._replace(assigned=False)  # noqa: SLF001 - a named tuple's own method
            if answered_id:
                case = _add_answers(case, student_id, terms.answered)
            members = members_by_facts[facts] = cases[case]
        members.append(student_id)
    return cases


def _add_answers(
    case: StudentCase, child: str, answered: frozenset[tuple[str, str]]
) -> StudentCase:
    """Add to a case what persons have answered about the student."""
    about_child = [
        (card, occasion)
        for card, subject in answered
        for occasion, _, student_id in (subject.rpartition(" "),)
        if student_id == child
    ]
    return case._replace(  # noqa: SLF001 - a named tuple's own method
        settled=frozenset(card for card, occasion in about_child if not occasion),
        opened=frozenset((card, occasion) for card, occasion in about_child if occasion),
    )


def _judge_case_if_known(
    case: StudentCase | None, terms: StudentTerms, elements: frozenset[str], on: date
) -> CaseJudgment:
    """Judge one case; ``None`` is the case of unknown students."""
    return _UNKNOWN_STUDENT if case is None else judge_case(case, terms, elements, on)


def judge_case(
    case: StudentCase, terms: StudentTerms, elements: frozenset[str], on: date
) -> CaseJudgment:
    """Judge one case: first what holds for the student, then each element by itself.

    Args:
        case: what matters of the student.
        terms: conditions of the use.
        elements: elements to judge.
        on: date of the use.
    Returns:
        The allowed elements, and why.
    """
    student_findings = tuple(_check_student(case))
    answers: dict[str, Outcome] = {}
    findings: list[StudentFinding] = []
    for element in sorted(elements):
        answers[element], reasons = _judge_element(case, terms, element, on)
        findings += reasons
    allowed = frozenset(
        allowed_element for allowed_element, answer in answers.items() if answer is Outcome.ALLOW
    )
    effects = {finding.effect for finding in student_findings}
    outcome = _combine_student_outcome(
        effects, set(answers.values()), is_complete=allowed == elements
    )
    return CaseJudgment(outcome, allowed, tuple(dict.fromkeys((*student_findings, *findings))))


def _combine_student_outcome(
    student_effects: set[Outcome], answers: set[Outcome], *, is_complete: bool
) -> Outcome:
    """Combine findings about the student and answers about elements into one outcome."""
    if Outcome.DENY in student_effects or answers <= {Outcome.DENY}:
        return Outcome.DENY
    if Outcome.NEEDS_PERSON in student_effects or Outcome.ALLOW not in answers:
        return Outcome.NEEDS_PERSON
    return Outcome.ALLOW if is_complete else Outcome.ALLOW_SUBSET


def _check_student(case: StudentCase) -> Iterator[StudentFinding]:
    """Check what applies to the student for any element."""
    if case.hold:
        yield StudentFinding(consent_cards.HOLD, Outcome.DENY)
    if not case.assigned:
        yield StudentFinding(assignment_cards.ASSIGNED_STUDENT, Outcome.DENY)


def _check_family_choices(case: StudentCase, terms: StudentTerms) -> Iterator[StudentFinding]:
    """Check what the family and the student's nations decided, where the law leaves a choice."""
    if case.nations is None:
        yield StudentFinding(cards.NATIONS_UNKNOWN, Outcome.DENY)
    elif not case.nations <= terms.nations:
        yield StudentFinding(cards.NATION, Outcome.DENY)
    if case.opted_out is None:
        yield StudentFinding(cards.OPT_OUTS_UNKNOWN, Outcome.DENY)
    elif OptOutScope.ALL_DISCRETIONARY in case.opted_out:
        yield StudentFinding(release_cards.OPTED_OUT, Outcome.DENY)
    if case.conflict and consent_cards.CONFLICT.id not in case.settled:
        yield StudentFinding(consent_cards.CONFLICT, Outcome.NEEDS_PERSON)


def _judge_element(
    case: StudentCase, terms: StudentTerms, element: str, on: date
) -> tuple[Outcome, tuple[StudentFinding, ...]]:
    """Find the best permission for one element of this student; if none applies, say why."""
    permissions = terms.permissions[element]
    if _may_be_withheld(case, element):
        # Where a person may open it, `_check_permission` asks that person.
        follow_bases = _find_bases_despite_silence(case, element)
        permissions = tuple(
            candidate
            for candidate in permissions
            if candidate.basis in _PERSON_DECIDES_BASES or candidate.basis in follow_bases
        )
        if not permissions:
            return Outcome.DENY, (_build_withheld_finding(case, element),)
    # A program may open its own data about a child on its roster.
    organizations = case.organizations | case.claimed
    applicable = [permission for permission in permissions if permission.providers & organizations]
    if not applicable:
        owners = sorted(
            {provider for permission in permissions for provider in permission.providers}
        )
        facts = (("element", element), ("providers", ", ".join(owners)))
        return Outcome.DENY, (StudentFinding(cards.NOT_ENROLLED, Outcome.DENY, facts),)
    refused: list[StudentFinding] = []
    for permission in applicable:
        findings = tuple(_check_permission(case, terms, permission, element, on))
        if all(finding.effect is Outcome.ALLOW for finding in findings):
            return Outcome.ALLOW, findings
        refused += findings
    needs_person = any(
        _needs_person_only(_check_permission(case, terms, permission, element, on))
        for permission in applicable
    )
    return (Outcome.NEEDS_PERSON if needs_person else Outcome.DENY), tuple(refused)


def _needs_person_only(findings: Iterable[StudentFinding]) -> bool:
    """Tell whether no finding refuses, and a person could still allow."""
    effects = {finding.effect for finding in findings}
    return Outcome.NEEDS_PERSON in effects and Outcome.DENY not in effects


def _check_permission(
    case: StudentCase, terms: StudentTerms, permission: ElementPermission, element: str, on: date
) -> Iterator[StudentFinding]:
    """Check what the basis of one permission requires of this student."""
    yield from _check_population(case, terms, permission)
    yield from _check_roster(case, terms, permission.basis)
    if terms.caseload and permission.providers == {terms.receiver}:
        return  # An owner that sees the records of those it serves discloses nothing.
    if permission.basis not in MANDATORY_BASES:
        yield from _check_family_choices(case, terms)
    requirement = BASIS_PACKS[permission.basis].person
    if requirement is PersonRequirement.SIGNED_FORM:
        for of_college in _list_record_kinds(case, permission):
            yield from _check_signed_forms(
                case, terms, permission, element, on, of_college=of_college
            )
    elif requirement is PersonRequirement.NO_DIRECTORY_OPT_OUT:
        declined = OptOutScope.DIRECTORY in (case.opted_out or ())
        effect = Outcome.DENY if declined else Outcome.ALLOW
        yield StudentFinding(ferpa_exceptions_cards.DIRECTORY_OPT_OUT, effect)
    elif requirement is PersonRequirement.CASE_RESPONSIBILITY:
        is_placed = bool(terms.receiver) and case.placement == terms.receiver
        facts = (("organization", terms.receiver), ("on", on.isoformat()))
        effect = Outcome.ALLOW if is_placed else Outcome.DENY
        yield StudentFinding(exceptional_bases_cards.PLACEMENT, effect, facts)
    elif requirement is PersonRequirement.OCCASION:
        has_occurred = any(
            (permission.basis, owner) in case.occasions for owner in permission.providers
        )
        occasion = ("occasion", SINGLE_OCCASION_BASES[permission.basis])
        facts = (occasion, ("organization", terms.receiver))
        yield StudentFinding(
            cards.NO_OCCASION, Outcome.ALLOW if has_occurred else Outcome.DENY, facts
        )
        person_decides = permission.basis in _PERSON_DECIDES_BASES
        if has_occurred and person_decides and _may_be_withheld(case, element):
            yield from _ask_person_to_open(case, permission, element)


def _check_population(
    case: StudentCase, terms: StudentTerms, permission: ElementPermission
) -> Iterator[StudentFinding]:
    """Check that the student is in the agreement's population."""
    for reference, place in case.places:
        if reference == permission.agreement:
            population = terms.populations[reference]
            card = cards.MEANT_UNKNOWN if place is PopulationMatch.UNKNOWN else cards.NOT_MEANT
            effect = Outcome.ALLOW if place is PopulationMatch.INSIDE else Outcome.DENY
            criteria = ", ".join(sorted(population.needed_facts)) or "anything"
            facts = (
                ("agreement", reference),
                ("whose", describe_population(population)),
                ("asked", criteria),
            )
            yield StudentFinding(card, effect, facts, population.clause)


def _may_be_withheld(case: StudentCase, element: str) -> bool:
    """Tell whether the school withholds the element for this student, or has not declared it."""
    return case.withheld is None or element in case.withheld


def _find_bases_despite_silence(case: StudentCase, element: str) -> frozenset[LegalBasis]:
    """Return the bases on which an element is sent although the school has declared no withholding.

    Grades and credits follow a student to the next school without waiting for a form (34 CFR
    99.31(a)(2), 99.34; for a student without a fixed home 42 USC 11432(g)(3)(C)): a delay harms the
    student that the form protects. The new school asks the family for the address itself, so
    elements that are usually withheld wait, and withheld elements stay withheld.
    """
    is_undeclared = case.withheld is None and not is_usually_withheld(element)
    return frozenset({LegalBasis.TRANSFER}) if is_undeclared else frozenset()


def _build_withheld_finding(case: StudentCase, element: str) -> StudentFinding:
    if case.withheld is None:
        return StudentFinding(cards.KEPT_BACK_UNKNOWN, Outcome.DENY)
    return StudentFinding(cards.KEPT_BACK, Outcome.DENY, (("element", element),))


def _ask_person_to_open(
    case: StudentCase, permission: ElementPermission, element: str
) -> Iterator[StudentFinding]:
    """Ask a person who knows why the school withholds this, or that it does not."""
    withheld_card, undeclared_card = _PERSON_DECIDES_BASES[permission.basis]
    card = undeclared_card if case.withheld is None else withheld_card
    if (card.id, permission.agreement) not in case.opened:
        facts = (("element", element), ("occasion", permission.agreement))
        yield StudentFinding(card, Outcome.NEEDS_PERSON, facts)


def _check_roster(
    case: StudentCase, terms: StudentTerms, basis: LegalBasis
) -> Iterator[StudentFinding]:
    """Check that the receiver serves the student, where it sees only those.

    A school official's interest ends with its roster (34 CFR 99.31(a)(1)(ii)). Transfers, orders,
    emergencies and the agency responsible for a child have a test of their own instead. For any
    other basis the roster is a rule of this partnership. A family's signed form for a program
    confirms that the program serves its child; else the school confirms it.
    """
    if not terms.caseload or BASIS_PACKS[basis].person in _ROSTERLESS_REQUIREMENTS:
        return
    facts = (("organization", terms.receiver),)
    is_official = basis is LegalBasis.SCHOOL_OFFICIAL
    card = ferpa_exceptions_cards.OFFICIAL_ROSTER if is_official else consent_cards.ROSTER
    on_roster = terms.receiver in case.organizations | case.claimed
    yield StudentFinding(card, Outcome.ALLOW if on_roster else Outcome.DENY, facts)
    if basis not in SIGNED_FORM_BASES:
        effect = Outcome.ALLOW if terms.receiver in case.organizations else Outcome.DENY
        yield StudentFinding(ferpa_exceptions_cards.OFFICIAL_ROSTER_CONFIRMED, effect, facts)


_SCHOOL_RECORDS_ONLY: Final = (False,)


def _list_record_kinds(case: StudentCase, permission: ElementPermission) -> tuple[bool, ...]:
    """List whether the records of a permission are a college's, a school's, or both.

    Only in dual enrollment does it matter: each kind has a holder of the rights of its own.
    """
    if not case.colleges:
        return _SCHOOL_RECORDS_ONLY
    owners = permission.providers & case.organizations
    return tuple(sorted({owner in case.colleges for owner in owners})) or _SCHOOL_RECORDS_ONLY


def _check_signed_forms(
    case: StudentCase,
    terms: StudentTerms,
    permission: ElementPermission,
    element: str,
    on: date,
    *,
    of_college: bool,
) -> Iterator[StudentFinding]:
    """Check that one form of the basis covers element, purpose and receiver; else say what each
    lacks.
    """
    basis = permission.basis
    owners = permission.providers & (case.organizations | case.claimed)
    form_cards = SIGNED_FORM_CARDS[basis]
    if case.order and form_cards.order.id not in case.settled:
        yield StudentFinding(form_cards.order, Outcome.NEEDS_PERSON)
    forms = [form for form in case.consents if form.basis is basis]
    if not forms:
        yield StudentFinding(form_cards.missing, Outcome.DENY)
        return
    findings_by_form = [
        (
            *_list_signer_faults(form, case.settled, terms, owners, on, of_college=of_college),
            *_list_scope_faults(form, terms, element),
        )
        for form in forms
    ]
    if () in findings_by_form:
        yield StudentFinding(form_cards.missing, Outcome.ALLOW)
    elif any(map(_needs_person_only, findings_by_form)):
        yield from next(filter(_needs_person_only, findings_by_form))
    else:
        for form_findings in findings_by_form:
            yield from form_findings


def _list_signer_faults(
    form: ConsentCase,
    settled: frozenset[str],
    terms: StudentTerms,
    owners: frozenset[str],
    on: date,
    *,
    of_college: bool,
) -> Iterator[StudentFinding]:
    """Yield everything for which one signed form does not count on the day."""
    form_cards = SIGNED_FORM_CARDS[form.basis]
    for defect in form.college_defects if of_college else form.defects:
        if defect is ConsentDefect.CUSTODY:
            custody_card = terms.signers.find_custody_card(owners)
            if custody_card is not None:
                yield StudentFinding(custody_card, Outcome.DENY)
            continue
        if defect is ConsentDefect.MINOR:
            yield from _check_minor_signer(form, settled, terms, owners)
            continue
        card = form_cards.defects[defect]
        effect = Outcome.NEEDS_PERSON if defect in QUESTIONS_ABOUT_SIGNER else Outcome.DENY
        facts = (
            (("on", on.isoformat()),)
            if defect in (ConsentDefect.TERM, ConsentDefect.SIGNATURE)
            else ()
        )
        yield StudentFinding(card, effect, facts)


def _check_minor_signer(
    form: ConsentCase, settled: frozenset[str], terms: StudentTerms, owners: frozenset[str]
) -> Iterator[StudentFinding]:
    """Check who signed a health form of a minor; what state law leaves open waits for a person.

    A minor who may seek treatment for substance use alone is the only one who may consent to
    disclose its records (42 CFR 2.14(b)). A minor signs alone from the age that the state sets (45
    CFR 164.502(g)(3)).
    """
    age = terms.signers.find_minor_age(owners, CLASS_OF_FORM[form.basis])
    signer = form.minor
    has_capacity = age is not None and signer is not None and signer.age >= age
    card = SIGNED_FORM_CARDS[form.basis].defects[ConsentDefect.MINOR]
    if has_capacity and signer is not None and not signer.is_minor:
        yield StudentFinding(health_forms_cards.PART2_MINOR_CONTROLS, Outcome.DENY)
    elif not has_capacity and card.id not in settled:
        yield StudentFinding(card, Outcome.NEEDS_PERSON)


def _list_scope_faults(
    form: ConsentCase, terms: StudentTerms, element: str
) -> Iterator[StudentFinding]:
    """Yield everything for which one signed form does not cover the element and this use."""
    form_cards = SIGNED_FORM_CARDS[form.basis]
    if form.records.isdisjoint({element, f"{element.partition('.')[0]}.*"}):
        yield StudentFinding(form_cards.records, Outcome.DENY, (("element", element),))
    if terms.purpose not in form.purposes:
        purpose = label_code(terms.purpose)
        yield StudentFinding(form_cards.purpose, Outcome.DENY, (("purpose", purpose),))
    if element in terms.revocable and not form.revocable:
        yield StudentFinding(special_classes_cards.REVOCABLE, Outcome.DENY)
    if terms.receiver not in form.parties and terms.kind not in form.classes:
        facts = (("organization", terms.receiver),)
        yield StudentFinding(form_cards.recipient, Outcome.DENY, facts)


def list_element_openings(
    students: Mapping[str, PersonFact],
    elements: Mapping[str, frozenset[str]],
    terms: StudentTerms,
    on: date,
) -> Mapping[str, tuple[ElementOpening, ...]]:
    """List what opens each element of students: the agreement, and the signed forms that count.

    It asks the judgment of the use again with one agreement, and with one form, at a time, so that
    no second set of rules can answer otherwise. An element may be opened by two agreements, each
    for the records that came under it.

    Args:
        students: facts about the students, by student id.
        elements: elements that the use may show of each student, by student id.
        terms: conditions of the use.
        on: date of the use.
    Returns:
        For each student, one opening for each element and agreement that opens it by itself, by
        element.
    """
    openings: dict[str, list[ElementOpening]] = {student_id: [] for student_id in elements}
    for single_terms in _split_terms_by_agreement(terms, frozenset().union(*elements.values())):
        named = frozenset(single_terms.permissions)
        # Most students of a roster have the same case.
        find_allowed = cache(partial(_find_allowed_elements, terms=single_terms, on=on))
        for student_id, wanted in elements.items():
            student = students[student_id]
            asked = wanted & named
            allowed = find_allowed(_find_case(student, single_terms, on), asked)
            # A provider needs no form for its own record, so a revoked form does not close it.
            without_form = (
                find_allowed(_find_case(replace(student, consents=()), single_terms, on), allowed)
                if student.consents
                else allowed
            )
            by_consent = {
                form.id: find_allowed(
                    _find_case(replace(student, consents=(form,)), single_terms, on), allowed
                )
                for form in student.consents
            }
            openings[student_id] += _list_openings_of_agreement(
                allowed, without_form, by_consent, single_terms
            )
    return {
        student_id: tuple(sorted(found, key=lambda item: (item.element, item.agreement)))
        for student_id, found in openings.items()
    }


def _split_terms_by_agreement(
    terms: StudentTerms, elements: frozenset[str]
) -> Iterator[StudentTerms]:
    """Split the conditions of a use into those of one agreement each, and what it permits."""
    by_agreement: defaultdict[str, dict[str, tuple[ElementPermission, ...]]] = defaultdict(dict)
    for name in sorted(elements):
        for item in terms.permissions[name]:
            of_element = by_agreement[item.agreement]
            of_element[name] = (*of_element.get(name, ()), item)
    for _reference, permissions in sorted(by_agreement.items()):
        yield replace(terms, permissions=permissions)


def _find_case(student: PersonFact, terms: StudentTerms, on: date) -> StudentCase | None:
    """Find the case of one student."""
    (case,) = _group_by_case((student.id,), {student.id: student}, terms, on)
    return case


def _find_allowed_elements(
    case: StudentCase | None, elements: frozenset[str], *, terms: StudentTerms, on: date
) -> frozenset[str]:
    """Return the elements of a student with this case that these conditions allow."""
    judgment = _judge_case_if_known(case, terms, elements, on)
    is_allowed = judgment.outcome in (Outcome.ALLOW, Outcome.ALLOW_SUBSET)
    return judgment.allowed if is_allowed else frozenset()


def _list_openings_of_agreement(
    allowed: frozenset[str],
    without_form: frozenset[str],
    by_consent: Mapping[str, frozenset[str]],
    terms: StudentTerms,
) -> Iterator[ElementOpening]:
    """List the openings of one student under one agreement."""
    for element in allowed:
        permission = terms.permissions[element][0]
        rests_on_forms = permission.basis in SIGNED_FORM_BASES
        is_own = rests_on_forms and element in without_form
        forms = (form for form, opened in by_consent.items() if element in opened)
        signed = tuple(forms) if rests_on_forms and not is_own else ()
        yield ElementOpening(
            element, permission.agreement, permission.basis, signed, permission.providers, is_own
        )


_UNKNOWN_STUDENT: Final = CaseJudgment(
    Outcome.DENY, frozenset(), (StudentFinding(cards.CHILD_UNKNOWN, Outcome.DENY),)
)


def _build_student_reason(finding: StudentFinding, student_ids: list[str]) -> Reason:
    """Build one reason for all students with a finding."""
    facts: tuple[tuple[str, str | int], ...] = (("n", len(student_ids)), *finding.facts)
    people = tuple(sorted(student_ids))
    clause = finding.where
    return Reason(finding.card, finding.effect, facts, clause, about=ABOUT_PEOPLE, people=people)


def _order_key(reason: Reason) -> tuple[str, str, str]:
    return (reason.effect.value, reason.code, str(reason.facts))
