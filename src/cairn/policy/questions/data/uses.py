"""Answer the central question: may this person use these elements of these children's records?

The stages are those of `engine.stages`: the actor; what was agreed and authorized; each element;
each student; whether the result itself may be released; the obligations that remain.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import NamedTuple

from cairn.policy.checks import (
    ElementPermission,
    StudentTerms,
    UseContext,
    UseElements,
    apply_personal_determinations,
    build_disclosure_context,
    build_use_context,
    check_code_method,
    check_determination,
    check_emergency,
    find_emergencies,
    judge_students,
    list_element_permissions,
    list_exceptional_bases,
    list_population_filters,
    list_use_obligations,
    require_actor_access,
    require_agreements_match_project,
    require_authorized_element,
    require_family_access,
    require_no_children_in_pilot,
    require_project_authorization,
    require_unmixed_agreements,
    require_use_agreements,
    require_use_parties,
    select_valid_emergencies,
    summarize_lineage,
)
from cairn.policy.coverage import require_any_element
from cairn.policy.engine import (
    ABOUT_PEOPLE,
    Decision,
    DeferredFact,
    ElementRule,
    PeopleAnswer,
    PeopleRules,
    PolicyRequest,
    Reason,
    Rule,
    decide_request,
    digest_facts,
    digest_people,
    policy_question,
)
from cairn.policy.facts import (
    FIGURE_RELEASE_ACTIONS,
    FILE_ACTIONS,
    USE_ACTIONS,
    Facts,
    PersonFact,
    ProjectFact,
    UseRequest,
    index_students_by_id,
)
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.law.cards.governance import disclosure_log as disclosures
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.vocabulary import Action, Decider, LegalBasis, Outcome, SpecialClass, StepAnswer


class _RequestedStudents(NamedTuple):
    """The students of a request, in order and each once, and everything on record about
    students.
    """

    ids: list[str]
    people: Mapping[str, PersonFact]


def _collect_students(request: UseRequest, facts: Facts) -> _RequestedStudents:
    return _RequestedStudents(sorted(set(request.people)), index_students_by_id(facts.people))


@policy_question
def decide_use(request: UseRequest, facts: Facts, on: date) -> Decision:
    """Decide one use on a day, for each student and each element, with every reason.

    Args:
        request: the use.
        facts: everything on record.
        on: date of the use.
    Returns:
        The decision.
    """
    special_uses = {Action.PARENT_VIEW: _build_family_use, Action.EMERGENCY: _build_emergency_use}
    build = special_uses.get(request.action, _build_agreed_use)
    return decide_request(build(request, facts, on), on)


def _build_agreed_use(request: UseRequest, facts: Facts, on: date) -> PolicyRequest:
    """Build the request of a use that rests on agreements and, as a rule, on a project.

    A use with an ongoing purpose (``Policy.standing_purposes``) needs no project.
    """
    use, children = build_use_context(request, facts, on), _collect_students(request, facts)
    elements = _collect_elements(use, facts)
    authority: list[Rule] = [
        partial(_check_is_use, request),
        require_any_element(request.elements),
        *require_use_parties(use),
        *require_use_agreements(use, facts),
        require_unmixed_agreements(use.disclosing),
        require_agreements_match_project(use.project, use.disclosing),
        require_no_children_in_pilot(use.disclosing, request.people),
    ]
    element_rules: list[ElementRule] = [elements.check_element]
    if not use.standing:
        actor_terms = {"actor": request.actor, "acting_for": request.acting_for}
        purpose, level, owners = request.purpose, request.level, use.owners
        authority += require_project_authorization(
            use.project,
            **actor_terms,
            purpose=purpose,
            level=level,
            owners=owners,
            years=(request.first_year, request.last_year),
            file=request.file if request.action in FILE_ACTIONS else None,
        )
        element_rules.append(require_authorized_element(use.project))
    if not request.people and request.action not in FIGURE_RELEASE_ACTIONS:
        authority.append(partial(_deny_without_students, request))
    terms = _build_student_terms(
        elements, facts, list_element_permissions(request.elements, elements, on), on
    )
    common = _build_common_request(use, elements, facts, children)
    return replace(
        common,
        who=require_actor_access(request.action, use.actor, frozenset({request.acting_for})),
        authority=apply_personal_determinations(authority, facts, use.owners),
        element_rules=tuple(element_rules),
        ladders={element: elements.ladder(element) for element in request.elements},
        people=_build_student_stage(children, terms),
        outcome=(
            partial(check_determination, request, facts),
            partial(check_code_method, request, facts),
        ),
        lineage=summarize_lineage(use.disclosing),
    )


def _build_emergency_use(request: UseRequest, facts: Facts, on: date) -> PolicyRequest:
    """Build the request of a use that rests on a determined emergency (34 CFR 99.36).

    It needs no agreement.
    """
    use, children = build_use_context(request, facts, on), _collect_students(request, facts)
    elements = _collect_elements(use, facts)
    emergencies = find_emergencies(facts, request)
    valid_emergencies = select_valid_emergencies(emergencies, request, on)
    permissions = tuple(
        ElementPermission(emergency.id, LegalBasis.EMERGENCY, frozenset({emergency.organization}))
        for emergency in valid_emergencies
    )
    owners = frozenset(emergency.organization for emergency in emergencies)
    authority = (
        *require_use_parties(use),
        partial(check_emergency, emergencies, request),
        require_any_element(request.elements),
        *(() if request.people else (partial(_deny_without_students, request),)),
    )
    terms = _build_student_terms(elements, facts, dict.fromkeys(request.elements, permissions), on)
    return replace(
        _build_common_request(use, elements, facts, children),
        who=require_actor_access(request.action, use.actor, frozenset({request.acting_for})),
        authority=apply_personal_determinations(authority, facts, owners),
        element_rules=(partial(_check_emergency_element, elements, request.receiver),),
        people=_build_student_stage(children, terms),
    )


def _build_family_use(request: UseRequest, facts: Facts, on: date) -> PolicyRequest:
    """Build the request of a family that views the record of its own child (34 CFR 99.10,
    99.32(c)).
    """
    use, children = build_use_context(request, facts, on), _collect_students(request, facts)
    child = request.people[0] if len(set(request.people)) == 1 else ""
    return replace(
        _build_common_request(use, _collect_elements(use, facts), facts, children),
        who=require_family_access(use.actor, child),
        authority=(partial(_check_single_child, child),),
        element_rules=(_allow_own_record,),
        people=partial(_answer_for_own_child, child, children.people),
        obligations=None,
    )


def _build_common_request(
    use: UseContext, elements: UseElements, facts: Facts, children: _RequestedStudents
) -> PolicyRequest:
    """Build what is the same for every use: actor, action, digest of everything on record."""
    request = use.request
    people_digest = DeferredFact(partial(digest_people, *children))
    other_digest = DeferredFact(
        partial(digest_facts, replace(request, people=()), replace(facts, people=()))
    )
    return PolicyRequest(
        action=request.action,
        actor=use.actor,
        facts=(other_digest, people_digest),
        who=(),
        elements=request.elements,
        obligations=partial(list_use_obligations, elements),
        purpose=request.purpose,
    )


def _collect_elements(use: UseContext, facts: Facts) -> UseElements:
    """Collect the elements as the dictionaries of the data owners describe them."""
    own_dictionaries = tuple(
        dictionary for dictionary in facts.dictionaries if dictionary.organization in use.owners
    )
    special_classes = {
        entry.name: entry.special
        for dictionary in own_dictionaries
        for entry in dictionary.elements
        if entry.special
    }
    context = replace(build_disclosure_context(use, facts), classes=special_classes)
    return UseElements(use, own_dictionaries, context, facts.notices)


def _build_student_terms(
    elements: UseElements,
    facts: Facts,
    permissions: Mapping[str, tuple[ElementPermission, ...]],
    on: date,
) -> StudentTerms:
    """Build the conditions on each student. Head Start's consent must say that it may be
    revoked.
    """
    use, request = elements.use, elements.use.request
    owners = frozenset(
        owner
        for element_permissions in permissions.values()
        for permission in element_permissions
        for owner in permission.providers
    )
    answered = (
        answer for answer in facts.answers if answer.organization in owners and answer.stands(on)
    )
    return StudentTerms(
        ways=permissions,
        receiver=request.receiver,
        kind=use.receiver.kind if use.receiver else None,
        purpose=request.purpose,
        caseload=request.caseload,
        policy=facts.policy,
        nations=_find_approving_nations(use.project, on),
        occasions=list_exceptional_bases(facts, request, on),
        answered=frozenset((answer.card, answer.about) for answer in answered),
        revocable=frozenset(
            element
            for element in permissions
            if SpecialClass.HEAD_START in elements.list_classes(element)
        ),
        populations=list_population_filters(use.disclosing),
        years=(use.first_year, use.last_year),
    )


def _find_approving_nations(project: ProjectFact | None, on: date) -> frozenset[str]:
    """Find the tribal nations that have approved a project, by their last answer."""
    words = () if project is None else project.words
    nations = {word.organization for word in words if word.decider is Decider.NATIONS}
    last_words = (
        {nation: project.word(Decider.NATIONS, nation, on) for nation in nations} if project else {}
    )
    return frozenset(
        nation for nation, word in last_words.items() if word and word.answer is StepAnswer.APPROVE
    )


def _build_student_stage(children: _RequestedStudents, terms: StudentTerms) -> PeopleRules | None:
    """Build the stage of the students; none for figures that include no individual."""
    return partial(judge_students, *children, terms) if children.ids else None


def _check_is_use(request: UseRequest, on: date) -> Iterator[Reason]:
    uses = ", ".join(sorted(use_action.value for use_action in USE_ACTIONS))
    facts = (("action", request.action.value.replace("_", " ")), ("uses", uses))
    effect = Outcome.ALLOW if request.action in USE_ACTIONS else Outcome.DENY
    yield Reason(cards.NOT_A_USE, effect, facts)


def _deny_without_students(request: UseRequest, on: date) -> Iterator[Reason]:
    yield Reason(cards.SOMEBODY, Outcome.DENY)


def _check_emergency_element(
    elements: UseElements, receiver: str, element: str, on: date
) -> Iterator[Reason]:
    """Check an element in an emergency; one under a law of its own waits for a person even then."""
    special = elements.list_classes(element)
    official = (("official", "(nobody)"), ("about", element))
    if special:
        yield Reason(exceptional_bases_cards.A_PERSON_DECIDES, Outcome.NEEDS_PERSON, official)
    else:
        yield Reason(
            exceptional_bases_cards.NECESSARY, Outcome.ALLOW, (("organization", receiver),)
        )


def _check_single_child(child: str, on: date) -> Iterator[Reason]:
    yield Reason(cards.PARENT_ALONE, Outcome.ALLOW if child else Outcome.DENY)


def _allow_own_record(element: str, on: date) -> Iterator[Reason]:
    yield Reason(disclosures.INSPECTION, Outcome.ALLOW)


def _answer_for_own_child(
    child: str, people: Mapping[str, PersonFact], elements: frozenset[str], on: date
) -> PeopleAnswer:
    """Answer for the family's own child, if the child is on record."""
    if child in people:
        return PeopleAnswer({child: Outcome.ALLOW}, everyone=True)
    reason = Reason(
        cards.CHILD_UNKNOWN, Outcome.DENY, (("n", 1),), about=ABOUT_PEOPLE, people=(child,)
    )
    return PeopleAnswer({child: Outcome.DENY}, everyone=True, reasons=(reason,))
