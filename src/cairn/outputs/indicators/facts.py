"""Turn a version of an indicator into the fact that policy decides about."""

from cairn.outputs.indicators.models import IndicatorVersion
from cairn.policy.facts import IndicatorVersionFact

__all__ = ["build_version_fact"]


def build_version_fact(row: IndicatorVersion) -> IndicatorVersionFact:
    """Build the fact of a version.

    Args:
        row: the version.

    Returns:
        The fact.
    """
    return IndicatorVersionFact(
        indicator=row.indicator,
        version=row.version,
        organization=row.organization.slug,
        author=str(row.author_id),
        is_draft=row.approved_at is None,
        is_previewed=bool(row.counted),
    )


def lock_version_fact(version: IndicatorVersion) -> tuple[IndicatorVersionFact]:
    """Lock a version until the end of the transaction, and build its fact."""
    row = IndicatorVersion.objects.select_for_update().get(pk=version.pk)
    return (build_version_fact(row),)


def load_version_fact(version: IndicatorVersion) -> tuple[IndicatorVersionFact]:
    """Build the current fact of a version."""
    return (build_version_fact(IndicatorVersion.objects.get(pk=version.pk)),)
