"""Check that published or exported data cannot identify a child."""

from collections.abc import Iterator
from datetime import date

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import (
    FIGURE_RELEASE_ACTIONS,
    DeidentificationDetermination,
    Facts,
    UseRequest,
)
from cairn.policy.law.cards.outputs import extract as cards
from cairn.policy.vocabulary import Action, Level, Purpose, label_code

__all__ = ["check_record_code_method", "check_release_determination"]


@policy_check(cards.DETERMINED)
def check_release_determination(on: date, request: UseRequest, facts: Facts) -> Iterator[Reason]:
    """Check for a recorded determination that considers every earlier release (34 CFR 99.31(b)(1)).

    Args:
        on: date of the use.
        request: the use.
        facts: everything on record.
    Returns:
        One reason; none unless figures are released.
    """
    if request.action not in FIGURE_RELEASE_ACTIONS:
        return
    project_determinations = [
        determination
        for determination in facts.determinations
        if determination.project == request.project
        and determination.on <= on
        and _is_about(determination, request)
    ]
    complete_determinations = [
        determination
        for determination in project_determinations
        if determination.by.strip() and determination.method.strip()
    ]
    covered_releases = frozenset(
        release_id
        for determination in complete_determinations
        for release_id in determination.covers
    )
    uncovered_text = (
        "(the earlier releases were not checked)"
        if facts.releases is None
        else ", ".join(sorted(facts.releases - covered_releases))
    )
    is_met = (
        bool(complete_determinations)
        and facts.releases is not None
        and facts.releases <= covered_releases
    )
    yield Reason.from_card(cards.DETERMINED, met=is_met, earlier=uncovered_text or "(none)")


def _is_about(determination: DeidentificationDetermination, request: UseRequest) -> bool:
    """Tell whether a determination is about figures of these elements and school years."""
    elements, years = determination.elements, determination.years
    has_elements = elements is None or request.elements <= elements
    return has_elements and (years is None or {request.first_year, request.last_year} <= years)


@policy_check(cards.RANDOM, cards.METHOD_KEPT, cards.RESEARCH_ONLY)
def check_record_code_method(on: date, request: UseRequest, facts: Facts) -> Iterator[Reason]:
    """Check that the code in de-identified rows is random and secret (34 CFR 99.31(b)(2)).

    It may be used for research only.

    Args:
        on: date of the use.
        request: the use.
        facts: everything on record.
    Returns:
        The reasons about the code; none unless de-identified rows are exported.
    """
    if request.action is not Action.EXPORT or request.level is not Level.DE_IDENTIFIED:
        return
    record_code = next(
        (candidate for candidate in facts.codes if candidate.project == request.project), None
    )
    is_random = record_code is not None and record_code.random is True
    how = (
        "the method is not recorded"
        if record_code is None or record_code.random is None
        else "derived"
    )
    yield Reason.from_card(cards.RANDOM, met=is_random, element="The record code", how=how)
    is_method_kept = record_code is not None and record_code.method_kept is True
    method_text = "the method of making the code is not shared with any recipient."
    yield Reason.from_card(
        cards.METHOD_KEPT, met=is_method_kept, agreement=request.project, said=method_text
    )
    is_research = request.purpose is Purpose.RESEARCH
    purpose = label_code(request.purpose)
    yield Reason.from_card(cards.RESEARCH_ONLY, met=is_research, purpose=purpose)
