"""Answer the central question: may this person use these elements of these children's records?

The stages are those of `engine.stages`: the actor; what was agreed and authorized; each element;
each student; whether the result itself may be released; the obligations that remain.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from cairn.policy import checks
from cairn.policy.coverage import check_any_element
from cairn.policy.engine import (
    ABOUT_PEOPLE,
    BoundElementCheck,
    DecidePeople,
    Decision,
    DeferredFact,
    PeopleAnswer,
    PolicyRequest,
    Reason,
    decide_request,
    digest_facts,
    digest_people,
    policy_question,
)
from cairn.policy.facts import (
    FILE_ACTIONS,
    Facts,
    PersonFact,
    ProjectFact,
    UseRequest,
    collect_identifier_classes,
    collect_special_classes,
    index_students_by_id,
)
from cairn.policy.law.cards.governance import data_use as cards
from cairn.policy.vocabulary import Action, Decider, LegalBasis, Outcome, SpecialClass, StepAnswer

__all__ = ["build_agreed_terms", "build_agreed_use", "decide_use"]


class _RequestedStudents(NamedTuple):
    """The students of a request, in order and each once, and their facts."""

    ids: list[str]
    people: Mapping[str, PersonFact]


def _collect_students(request: UseRequest, facts: Facts) -> _RequestedStudents:
    ids = sorted(dict.fromkeys(request.people))  # sorting ids that are in order costs little
    return _RequestedStudents(ids, index_students_by_id(facts.people))


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
    match request.action:
        case Action.PARENT_VIEW:
            policy_request = _build_family_use(request, facts, on)
        case Action.EMERGENCY:
            policy_request = _build_emergency_use(request, facts, on)
        case _:
            policy_request = build_agreed_use(request, facts, on)
    return decide_request(policy_request, on)


def build_agreed_use(request: UseRequest, facts: Facts, on: date) -> PolicyRequest:
    """Build the request of a use that rests on agreements and, as a rule, on a project.

    A use with an ongoing purpose, and figures under the agreements alone (``LocalPolicy``), need no
    project.

    Args:
        request: the use.
        facts: everything on record.
        on: date of the use.
    Returns:
        The request, with the checks of every stage.
    """
    use, children = checks.build_use_context(request, facts, on), _collect_students(request, facts)
    elements = _collect_elements(use, facts, use.owners)
    authority_checks = [
        checks.check_is_use(request),
        check_any_element(request.elements),
        *checks.require_use_parties(use),
        *checks.require_use_agreements(use, facts),
        checks.check_agreements_unmixed(use.disclosing_agreements),
        checks.check_agreements_match_project(use.project, use.disclosing_agreements),
        checks.check_no_children_in_pilot(use.disclosing_agreements, request.people),
    ]
    element_checks: list[BoundElementCheck] = [
        checks.check_element_permitted(elements),
        checks.check_reviewed_class(elements.context, elements.list_classes),
    ]
    if not use.is_ongoing:
        actor_terms = {"actor": request.actor, "acting_for": request.acting_for}
        purpose, level, owners = request.purpose, request.level, use.owners
        authority_checks += checks.require_project_authorization(
            use.project,
            **actor_terms,
            purpose=purpose,
            level=level,
            owners=owners,
            years=(request.first_year, request.last_year),
            file=request.file if request.action in FILE_ACTIONS else None,
        )
        element_checks.append(checks.check_authorized_element(use.project))
    if checks.must_name_students(
        request,
        use.disclosing_agreements,
        is_submission=use.is_submission,
        is_figure=use.is_figure,
    ):
        authority_checks.append(checks.check_students_named(request))
    terms = _build_student_terms(
        elements, facts, checks.list_element_permissions(request.elements, elements, on), on
    )
    common = _build_common_request(use, elements, facts, children)
    return replace(
        common,
        access_checks=checks.require_actor_access(
            request.action, use.actor, frozenset({request.acting_for})
        ),
        authority_checks=(checks.check_with_personal_answers(authority_checks, facts, use.owners),),
        element_checks=tuple(element_checks),
        ladders={element: elements.list_coarser_forms(element) for element in request.elements},
        people=_build_student_stage(children, terms),
        outcome_checks=(
            checks.check_release_determination(request, facts),
            checks.check_record_code_method(request, facts),
        ),
        lineage=checks.summarize_lineage(use.disclosing_agreements),
    )


def build_agreed_terms(request: UseRequest, facts: Facts, on: date) -> checks.StudentTerms:
    """Build the conditions that a use under agreements puts on each student.

    Args:
        request: the use.
        facts: everything on record.
        on: date of the use.
    Returns:
        The conditions.
    """
    use = checks.build_use_context(request, facts, on)
    elements = _collect_elements(use, facts, use.owners)
    permissions = checks.list_element_permissions(request.elements, elements, on)
    return _build_student_terms(elements, facts, permissions, on)


def _build_emergency_use(request: UseRequest, facts: Facts, on: date) -> PolicyRequest:
    """Build the request of a use that rests on a determined emergency (34 CFR 99.36).

    It needs no agreement. A recipient that is not registered yet, and training that has lapsed, do
    not delay it: they are obligations, to be completed after.
    """
    use, children = checks.build_use_context(request, facts, on), _collect_students(request, facts)
    emergencies = checks.find_emergencies(facts, request)
    owners = frozenset(emergency.organization for emergency in emergencies)
    elements = _collect_elements(use, facts, owners)
    valid_emergencies = checks.select_valid_emergencies(emergencies, request, on)
    permissions = tuple(
        checks.ElementPermission(
            emergency.id, LegalBasis.EMERGENCY, frozenset({emergency.organization})
        )
        for emergency in valid_emergencies
    )
    authority_checks = (
        *checks.require_emergency_parties(use, owners),
        checks.check_emergency(emergencies, request),
        check_any_element(request.elements),
        checks.check_students_named(request),
    )
    terms = _build_student_terms(elements, facts, dict.fromkeys(request.elements, permissions), on)
    return replace(
        _build_common_request(use, elements, facts, children),
        access_checks=checks.require_emergency_access(
            request.action, use.actor, frozenset({request.acting_for})
        ),
        authority_checks=(checks.check_with_personal_answers(authority_checks, facts, owners),),
        element_checks=(
            checks.check_emergency_element(
                elements, request.receiver, frozenset(_list_answers(facts, owners, on))
            ),
        ),
        people=_build_student_stage(children, terms),
        obligations=lambda day: (
            *checks.list_use_obligations(elements, day),
            *checks.list_statement_obligations(children.people.values(), day),
            *checks.list_emergency_follow_ups(use, day),
        ),
    )


def _build_family_use(request: UseRequest, facts: Facts, on: date) -> PolicyRequest:
    """Build the request of a family that views the record of its own child (34 CFR 99.10,
    99.32(c)).
    """
    use, children = checks.build_use_context(request, facts, on), _collect_students(request, facts)
    child = request.people[0] if len(set(request.people)) == 1 else ""
    person = children.people.get(child)
    rights_checks = (
        ()
        if person is None
        else (checks.check_family_rights(person, use.actor.relation, use.owners),)
    )
    return replace(
        _build_common_request(use, _collect_elements(use, facts, use.owners), facts, children),
        access_checks=checks.require_family_access(use.actor, child),
        authority_checks=(checks.check_single_child(child), *rights_checks),
        element_checks=(checks.check_own_record(),),
        people=lambda _elements, _day: _answer_for_own_child(child, children.people),
        obligations=None,
    )


def _build_common_request(
    use: checks.UseContext, elements: checks.UseElements, facts: Facts, children: _RequestedStudents
) -> PolicyRequest:
    """Build the part that all uses share: actor, action, digest of everything on record."""
    request = use.request
    people_digest = DeferredFact(lambda: digest_people(children.ids, children.people))
    other_digest = DeferredFact(
        lambda: digest_facts(replace(request, people=()), replace(facts, people=()))
    )
    return PolicyRequest(
        action=request.action,
        actor=use.actor,
        facts=(other_digest, people_digest),
        access_checks=(),
        elements=request.elements,
        obligations=lambda day: (
            *checks.list_use_obligations(elements, day),
            *checks.list_statement_obligations(children.people.values(), day),
        ),
        purpose=request.purpose,
    )


def _collect_elements(
    use: checks.UseContext, facts: Facts, owners: frozenset[str]
) -> checks.UseElements:
    """Collect the elements as the dictionaries of the data owners describe them."""
    own_dictionaries = tuple(
        dictionary for dictionary in facts.dictionaries if dictionary.organization in owners
    )
    entries = [entry for dictionary in own_dictionaries for entry in dictionary.elements]
    context = replace(
        checks.build_disclosure_context(use, facts),
        classes=collect_special_classes(entries),
        identifiers=collect_identifier_classes(entries),
    )
    return checks.UseElements(use, own_dictionaries, context, facts.notices, facts.received)


def _build_student_terms(
    elements: checks.UseElements,
    facts: Facts,
    permissions: Mapping[str, tuple[checks.ElementPermission, ...]],
    on: date,
) -> checks.StudentTerms:
    """Build the conditions on each student; Head Start's consent must be revocable."""
    use, request = elements.use, elements.use.request
    owners = frozenset(
        owner
        for element_permissions in permissions.values()
        for permission in element_permissions
        for owner in permission.providers
    )
    return checks.StudentTerms(
        permissions=permissions,
        receiver=request.receiver,
        kind=use.receiver.kind if use.receiver else None,
        purpose=request.purpose,
        caseload=request.requires_caseload,
        policy=facts.policy,
        nations=_find_approving_nations(use.project, on),
        occasions=checks.list_exceptional_bases(facts, request, on),
        answered=frozenset(_list_answers(facts, owners, on)),
        revocable=frozenset(
            element
            for element in permissions
            if SpecialClass.HEAD_START in elements.list_classes(element)
        ),
        populations=checks.list_population_filters(use.disclosing_agreements),
        years=(use.first_year, use.last_year),
        signers=checks.find_state_signers(use.providers, facts.state_reviews, on),
        unassigned=checks.list_unassigned_students(
            request.people, facts.program_sites, use.actor, request.acting_for, on
        )
        if request.requires_caseload
        else frozenset(),
    )


