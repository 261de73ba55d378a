"""Read what the reviews of releases determined, for the question about a use of data."""

from dataclasses import replace

from django.utils import timezone

from cairn.governance.disclosure_log.api import UseRecords
from cairn.outputs.releases.facts import ReleaseFactLoader, find_release_name
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries.sources import list_outcome_elements
from cairn.policy.checks import find_release_determination

__all__ = ["load_release_determinations"]


def load_release_determinations(elements: frozenset[str], _project: str) -> UseRecords:
    """Load the determinations about figures of these elements, and the releases beside them.

    Args:
        elements: data elements (``record.field``).
    Returns:
        Determinations and published releases, each release by its title and day.
    """
    loader, found, today = ReleaseFactLoader(), [], timezone.localdate()
    rows = {
        str(row.pk): (row, list_outcome_elements(row.outcomes, row.tables))
        for row in Release.objects.filter(pilot=False)
    }
    published = frozenset(pk for pk, (row, _used) in rows.items() if row.published_at)
    for row, used_elements in rows.values():
        # Figures that only one partner may read do not make their elements public.
        if elements <= used_elements and row.audience_id is None:
            fact = loader.load_release(row)
            found.append(find_release_determination(fact, used_elements, published, today))
    names = {pk: find_release_name(row) for pk, (row, _used) in rows.items()}
    return UseRecords(
        determinations=tuple(
            replace(one, covers=frozenset(names[pk] for pk in one.covers))
            for one in found
            if one is not None
        ),
        releases=frozenset(names[pk] for pk in published if elements & rows[pk][1]),
    )
