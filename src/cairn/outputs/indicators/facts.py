"""Turn a version of an indicator into the fact that policy decides about."""

from functools import lru_cache

from cairn.outputs.indicators.models import IndicatorVersion
from cairn.policy.facts import IndicatorVersionFact
from cairn.warehouse.measures import IndicatorDefinition, parse_indicator

__all__ = ["build_version_fact"]


@lru_cache(maxsize=256)
def read_definition(text: str) -> IndicatorDefinition:
    """Parse a stored definition; the same text once."""
    return parse_indicator(text)


def build_version_fact(row: IndicatorVersion) -> IndicatorVersionFact:
    """Build the fact of a version.

    Args:
        row: the version.

    Returns:
        The fact.
    """
    return IndicatorVersionFact(
        indicator=read_definition(row.definition).title["en"],
        version=row.version,
        organization=row.organization.slug,
        writers=frozenset({str(row.author_id), *row.writers}),
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
