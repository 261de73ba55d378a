"""Find counsel's reviews of state law, and which data owners still need one."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from django.db.models import F, QuerySet

from cairn.governance.partners.models import Organization, StateReview
from cairn.policy.engine import load_fact
from cairn.policy.facts import StateLawReview
from cairn.policy.law import needs_counsel_review

__all__ = ["load_state_reviews"]


def load_state_reviews(organizations: Iterable[str] | None = None) -> tuple[StateLawReview, ...]:
    """Load counsel's reviews of state law.

    Args:
        organizations: short names of data owners; None for all.

    Returns:
        The reviews as policy reads them.
    """
    rows = StateReview.objects.select_related("organization")
    if organizations is not None:
        rows = rows.filter(organization__slug__in=set(organizations))
    return tuple(map(build_state_review, rows))


def build_state_review(row: StateReview) -> StateLawReview:
    """Build the fact of one review.

    Args:
        row: the review's row.

    Returns:
        The fact.
    """
    stored: dict[str, Any] = {
        "state": row.state,
        "organization": row.organization.slug,
        "reviewed_by": row.counsel,
        "reviewed_on": row.reviewed_on.isoformat(),
        "expires_on": row.expires_on.isoformat(),
        "law": row.law,
        **row.answers,
    }
    return load_fact(StateLawReview, stored)


def find_state_name(state: str) -> str:
    """Find the name of a state.

    Args:
        state: its postal code.

    Returns:
        The name; the code itself where it is not one of a state or territory.
    """
    return _load_state_names().get(state, state)


@cache
def _load_state_names() -> Mapping[str, str]:
    text = (files("cairn.governance.partners") / "us_states.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def list_state_reviews(organization: Organization) -> QuerySet[StateReview]:
    """List the reviews for one data owner, newest first.

    Args:
        organization: the data owner.

    Returns:
        The query of reviews.
    """
    return StateReview.objects.filter(organization=organization).select_related("recorded_by")


def find_current_review(organization: Organization, on: date) -> StateReview | None:
    """Find the review that counts for a data owner on a day.

    Args:
        organization: the data owner.
        on: the day.

    Returns:
        The newest review for its present state that has not expired; None if there is none.
    """
    return find_current_reviews([organization], on).get(organization.pk)


def find_current_reviews(organizations: Iterable[Organization], on: date) -> dict[int, StateReview]:
    """Find the review that counts for each of several data owners on a day, with one query.

    Args:
        organizations: the data owners.
        on: the day.

    Returns:
        As `find_current_review`, by the id of the data owner; none for an owner without one.
    """
    rows = StateReview.objects.filter(
        organization__in={row.pk for row in organizations},
        state=F("organization__state"),
        reviewed_on__lte=on,
        expires_on__gte=on,
    )
    current: dict[int, StateReview] = {}
    for review in rows.exclude(state="").select_related("recorded_by"):
        current.setdefault(review.organization_id, review)
    return current


def needs_state_review(organization: Organization, on: date) -> bool:
    """Return whether counsel of the owner still has to review the law of its state.

    Args:
        organization: the data owner.
        on: the day.
    """
    state = organization.state
    is_open = bool(state) and needs_counsel_review(state)
    return is_open and find_current_review(organization, on) is None
