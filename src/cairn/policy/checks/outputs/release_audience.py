"""Check a release that is for one partner: a party, a minimum, ranges, and that partner's attack.

The partner is an insider. It may know the outcome of each of its own children but one, so that an
exact number would give the last one away (34 CFR 99.31(b)(1): reasonably available information).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.checks.agreements.agreement_validity import is_agreement_in_force
from cairn.policy.engine import BoundCheck, Reason, policy_check
from cairn.policy.facts import AgreementFact, ReleaseAudience, ReleaseFact
from cairn.policy.law.cards.outputs import release_audience as cards
from cairn.policy.vocabulary import Outcome

__all__ = [
    "LEAST_PARTNER_MINIMUM",
    "check_audience_cohort",
    "check_audience_minimum",
    "check_audience_party",
    "check_audience_ranges",
    "check_audience_tested",
    "check_for_everyone",
    "check_for_one_partner",
    "list_audience_obstacles",
    "require_lawful_audience",
]

LEAST_PARTNER_MINIMUM: Final = 10
"""The smallest group, in children, that a release to one partner may show."""


def require_lawful_audience(
    audience: ReleaseAudience | None, agreements: tuple[AgreementFact, ...]
) -> tuple[BoundCheck, ...]:
    """List the checks of a release to one partner; none for a public release.

    Args:
        audience: the partner, or None for everyone.
        agreements: facts of every agreement that covers the data.
    Returns:
        The checks.
    """
    if audience is None:
        return ()
    return (
        check_audience_party(audience, agreements),
        check_audience_minimum(audience),
        check_audience_ranges(audience),
        check_audience_cohort(audience),
    )


def list_audience_obstacles(audience: ReleaseAudience, on: date) -> tuple[Reason, ...]:
    """List the obstacles to a release for one partner beside its agreements, for a form.

    Args:
        audience: the partner.
        on: the day.
    Returns:
        The refusals.
    """
    form_checks = (
        check_audience_minimum(audience),
        check_audience_ranges(audience),
        check_audience_cohort(audience),
    )
    return tuple(
        reason
        for check in form_checks
        for reason in check.run(on)
        if reason.effect is not Outcome.ALLOW
    )


@policy_check(cards.PARTY)
def check_audience_party(
    on: date, audience: ReleaseAudience, agreements: tuple[AgreementFact, ...]
) -> Reason:
    """Check that the partner is a party to an agreement in force that covers the data.

    Args:
        on: date of the check.
        audience: the partner.
        agreements: facts of every agreement that covers the data.
    Returns:
        One reason.
    """
    own = [
        (agreement, party.name)
        for agreement in agreements
        for party in agreement.parties
        if party.organization == audience.organization
    ]
    in_force = [agreement for agreement, _name in own if is_agreement_in_force(agreement, on)]
    name = own[0][1] if own else audience.organization
    reference = in_force[0].reference if in_force else ""
    return Reason.from_card(cards.PARTY, met=bool(in_force), organization=name, agreement=reference)


@policy_check(cards.MINIMUM)
def check_audience_minimum(on: date, audience: ReleaseAudience) -> Reason:
    """Check that the smallest group is large enough for a reader who knows its own children.

    Args:
        on: date of the check.
        audience: the partner, with the smallest group that the release shows.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.MINIMUM,
        met=audience.minimum >= LEAST_PARTNER_MINIMUM,
        minimum=audience.minimum,
        least=LEAST_PARTNER_MINIMUM,
    )


@policy_check(cards.RANGES)
def check_audience_ranges(on: date, audience: ReleaseAudience) -> Reason:
    """Check that the release has percentages in ranges only.

    Args:
        on: date of the check.
        audience: the partner, with how its release is protected.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.RANGES, met=audience.in_ranges)


@policy_check(cards.COHORT)
def check_audience_cohort(on: date, audience: ReleaseAudience) -> Iterator[Reason]:
    """Check that the day of a fixed cohort has come, so that no one joins or leaves it any more.

    Args:
        on: date of the check.
        audience: the partner, with the day of the cohort.
    Returns:
        One reason; none where the children of each period count.
    """
    if audience.cohort_on is not None:
        day = audience.cohort_on
        yield Reason.from_card(cards.COHORT, met=day <= on, day=day.isoformat())


@policy_check(cards.ATTACKED)
def check_audience_tested(on: date, release: ReleaseFact) -> Iterator[Reason]:
    """Check that the audit attacked as the partner that the release is for.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        One reason; none for a public release, and before the first audit.
    """
    if release.audience is not None and release.safe is not None:
        yield Reason.from_card(
            cards.ATTACKED,
            met=release.audience.was_tested,
            organization=_name_audience(release.audience, release.agreements),
        )


@policy_check(cards.ONE_READER)
def check_for_everyone(on: date, release: ReleaseFact) -> Iterator[Reason]:
    """Check that a release is for the public.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        A refusal for a release to one partner.
    """
    if release.audience is not None:
        yield Reason.from_card(cards.ONE_READER, met=False, organization="")


@policy_check(cards.ONE_READER)
def check_for_one_partner(on: date, release: ReleaseFact) -> Reason:
    """Check that a release is for one partner; who asks acts for that partner, or for the hub.

    Args:
        on: date of the check.
        release: facts of the release.
    Returns:
        One reason.
    """
    audience = release.audience
    name = "" if audience is None else _name_audience(audience, release.agreements)
    return Reason.from_card(cards.ONE_READER, met=audience is not None, organization=name)


def _name_audience(audience: ReleaseAudience, agreements: Iterable[AgreementFact]) -> str:
    names = {
        party.organization: party.name for agreement in agreements for party in agreement.parties
    }
    return names.get(audience.organization, audience.organization)
