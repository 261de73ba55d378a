"""Check that synthetic data of a pilot and real data never mix.

A pilot tries the partnership's own rules on synthetic data. No check is turned off. The agreement
says that it is for a pilot; the sender says that a delivery is synthetic and how it was made.
Everything not marked synthetic is real.
"""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, policy_check
from cairn.policy.facts import Actor, AgreementFact, ProjectFact
from cairn.policy.law.cards.governance import pilot as cards
from cairn.policy.vocabulary import LegalBasis, ProjectState

__all__ = [
    "check_agreements_match_project",
    "check_agreements_match_use",
    "check_agreements_unmixed",
    "check_delivery_matches_pilot",
    "check_no_children_in_pilot",
    "check_not_pilot",
    "check_pilot_tried",
    "check_project_is_pilot",
    "check_project_matches_agreements",
    "check_same_pilot_status",
    "check_takes_part_in_pilot",
]

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


@policy_check(cards.APART)
def check_pilot_status_above(on: date, agreement: AgreementFact) -> Iterator[Reason]:
    """Check that agreements above this one that disclose data have its pilot status."""
    disclosing_agreements = tuple(
        above_agreement
        for above_agreement in agreement.above
        if above_agreement.basis is not LegalBasis.NO_DISCLOSURE
    )
    if agreement.pilot or any(above_agreement.pilot for above_agreement in disclosing_agreements):
        yield from _check_unmixed((agreement, *disclosing_agreements))


@policy_check(cards.INVENTED_ONLY, cards.REAL_ONLY)
def check_delivery_matches_pilot(
    on: date, agreement: AgreementFact, synthetic: str
) -> Iterator[Reason]:
    """Check that a delivery and its agreement are both synthetic or both real.

    ``synthetic`` says how the delivery was made, and is empty for real data.

    Args:
        on: date of the check.
        agreement: facts of the agreement.
        synthetic: how the delivery was made; empty for real data.
    Returns:
        One reason if the delivery or its agreement is synthetic.
    """
    is_synthetic = bool(synthetic.strip())
    if agreement.pilot:
        yield Reason.from_card(cards.INVENTED_ONLY, met=is_synthetic, agreement=agreement.reference)
    elif is_synthetic:
        yield Reason.from_card(cards.REAL_ONLY, met=False, agreement=agreement.reference)


@policy_check(cards.APART)
def check_agreements_unmixed(on: date, agreements: tuple[AgreementFact, ...]) -> Iterator[Reason]:
    """Check that the agreements behind a use are all for a pilot or all real.

    Args:
        on: date of the check.
        agreements: facts of every agreement behind the use.
    Returns:
        One reason if an agreement is for a pilot.
    """
    yield from _check_unmixed(agreements)


def _check_unmixed(agreements: tuple[AgreementFact, ...]) -> Iterator[Reason]:
    pilots, real = _split_references(agreements)
    if pilots:
        yield Reason.from_card(cards.APART, met=not real, pilots=pilots, real=real, world="a pilot")


@policy_check(cards.APART)
def check_agreements_match_use(
    on: date, agreements: tuple[AgreementFact, ...], *, pilot: bool
) -> Iterator[Reason]:
    """Check that the agreements behind a use are for a pilot exactly if the use is.

    Args:
        on: date of the check.
        agreements: facts of every agreement behind the use.
        pilot: whether the use is for a pilot with synthetic data.
    Returns:
        One reason if the use or an agreement is for a pilot.
    """
    pilots, real = _split_references(agreements)
    if pilot or pilots:
        mismatched = real if pilot else pilots
        yield Reason.from_card(
            cards.APART, met=not mismatched, world="a pilot", pilots=pilots, real=real
        )


@policy_check(cards.RESTS_ON)
def check_project_matches_agreements(on: date, project: ProjectFact) -> Iterator[Reason]:
    """Check that a project and every agreement that it names are for a pilot, or none is.

    Args:
        on: date of the check.
        project: facts of the project.
    Returns:
        One reason if the project or an agreement is for a pilot.
    """
    agreements_named = frozenset(project.agreements)
    mismatched = (
        agreements_named - project.pilots if project.pilot else agreements_named & project.pilots
    )
    yield from _check_project_status(project, mismatched)


