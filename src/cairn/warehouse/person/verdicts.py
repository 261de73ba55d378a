"""What people decided: two records are *always* or *never* the same child, whatever comes later."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final, TypeAlias

from cairn.warehouse.person.joining import joined

Pair: TypeAlias = tuple[str, str]
"""Two records, the smaller key first."""

UNKNOWN: Final = -1.0
"""Bits for two records that nothing was found out about: mildly against one child."""


class Contradiction(Exception):
    """Decisions that cannot both hold: always the same by a chain, and never the same."""


def pair(one: str, other: str) -> Pair:
    """The two in the order in which a pair is spelled."""
    return (one, other) if one <= other else (other, one)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Pairs of records that must be, and that cannot be, one child."""

    always: frozenset[Pair] = field(default_factory=frozenset)
    never: frozenset[Pair] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        body = joined(self._records(self.always), self.always)
        for one, other in self.never:
            if one == other or (one in body and body[one] == body.get(other)):
                raise Contradiction("One decision says always, another never the same child.")

    def among(self, records: Collection[str]) -> "Verdicts":
        """Those that speak of these records only."""
        known = frozenset(records)
        return Verdicts(
            frozenset(p for p in self.always if known.issuperset(p)),
            frozenset(p for p in self.never if known.issuperset(p)),
        )

    @staticmethod
    def _records(pairs: Iterable[Pair]) -> set[str]:
        return {record for two in pairs for record in two}


def settle(
    groups: Iterable[Collection[str]], verdicts: Verdicts, evidence: Mapping[Pair, float]
) -> list[frozenset[str]]:
    """The groups as the decisions want them; the order in which they come does not matter.

    What must be together is put together first, and stays so. A group in which two cannot be
    together falls apart, and what is left joins again where the mean ``evidence`` (bits) between
    the parts is strongest. Groups of which nobody decided anything are left as they are.
    """
    found = [frozenset(group) for group in groups]
    records = frozenset().union(*found)
    mine = verdicts.among(records)
    body = joined(records, mine.always)
    held: dict[str, set[str]] = defaultdict(set)
    for record, home in body.items():
        held[home].add(record)
    beside = [(body[first], body[other]) for first, *rest in map(sorted, found) for other in rest]
    whole: dict[str, set[str]] = defaultdict(set)
    for home, top in joined(held, beside).items():
        whole[top].add(home)
    apart = {pair(body[one], body[other]) for one, other in mine.never}
    together = (
        {two for group in found for two in combinations(sorted({body[r] for r in group}), 2)}
        if apart
        else set()
    )
    settled: list[frozenset[str]] = []
    for homes in whole.values():
        if any(homes.issuperset(two) for two in apart):
            parts = _parts({home: held[home] for home in homes}, apart, together, evidence)
            settled += map(frozenset, parts)
        else:
            settled.append(frozenset().union(*(held[home] for home in homes)))
    return sorted(settled, key=min)


def _parts(
    bodies: Mapping[str, set[str]],
    apart: Collection[Pair],
    together: Collection[Pair],
    evidence: Mapping[Pair, float],
) -> list[set[str]]:
    """Joins bodies again, the strongest first, as long as no two that are apart would meet."""
    parts = {home: (set(records), {home}) for home, records in bodies.items()}
    while True:
        best = min(_joinable(parts, apart, together, evidence), default=None)
        if best is None:
            return [records for records, _ in parts.values()]
        _, one, other = best
        records, homes = parts.pop(other)
        parts[one][0].update(records)
        parts[one][1].update(homes)


def _joinable(
    parts: Mapping[str, tuple[set[str], set[str]]],
    apart: Collection[Pair],
    together: Collection[Pair],
    evidence: Mapping[Pair, float],
) -> Iterator[tuple[float, str, str]]:
    for one, other in combinations(sorted(parts), 2):
        (mine, my_homes), (theirs, their_homes) = parts[one], parts[other]
        across = {pair(a, b) for a in my_homes for b in their_homes}
        if across.isdisjoint(apart) and not across.isdisjoint(together):
            bits = [evidence.get(pair(a, b), UNKNOWN) for a in mine for b in theirs]
            yield -sum(bits) / len(bits), one, other
