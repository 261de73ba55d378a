"""How far a role goes: the affiliation by which somebody may act for an organization."""

from datetime import date

from cairn.rules.actor import Actor, Affiliation
from cairn.rules.cleared import is_cleared
from cairn.rules.roles import ACCESS, SEES_CHILDREN, Reach
from cairn.rules.vocabulary import Action, OrganizationKind


def reached(
    action: Action, actor: Actor, organizations: frozenset[str] | None, on: date
) -> Affiliation | None:
    """The affiliation by which this person may act for one of the organizations, if any.

    Where several would do and a child can be seen, one whose organization is cleared comes first.
    """
    held = [
        affiliation
        for affiliation in actor.affiliations
        if (reach := ACCESS[action].get(affiliation.role))
        and affiliation.live(on)
        and _reaches(reach, affiliation, organizations)
    ]
    if action in SEES_CHILDREN:
        cleared = (
            a for a in held if is_cleared(a.organization, actor.security_of(a.organization), on)
        )
        return next(cleared, next(iter(held), None))
    return next(iter(held), None)


def _reaches(reach: Reach, affiliation: Affiliation, organizations: frozenset[str] | None) -> bool:
    at_backbone = affiliation.kind is OrganizationKind.BACKBONE
    if reach is Reach.BACKBONE_ONLY:
        return at_backbone
    if reach is Reach.EVERY or organizations is None:
        return True
    if reach is Reach.FROM_BACKBONE and at_backbone:
        return True
    return affiliation.organization in organizations