@policy_check(cards.RESTS_ON)
def check_agreements_match_project(
    on: date, project: ProjectFact | None, agreements: tuple[AgreementFact, ...]
) -> Iterator[Reason]:
    """Check that agreements match their project; without one, none is for a pilot.

    Args:
        on: date of the check.
        project: the project, ``None`` if none is named.
        agreements: facts of every agreement behind the use.
    Returns:
        One reason if the project or an agreement is for a pilot.
    """
    pilot = project.pilot if project else False
    mismatched = frozenset(
        agreement.reference for agreement in agreements if bool(agreement.pilot) is not pilot
    )
    if project is not None:
        yield from _check_project_status(project, mismatched)
    elif mismatched:
        reference_text = ", ".join(sorted(mismatched))
        facts = {"project": "(no project)", "kind": "about real children", "others": reference_text}
        yield Reason.from_card(cards.RESTS_ON, met=False, **facts)


def _check_project_status(project: ProjectFact, mismatched: frozenset[str]) -> Iterator[Reason]:
    if project.pilot or mismatched:
        kind = "a pilot" if project.pilot else "about real children"
        facts = {
            "project": project.reference,
            "kind": kind,
            "others": ", ".join(sorted(mismatched)),
        }
        yield Reason.from_card(cards.RESTS_ON, met=not mismatched, **facts)


@policy_check(cards.NOBODY)
def check_no_children_in_pilot(
    on: date, agreements: tuple[AgreementFact, ...], people: Collection[str]
) -> Iterator[Reason]:
    """Check that a pilot agreement concerns no child.

    Args:
        on: date of the check.
        agreements: facts of every agreement behind the use.
        people: ids of the students concerned.
    Returns:
        One reason per agreement of a pilot.
    """
    for agreement in agreements:
        if agreement.pilot:
            yield Reason.from_card(cards.NOBODY, met=not people, agreement=agreement.reference)


@policy_check(cards.NOT_PUBLIC)
def check_not_pilot(on: date, *, pilot: bool) -> Iterator[Reason]:
    """Check that figures of a pilot are not published.

    Args:
        on: date of the check.
        pilot: whether the figures are those of a pilot.
    Returns:
        A refusal if they are.
    """
    if pilot:
        yield Reason.from_card(cards.NOT_PUBLIC, met=False)


@policy_check(cards.REMAINS)
def check_same_pilot_status(
    on: date, reference: str, *, was: bool | None, now: bool
) -> Iterator[Reason]:
    """Check that a text replaces one with the same pilot status.

    ``was`` is ``None`` if there is no earlier text.

    Args:
        on: date of the check.
        reference: reference of the agreement.
        was: whether the earlier text is for a pilot; ``None`` if there is none.
        now: whether this text is for a pilot.
    Returns:
        One reason if one of the texts is for a pilot.
    """
    if was is not None and (was or now):
        kinds = {True: "the agreement of a pilot", False: "an agreement about real children"}
        facts = {"agreement": reference, "was": kinds[was], "now": kinds[now]}
        yield Reason.from_card(cards.REMAINS, met=was is now, **facts)


@policy_check(cards.IS_A_PILOT)
def check_project_is_pilot(on: date, project: ProjectFact) -> Reason:
    """Check that the project is a pilot.

    Args:
        on: date of the check.
        project: facts of the project.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.IS_A_PILOT, met=project.pilot, project=project.reference)


@policy_check(cards.TAKES_PART)
def check_takes_part_in_pilot(on: date, project: ProjectFact, actor: Actor) -> Reason:
    """Check that the user acts for an organization that takes part in the pilot.

    Args:
        on: date of the check.
        project: facts of the project.
        actor: the person who records a lesson.
    Returns:
        One reason.
    """
    participants = {project.lead, *project.providers, *project.organizations}
    is_met = not actor.list_organizations(on).isdisjoint(participants)
    return Reason.from_card(cards.TAKES_PART, met=is_met, project=project.reference)


@policy_check(cards.TRIED)
def check_pilot_tried(on: date, project: ProjectFact, lessons: int) -> Reason:
    """Check that the pilot reached an approved state or recorded a lesson.

    Args:
        on: date of the check.
        project: facts of the project.
        lessons: number of lessons recorded in the pilot.
    Returns:
        One reason.
    """
    is_met = project.state in _TRIED_STATES or lessons > 0
    return Reason.from_card(cards.TRIED, met=is_met, project=project.reference)


def _split_references(agreements: tuple[AgreementFact, ...]) -> tuple[str, str]:
    """Split the references of agreements into those of pilots and those about real children."""
    references = {True: "", False: ""}
    for pilot in references:
        matching = sorted(
            {agreement.reference for agreement in agreements if bool(agreement.pilot) is pilot}
        )
        references[pilot] = ", ".join(matching)
    return references[True], references[False]
