"""Pairs → people: components of the strong pairs, split again where their members contradict.

Joining whatever is connected lets one doubtful pair merge two children: A is like B, B is like C,
and A and C are twins. So a group grows by its *mean* evidence, negative evidence included.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from typing import Final, TypeAlias

import pyarrow as pa

Pair: TypeAlias = tuple[int, int, float]

_UNKNOWN: Final = -1.0
"""Bits for two members that share no blocking key: mildly against."""
_MOST: Final = 12.0
"""No single pair may outweigh this many bits."""


def clusters(pairs: pa.Table, threshold: float) -> pa.Table:
    """``unique_id`` and ``cluster`` for every record in some strong pair.

    ``pairs``: unique_id_l, unique_id_r (int64), weight (bits); the weak ones too, for they are
    what holds twins apart. A cluster is named by its smallest record.
    """
    triples = _triples(pairs)
    component = _components((a, b) for a, b, weight in triples if weight >= threshold)
    inside: dict[int, list[Pair]] = defaultdict(list)
    for a, b, weight in triples:
        home = component.get(a)
        if home is not None and component.get(b) == home:
            inside[home].append((a, b, weight))
    members: dict[int, list[int]] = defaultdict(list)
    for node, home in component.items():
        members[home].append(node)
    found = [g for home, nodes in members.items() for g in _split(nodes, inside[home], threshold)]
    return pa.table(
        {
            "unique_id": pa.array([node for group in found for node in group], pa.int64()),
            "cluster": pa.array([min(group) for group in found for _ in group], pa.int64()),
        }
    )


def _triples(pairs: pa.Table) -> list[Pair]:
    """In an order of their own, so that the result does not depend on the engine's."""
    columns = (pairs.column(c).to_pylist() for c in ("unique_id_l", "unique_id_r", "weight"))
    return sorted(zip(*columns, strict=True))


def _components(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Node → the node that its component goes by (union-find with path halving)."""
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in edges:
        parent[find(a)] = find(b)
    return {node: find(node) for node in list(parent)}


def _split(nodes: list[int], pairs: list[Pair], threshold: float) -> list[list[int]]:
    """The groups of one component; itself where nothing in it speaks against it."""
    complete = len(pairs) == len(nodes) * (len(nodes) - 1) // 2
    if complete and all(weight >= 0 for _, _, weight in pairs):
        return [nodes]
    return _Merging(nodes, pairs, threshold).groups()


class _Merging:
    """Agglomerates the strongest two groups as long as their mean evidence suffices."""

    def __init__(self, nodes: list[int], pairs: list[Pair], threshold: float) -> None:
        self._threshold = threshold
        self._group = {node: [node] for node in nodes}
        # Evidence between two groups above what two unknown members would have.
        self._total: dict[int, dict[int, float]] = {node: {} for node in nodes}
        for a, b, weight in pairs:
            above = max(-_MOST, min(_MOST, weight)) - _UNKNOWN
            self._total[a][b] = self._total[b][a] = above
        self._heap: list[tuple[float, int, int]] = []
        for a, b, _ in pairs:
            self._consider(a, b)

    def groups(self) -> list[list[int]]:
        """What remains when no two groups belong together."""
        while self._heap:
            minus, a, b = heapq.heappop(self._heap)
            if b in self._total.get(a, ()) and -minus == self._mean(a, b):
                self._merge(a, b)
        return list(self._group.values())

    def _mean(self, a: int, b: int) -> float:
        pairs = len(self._group[a]) * len(self._group[b])
        return self._total[a][b] / pairs + _UNKNOWN

    def _consider(self, a: int, b: int) -> None:
        likely = self._mean(a, b)
        if likely >= self._threshold:
            heapq.heappush(self._heap, (-likely, a, b))

    def _merge(self, a: int, b: int) -> None:
        self._group[a] += self._group.pop(b)
        del self._total[a][b]
        for other, above in self._total.pop(b).items():
            if other != a:
                del self._total[other][b]
                joint = self._total[a].get(other, 0.0) + above
                self._total[a][other] = self._total[other][a] = joint
        for other in self._total[a]:
            self._consider(a, other)
