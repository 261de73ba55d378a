"""How two ways to part the same records into people differ: what would merge, split and move."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """People of both ways; those who are the same; groups that several people of now would become;
    people of now who would fall apart; records that would not stay with most of theirs."""

    people_now: int
    people_then: int
    same: int
    would_merge: int
    would_split: int
    records_moved: int


def difference(now: Mapping[str, Hashable], then: Mapping[str, Hashable]) -> Difference:
    """Record → person, as it is and as it would be; a record that one of them lacks is left out."""
    became: dict[Hashable, Counter[Hashable]] = defaultdict(Counter)
    came_from: dict[Hashable, set[Hashable]] = defaultdict(set)
    for record in now.keys() & then.keys():
        became[now[record]][then[record]] += 1
        came_from[then[record]].add(now[record])
    return Difference(
        people_now=len(became),
        people_then=len(came_from),
        same=sum(
            len(into) == 1 and len(came_from[next(iter(into))]) == 1 for into in became.values()
        ),
        would_merge=sum(len(people) > 1 for people in came_from.values()),
        would_split=sum(len(into) > 1 for into in became.values()),
        records_moved=sum(into.total() - max(into.values()) for into in became.values()),
    )
