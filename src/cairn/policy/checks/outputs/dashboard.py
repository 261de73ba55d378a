"""Check own figures beside published ones, targets, and tables that an agency published."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Reason, element_check, policy_check
from cairn.policy.facts import FactorFact, OwnFiguresFact, ReleaseFact, TargetFact
from cairn.policy.law.cards.outputs import dashboard as cards

__all__ = [
    "check_factor",
    "check_others_protected",
    "check_own_records",
    "check_table_shown",
    "check_table_terms",
    "check_target_agreed",
    "check_target_ahead",
    "check_target_baseline",
]

_MAXIMUM_SHARE: Final = 1000


@policy_check(cards.OWN_RECORDS)
def check_own_records(on: date, release: ReleaseFact, own: OwnFiguresFact) -> Reason:
    """Check that the figures are counted from the organization's own rows only.

    Args:
        on: date of the check.
        release: facts of the release.
        own: the organization's own part of the outcome.
    Returns:
        One reason.
    """
    other_sources = own.delivered_by - own.rows_of
    objection = ""
    if own.organization not in release.owners or not own.has_rows:
        objection = ": the tables contain none of its rows, or their counts have been destroyed"
    elif other_sources:
        objection = (
            f": other partners submitted part of the data ({', '.join(sorted(other_sources))})"
        )
    return Reason.from_card(
        cards.OWN_RECORDS,
        met=not objection,
        outcome=own.outcome,
        organization=own.name,
        because=objection,
    )


@element_check(cards.OTHERS_HOLD)
def check_others_protected(table: str, on: date, own: OwnFiguresFact) -> Reason:
    """Check that the figures of other organizations stay protected beside its own.

    Args:
        table: the table of figures.
        on: date of the check.
        own: the organization's own part of the outcome.
    Returns:
        One reason.
    """
    return Reason.from_card(
        cards.OTHERS_HOLD, met=table in own.hold, table=table, organization=own.name
    )


@policy_check(cards.BASELINE)
def check_target_baseline(on: date, target: TargetFact) -> Reason:
    """Check that a published figure is the baseline of the target.

    Args:
        on: date of the check.
        target: the proposed target.
    Returns:
        One reason.
    """
    words = {"outcome": target.outcome, "year": target.year, "group": _name_group(target)}
    if target.begins is None:
        return Reason.from_card(cards.BASELINE, met=False, **words)
    return Reason.from_card(cards.BASELINE, met=True, share=_format_baseline(target), **words)


@policy_check(cards.AHEAD)
def check_target_ahead(on: date, target: TargetFact) -> Iterator[Reason]:
    """Check that the target is later and better than its baseline.

    A target from a range is better than every share in the range. Otherwise it could be met on
    the day on which it is set, and no reader could tell.

    Args:
        on: date of the check.
        target: the proposed target.
    Returns:
        One reason; none without a baseline.
    """
    if target.begins is None:
        return
    later = target.until > target.year
    if target.higher_is_better:
        highest = target.begins if target.begins_high is None else target.begins_high
        gain = target.share - highest
    else:
        gain = target.begins - target.share
    is_met = later and gain > target.rounding and 0 <= target.share <= _MAXIMUM_SHARE
    yield Reason.from_card(
        cards.AHEAD,
        met=is_met,
        target=_format_share(target.share),
        until=target.until,
        share=_format_baseline(target),
        year=target.year,
        better="higher" if target.higher_is_better else "lower",
    )


@policy_check(cards.AGREED)
def check_target_agreed(on: date, target: TargetFact) -> Reason:
    """Check that the target says who agreed to it and which work will reach it.

    Args:
        on: date of the check.
        target: the proposed target.
    Returns:
        One reason.
    """
    required_texts = {"who agreed to it": target.agreed_by, "the planned actions": target.context}
    missing = " and ".join(label for label, text in required_texts.items() if not text.strip())
    return Reason.from_card(cards.AGREED, met=not missing, missing=missing)


@policy_check(cards.FACTOR)
def check_factor(on: date, factor: FactorFact) -> Reason:
    """Check that an indicator may be named as a contributing factor of an outcome.

    Args:
        on: date of the check.
        factor: the proposed factor.
    Returns:
        One reason.
    """
    objections = {
        "it is the outcome itself": factor.is_same,
        "one of them has no published figures": not factor.is_published,
        "it is named already": factor.is_named,
        "the reason is missing": not factor.reason.strip(),
    }
    missing = " and ".join(text for text, applies in objections.items() if applies)
    return Reason.from_card(
        cards.FACTOR,
        met=not missing,
        missing=missing,
        outcome=factor.outcome,
        factor=factor.factor,
    )


@policy_check(cards.SHOWN_TABLE)
def check_table_shown(on: date, *, shown: bool) -> Reason:
    """Check that the data manager decided to show a published table to the public.

    Args:
        on: date of the check.
        shown: whether it is shown.
    Returns:
        One reason.
    """
    return Reason.from_card(cards.SHOWN_TABLE, met=shown)


@policy_check(cards.TABLE_TERMS)
def check_table_terms(on: date, terms: str, confirmed_terms: str) -> Reason:
    """Check that a person confirmed the terms of use that a published table has now.

    Args:
        on: date of the check.
        terms: the license or terms of use of the table.
        confirmed_terms: the terms that a person confirmed; empty if none were.
    Returns:
        One reason.
    """
    is_confirmed = bool(terms) and terms == confirmed_terms
    return Reason.from_card(cards.TABLE_TERMS, met=is_confirmed)


def _name_group(target: TargetFact) -> str:
    return target.group or "all children"


def _format_baseline(target: TargetFact) -> str:
    low = _format_share(target.begins or 0)
    if target.begins_high in (None, target.begins):
        return low
    return f"{low} to {_format_share(target.begins_high or 0)}"


def _format_share(share: int) -> str:
    whole, tenths = divmod(share, 10)
    return f"{whole}.{tenths}%" if tenths else f"{whole}%"
