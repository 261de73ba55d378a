"""Check that synthetic data of a pilot and real data never mix.

A pilot tries the partnership's own rules on synthetic data. No check is turned off. The agreement
says that it is for a pilot; the sender says that a delivery is synthetic and how it was made.
Everything not marked synthetic is real.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from typing import Final

from cairn.policy.engine import Reason, Rule
from cairn.policy.facts import Actor, AgreementFact, ProjectFact
from cairn.policy.law import RuleCard
from cairn.policy.law.cards.governance import pilot as cards
from cairn.policy.vocabulary import LegalBasis, Outcome, ProjectState

_TRIED_STATES: Final = frozenset(
    {
        ProjectState.CONDITIONS,
        ProjectState.APPROVED,
        ProjectState.ACTIVE,
        ProjectState.ANALYSIS,
        ProjectState.CLOSING,
        ProjectState.CLOSED,
        ProjectState.SUPERSEDED,
    }
)


def require_matching_delivery(agreement: AgreementFact, synthetic: str) -> Rule:
    """Build the rule that a delivery and its agreement are both synthetic or both real.

    ``synthetic`` says how the delivery was made, and is empty for real data.
    """
    return partial(_check_delivery_match, agreement, synthetic)


def require_unmixed_agreements(agreements: Iterable[AgreementFact]) -> Rule:
    """Build the rule that the agreements behind a use are all for a pilot or all real."""
    return partial(_check_unmixed, tuple(agreements))


def require_agreements_match_use(agreements: Iterable[AgreementFact], *, pilot: bool) -> Rule:
    """Build the rule that the agreements behind a use are for a pilot exactly if the use is."""
    return partial(_check_agreements_match_use, tuple(agreements), pilot=pilot)


def require_project_matches_agreements(project: ProjectFact) -> Rule:
    """Build the rule that a project and every agreement that it names are for a pilot, or none
    is.
    """
    return partial(_check_project_agreements, project)


def require_agreements_match_project(
    project: ProjectFact | None, agreements: Iterable[AgreementFact]
) -> Rule:
    """Build the rule that agreements match their project; without one, none is for a pilot."""
    return partial(_check_agreements_of_project, project, tuple(agreements))


def require_no_children_in_pilot(
    agreements: Iterable[AgreementFact], people: Iterable[str]
) -> Rule:
    """Build the rule that a pilot agreement concerns no child."""
    return partial(_check_no_children, tuple(agreements), frozenset(people))


def require_not_pilot(*, pilot: bool) -> Rule:
    """Build the rule that figures of a pilot are not published."""
    return partial(_check_not_pilot, pilot=pilot)


def require_same_pilot_status(reference: str, *, was: bool | None, now: bool) -> Rule:
    """Build the rule that a text replaces one with the same pilot status.

    ``was`` is ``None`` if there is no earlier text.
    """
    return partial(_check_same_status, reference, was=was, now=now)


def check_pilot_status_above(agreement: AgreementFact, on: date) -> Iterator[Reason]:
    """Check that agreements above this one that disclose data have its pilot status."""
    disclosing_agreements = tuple(
        above_agreement
        for above_agreement in agreement.above
        if above_agreement.basis is not LegalBasis.NO_DISCLOSURE
    )
    if agreement.pilot or any(above_agreement.pilot for above_agreement in disclosing_agreements):
        yield from _check_unmixed((agreement, *disclosing_agreements), on)


def _check_delivery_match(agreement: AgreementFact, synthetic: str, on: date) -> Iterator[Reason]:
    is_synthetic = bool(synthetic.strip())
    if agreement.pilot:
        yield _build_pilot_reason(
            cards.INVENTED_ONLY, met=is_synthetic, agreement=agreement.reference
        )
    elif is_synthetic:
        yield _build_pilot_reason(cards.REAL_ONLY, met=False, agreement=agreement.reference)


def _check_unmixed(agreements: tuple[AgreementFact, ...], on: date) -> Iterator[Reason]:
    pilots, real = _split_references(agreements)
    if pilots:
        yield _build_pilot_reason(
            cards.APART, met=not real, pilots=pilots, real=real, world="a pilot"
        )


def _check_agreements_match_use(
    agreements: tuple[AgreementFact, ...], on: date, *, pilot: bool
) -> Iterator[Reason]:
    pilots, real = _split_references(agreements)
    if pilot or pilots:
        mismatched = real if pilot else pilots
        same_status = pilots if pilot else real
        reference_facts = (
            {"pilots": same_status, "real": mismatched}
            if pilot
            else {"pilots": mismatched, "real": same_status}
        )
        yield _build_pilot_reason(
            cards.APART, met=not mismatched, world="a pilot", **reference_facts
        )


def _check_project_agreements(project: ProjectFact, on: date) -> Iterator[Reason]:
    agreements_named = frozenset(project.agreements)
    mismatched = (
        agreements_named - project.pilots if project.pilot else agreements_named & project.pilots
    )
    yield from _check_project_status(project, mismatched)


def _check_agreements_of_project(
    project: ProjectFact | None, agreements: tuple[AgreementFact, ...], on: date
) -> Iterator[Reason]:
    pilot = project.pilot if project else False
    mismatched = frozenset(
        agreement.reference for agreement in agreements if bool(agreement.pilot) is not pilot
    )
    if project is not None:
        yield from _check_project_status(project, mismatched)
    elif mismatched:
        reference_text = ", ".join(sorted(mismatched))
        facts = {"project": "(no project)", "kind": "about real children", "others": reference_text}
        yield _build_pilot_reason(cards.RESTS_ON, met=False, **facts)


def _check_project_status(project: ProjectFact, mismatched: frozenset[str]) -> Iterator[Reason]:
    if project.pilot or mismatched:
        kind = "a pilot" if project.pilot else "about real children"
        facts = {
            "project": project.reference,
            "kind": kind,
            "others": ", ".join(sorted(mismatched)),
        }
        yield _build_pilot_reason(cards.RESTS_ON, met=not mismatched, **facts)


def _check_no_children(
    agreements: tuple[AgreementFact, ...], people: frozenset[str], on: date
) -> Iterator[Reason]:
    for agreement in agreements:
        if agreement.pilot:
            yield _build_pilot_reason(cards.NOBODY, met=not people, agreement=agreement.reference)


def _check_not_pilot(on: date, *, pilot: bool) -> Iterator[Reason]:
    if pilot:
        yield _build_pilot_reason(cards.NOT_PUBLIC, met=False)


def _check_same_status(
    reference: str, on: date, *, was: bool | None, now: bool
) -> Iterator[Reason]:
    if was is not None and (was or now):
        kinds = {True: "the agreement of a pilot", False: "an agreement about real children"}
        facts = {"agreement": reference, "was": kinds[was], "now": kinds[now]}
        yield _build_pilot_reason(cards.REMAINS, met=was is now, **facts)


def check_project_is_pilot(project: ProjectFact, on: date) -> Iterator[Reason]:
    """Check that the project is a pilot."""
    yield _build_pilot_reason(cards.IS_A_PILOT, met=project.pilot, project=project.reference)


def check_takes_part_in_pilot(project: ProjectFact, actor: Actor, on: date) -> Iterator[Reason]:
    """Check that the user acts for an organization that takes part in the pilot."""
    participants = {project.lead, *project.providers, *project.organizations}
    is_met = not actor.organizations(on).isdisjoint(participants)
    yield _build_pilot_reason(cards.TAKES_PART, met=is_met, project=project.reference)


def check_pilot_tried(project: ProjectFact, lessons: int, on: date) -> Iterator[Reason]:
    """Check that the pilot reached an approved state or recorded a lesson."""
    is_met = project.state in _TRIED_STATES or lessons > 0
    yield _build_pilot_reason(cards.TRIED, met=is_met, project=project.reference)


def _split_references(agreements: tuple[AgreementFact, ...]) -> tuple[str, str]:
    """Split the references of the agreements into those for a pilot and those about real
    children.
    """
    references = {True: "", False: ""}
    for pilot in references:
        matching = sorted(
            {agreement.reference for agreement in agreements if bool(agreement.pilot) is pilot}
        )
        references[pilot] = ", ".join(matching)
    return references[True], references[False]


def _build_pilot_reason(card: RuleCard, *, met: bool, **facts: str | int) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