def _list_answers(facts: Facts, owners: frozenset[str], on: date) -> Iterator[tuple[str, str]]:
    """Yield the questions that persons of the owners have answered: card and subject."""
    for answer in facts.answers:
        if answer.organization in owners and answer.is_valid(on):
            yield answer.card, answer.about


def _find_approving_nations(project: ProjectFact | None, on: date) -> frozenset[str]:
    """Find the tribal nations that have approved a project, by their last answer."""
    words = () if project is None else project.words
    nations = {word.organization for word in words if word.decider is Decider.NATIONS}
    last_words = (
        {nation: project.find_response(Decider.NATIONS, nation, on) for nation in nations}
        if project
        else {}
    )
    return frozenset(
        nation for nation, word in last_words.items() if word and word.answer is StepAnswer.APPROVE
    )


def _build_student_stage(
    children: _RequestedStudents, terms: checks.StudentTerms
) -> DecidePeople | None:
    """Build the stage of the students; none for figures that include no individual."""
    if not children.ids:
        return None
    return lambda elements, day: checks.judge_students(
        children.ids, children.people, terms, elements, day
    )


def _answer_for_own_child(child: str, people: Mapping[str, PersonFact]) -> PeopleAnswer:
    """Answer for the family's own child, if the child is on record."""
    if child in people:
        return PeopleAnswer({child: Outcome.ALLOW}, everyone=True)
    reason = Reason(
        cards.CHILD_UNKNOWN, Outcome.DENY, (("n", 1),), about=ABOUT_PEOPLE, people=(child,)
    )
    return PeopleAnswer({child: Outcome.DENY}, everyone=True, reasons=(reason,))
