"""Define the facts of dashboards: an organization's own figures and targets."""

from dataclasses import dataclass, field

from cairn.policy.facts.later_fields import ADDED_LATER

__all__ = ["FactorFact", "OwnFiguresFact", "TargetFact"]


@dataclass(frozen=True, slots=True)
class FactorFact:
    """Describe an indicator that is to be named as a contributing factor of an outcome.

    ``outcome`` and ``factor`` are titles; ``is_same`` says whether both are one indicator.
    ``is_published`` says whether both have published figures, ``is_named`` whether the factor is
    named already. ``reason`` says why it contributes; empty refuses it.
    """

    outcome: str
    factor: str
    is_same: bool
    is_published: bool
    is_named: bool
    reason: str


@dataclass(frozen=True, slots=True)
class OwnFiguresFact:
    """Describe one organization's own part of a published outcome.

    ``name`` is its common name, ``outcome`` the title of the indicator. ``has_rows`` says whether
    its children are in the tables under its own name. ``delivered_by`` are the organizations
    (slugs) with records in the outcome, ``rows_of`` those of them with children in the tables under
    their own names. ``tables`` are the published breakdowns; ``hold`` those in which an attacker
    who has all of the organization's own figures learns of no other small cell.
    """

    organization: str
    name: str
    outcome: str
    has_rows: bool
    delivered_by: frozenset[str]
    rows_of: frozenset[str]
    tables: frozenset[str]
    hold: frozenset[str]


@dataclass(frozen=True, slots=True)
class TargetFact:
    """Describe a proposed target; shares are in thousandths of the children it is for.

    Partners agree on the target; Cairn reads ``begins`` from the published figures. Years are
    school years such as "2025-26", or calendar years.

    Attributes:
        outcome: title of the outcome.
        higher_is_better: direction of the outcome: whether a higher share is the better one.
        year: published year from which progress counts.
        begins: published share in ``year``, or the lowest of a range; None if there is none.
        rounding: the most by which ``begins`` is rounded: 5 for a whole percent.
        begins_high: the highest share of a published range; None if one share is published.
        group: the children that the target is for, in words; empty for all children.
        until: year in which the target is to be reached.
        share: share to reach in ``until``.
        agreed_by: body that agreed on the target, in words; empty refuses the target.
        context: what a reader must know about the number; empty refuses the target.
    """

    outcome: str
    higher_is_better: bool
    year: str
    begins: int | None
    until: str
    share: int
    agreed_by: str
    context: str
    rounding: int = field(default=0, metadata=ADDED_LATER)
    begins_high: int | None = field(default=None, metadata=ADDED_LATER)
    group: str = field(default="", metadata=ADDED_LATER)
