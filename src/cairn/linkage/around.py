"""Which standing records must be weighed with those that came, changed or went."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import pyarrow as pa

from cairn.linkage import matching
from cairn.linkage.among import among
from cairn.linkage.bulk import batches
from cairn.linkage.models import BlockingKey, Link, Person
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import numbers_of, opened
from cairn.warehouse.linking.model import Model


def around(
    come: pa.Table,
    keys: Mapping[str, Collection[int]],
    changed: Collection[int],
    model: Model,
    sealer: Sealer,
) -> set[int]:
    """The numbers of all standing records in the circles that a change touches.

    ``come``: the standard rows of records that came or changed, ``keys`` their blocking keys;
    ``changed``: numbers of records whose circle is touched anyway. Those themselves are not among
    the answer unless they stand.
    """
    meeting = _meeting(keys, changed)
    near: set[int] = set()
    if meeting:
        standing = matching.standardize(opened(meeting, sealer))
        near = set(numbers_of(matching.near(come, standing, model)).values())
    return members(circles_of({*near, *changed}))


def circles_of(numbers: Iterable[int]) -> set[str]:
    """The circles in which these records stand."""
    return {
        circle
        for batch in batches(numbers)
        for circle in Link.objects.filter(
            record__among=among(batch), until__isnull=True
        ).values_list("person__circle", flat=True)
    }


def members(circles: Iterable[str]) -> set[int]:
    """All records that stand in these circles."""
    people = [
        person
        for batch in batches(circles)
        for person in Person.objects.filter(circle__among=among(batch)).values_list("pk", flat=True)
    ]
    return {
        record
        for batch in batches(people)
        for record in Link.objects.filter(
            person__among=among(batch), until__isnull=True
        ).values_list("record_id", flat=True)
    }


def _meeting(keys: Mapping[str, Collection[int]], changed: Collection[int]) -> set[int]:
    """Standing records that share a key with one that comes. A key of too many is no clue."""
    bearers: dict[int, set[int]] = defaultdict(set)
    own: dict[int, int] = defaultdict(int)
    for mine in keys.values():
        for key in mine:
            own[key] += 1
    for batch in batches(own):
        for key, record in BlockingKey.objects.filter(key__among=among(batch)).values_list(
            "key", "record_id"
        ):
            bearers[key].add(record)
    coming = frozenset(changed)
    return {
        record
        for key, found in bearers.items()
        if own[key] + len(found - coming) <= matching.CEILING
        for record in found - coming
    }
