"""Decide what a member of staff may see of one student, element by element, or of all as shares.

The answer is that of "Can I use or share this data?" (`decide_use`), from the same checks. Two
rules only narrow it: who may open such a page at all, and what the page is for.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from cairn.policy import checks
from cairn.policy.engine import Decision, decide_request, policy_question
from cairn.policy.facts import AgreementFact, Facts, UseRequest, index_students_by_id
from cairn.policy.questions.data.uses import build_agreed_terms, build_agreed_use
from cairn.policy.vocabulary import Action, LegalBasis, Level, Purpose

__all__ = [
    "decide_program_results",
    "decide_student_access",
    "find_smallest_group",
    "limit_hidden_count",
    "list_student_openings",
    "list_viewer_parties",
    "may_keep_student_records",
    "select_viewer_agreements",
    "select_viewer_facts",
]

_MIN_HIDDEN: Final = 10
"""With the roster in hand, a smaller number of hidden students would tell who they are."""


@policy_question
def decide_student_access(request: UseRequest, facts: Facts, on: date) -> Decision:
    """Decide which elements of a student the staff of an organization may see on a day.

    A student who is not on record gets the same answer, from the same checks, as one without
    consent, roster, agreement or school that opens something. No reason is for the reader: an
    element that is not allowed is "not shared".

    Args:
        request: the page about one student (``Action.VIEW``), or a list (``Action.LIST``).
        facts: everything on record.
        on: date of the use.

    Returns:
        The decision, with an answer for each student and each element.
    """
    policy_request = build_agreed_use(request, facts, on)
    access_checks = checks.require_actor_access(
        Action.VIEW_STUDENT, facts.find_actor(request.actor), frozenset({request.acting_for})
    )
    purpose_check = checks.check_student_page(request)
    return decide_request(
        replace(
            policy_request,
            access_checks=access_checks,
            authority_checks=(*policy_request.authority_checks, purpose_check),
        ),
        on,
    )


@policy_question
def decide_program_results(request: UseRequest, facts: Facts, on: date) -> Decision:
    """Decide which elements of its students a program may count, to see its own results.

    These are the elements that the list of its students may show today. What differs is who asks: a
    person who works with all programs of the organization. Someone with an assignment knows the
    children of one site, and would learn of a few others by subtracting. The permit is to calculate
    figures; it shows no student.

    Args:
        request: a list of students (``Action.LIST``).
        facts: everything on record.
        on: date of the use.

    Returns:
        The decision, with an answer for each student and each element.
    """
    policy_request = build_agreed_use(request, facts, on)
    access_checks = checks.require_program_access(
        Action.VIEW_PROGRAM_RESULTS, facts.find_actor(request.actor), request.acting_for
    )
    purpose_check = checks.check_program_results(request)
    return decide_request(
        replace(
            policy_request,
            action=Action.AGGREGATE,
            access_checks=access_checks,
            authority_checks=(*policy_request.authority_checks, purpose_check),
        ),
        on,
    )


def find_smallest_group(decisions: Iterable[Decision]) -> int:
    """Find the smallest group of students with a share that a page may show.

    Args:
        decisions: the answers on which the page rests.

    Returns:
        The largest minimum cell of their agreements, and at least 10.
    """
    return max(_MIN_HIDDEN, *(decision.minimum_cell or 0 for decision in decisions), 0)


def list_student_openings(
    request: UseRequest, decision: Decision, facts: Facts, on: date
) -> Mapping[str, tuple[checks.ElementOpening, ...]]:
    """List what opens each allowed element of each student: agreement, basis and signed forms.

    Args:
        request: the page about the student, or the list.
        decision: its answer from `decide_student_access` or `decide_program_results`.
        facts: everything on record.
        on: date of the use.

    Returns:
        One opening for each element and agreement, by student; students who are not shared are
        absent.
    """
    if not decision.allowed:
        return {}
    permit = decision.require()
    terms = build_agreed_terms(request, facts, on)
    students = index_students_by_id(facts.people)
    shared = (decision.included | decision.partly.keys()) & students.keys()
    elements = {student_id: permit.list_elements_of(student_id) for student_id in sorted(shared)}
    return checks.list_element_openings(students, elements, terms, on)


def may_keep_student_records(agreement: AgreementFact) -> bool:
    """Tell whether an agreement lets someone see individual students, so that a page needs them.

    Records of single students are kept ready for a page only then. Invented data of a pilot serve
    no student.

    Args:
        agreement: the agreement that the records came under.

    Returns:
        True if it is about individual students that a recipient serves.
    """
    return (
        not agreement.pilot
        and agreement.basis is not LegalBasis.NO_DISCLOSURE
        and agreement.level is Level.INDIVIDUAL
        and Purpose.SERVICE_COORDINATION in agreement.purposes
    )


def select_viewer_facts(facts: Facts, viewer: str) -> Facts:
    """Select the facts on which a view by one organization can rest; the answer is the same.

    A page computes and archives a digest of all facts, and most agreements concern others.

    Args:
        facts: everything on record.
        viewer: slug of the organization that views.

    Returns:
        The facts with the agreements that name the organization, those that they depend on, and
        the facts about the parties of these.
    """
    agreements = select_viewer_agreements(facts.agreements, viewer)
    parties = list_viewer_parties(agreements, viewer)
    related = {agreement.reference for agreement in agreements}
    return replace(
        facts,
        agreements=agreements,
        dictionaries=tuple(item for item in facts.dictionaries if item.organization in parties),
        organizations=tuple(item for item in facts.organizations if item.slug in parties),
        notices=tuple(item for item in facts.notices if item.organization in parties),
        state_reviews=tuple(item for item in facts.state_reviews if item.organization in parties),
        disclosed=tuple(item for item in facts.disclosed if item.agreement in related),
        received={name: items for name, items in facts.received.items() if name in related},
    )


def select_viewer_agreements(
    agreements: Collection[AgreementFact], viewer: str
) -> tuple[AgreementFact, ...]:
    """Select the agreements that name an organization, and those that they depend on.

    Args:
        agreements: all agreements.
        viewer: slug of the organization that views.

    Returns:
        The agreements, in the order given.
    """
    own = (
        agreement.reference
        for agreement in agreements
        if viewer in {party.organization for party in agreement.parties}
        or viewer in {recipient.organization for recipient in agreement.onward}
    )
    related = {
        item.reference
        for reference in own
        for item in checks.select_related_agreements(agreements, reference)
    }
    return tuple(item for item in agreements if item.reference in related)


def list_viewer_parties(agreements: Collection[AgreementFact], viewer: str) -> frozenset[str]:
    """List the organizations with facts on which a view by one organization can rest.

    Args:
        agreements: what `select_viewer_agreements` selects.
        viewer: slug of the organization that views.

    Returns:
        Slugs of the parties, and of the organization itself.
    """
    parties = {party.organization for agreement in agreements for party in agreement.parties}
    return frozenset(parties | {viewer})


def limit_hidden_count(hidden: int) -> int | None:
    """Limit what a page says about the number of students on a roster of whom it shows nothing.

    Args:
        hidden: the number.

    Returns:
        The number; None if it is too small to be shown.
    """
    return hidden if hidden == 0 or hidden >= _MIN_HIDDEN else None
