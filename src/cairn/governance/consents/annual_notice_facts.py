"""Build the facts about annual notices that `cairn.policy` judges."""

from collections.abc import Iterable

from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.policy.facts import AnnualNotice

__all__ = ["find_notice_in_effect", "load_annual_notices"]


def load_annual_notices(organizations: Iterable[str] | None = None) -> tuple[AnnualNotice, ...]:
    """Load the annual notices in effect, neither replaced nor withdrawn.

    Args:
        organizations: slugs of the schools and districts; None for all of them.

    Returns:
        One fact for each organization and school year.
    """
    rows = AnnualNoticeVersion.objects.filter(replaced_at=None, withdrawn_at=None)
    if organizations is not None:
        rows = rows.filter(organization__slug__in=set(organizations))
    return tuple(
        build_notice_fact(row)
        for row in rows.select_related("organization").order_by("organization__slug", "season")
    )


def find_notice_in_effect(organization: int, season: str) -> AnnualNoticeVersion | None:
    """Find the version in effect of one organization and school year.

    Args:
        organization: primary key of the organization.
        season: school year.

    Returns:
        The version; None if there is none.
    """
    return AnnualNoticeVersion.objects.filter(
        organization=organization, season=season, replaced_at=None, withdrawn_at=None
    ).first()


def build_notice_fact(row: AnnualNoticeVersion) -> AnnualNotice:
    """Build the fact of one version."""
    return AnnualNotice(
        organization=row.organization.slug,
        season=row.season,
        published_on=row.published_on,
        directory=frozenset(row.directory),
        opt_out_until=row.opt_out_until,
        limited_to=frozenset(row.limited_to) if row.limited_to else None,
        official_criteria=row.official_criteria,
        forwarding=row.forwarding,
    )
