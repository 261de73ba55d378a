"""Compare two ways to group the same records into people: what would merge, split and move."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

__all__ = ["PartitionDifference", "compare_partitions"]


@dataclass(frozen=True, slots=True)
class PartitionDifference:
    """How two groupings of the same records differ.

    `people_now` and `people_then` count the people of each; `same` those without a change;
    `would_merge` the future people that several current people form; `would_split` the current
    people with records that separate; `records_moved` the records that would leave most of their
    person's.
    """

    people_now: int
    people_then: int
    same: int
    would_merge: int
    would_split: int
    records_moved: int


def compare_partitions(
    current: Mapping[str, Hashable], proposed: Mapping[str, Hashable]
) -> PartitionDifference:
    """Compare the current grouping of records with another one.

    Args:
        current: record key to person ID today.
        proposed: record key to person ID as proposed; records that one of the two lacks are left
            out.
    Returns:
        The counts of differences.
    """
    became: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    came_from: dict[Hashable, set[Hashable]] = defaultdict(set)
    for record in current.keys() & proposed.keys():
        became[current[record]][proposed[record]] += 1
        came_from[proposed[record]].add(current[record])
    return PartitionDifference(
        people_now=len(became),
        people_then=len(came_from),
        same=sum(
            len(into) == 1 and len(came_from[next(iter(into))]) == 1 for into in became.values()
        ),
        would_merge=sum(len(people) > 1 for people in came_from.values()),
        would_split=sum(len(into) > 1 for into in became.values()),
        records_moved=sum(into.total() - max(into.values()) for into in became.values()),
    )
