"""Pairs → people: components of the strong pairs, split again where their members contradict.

Joining whatever is connected lets one doubtful pair merge two children: A is like B, B is like C,
and A and C are twins. So a group grows by its *mean* evidence, negative evidence included.
"""

import heapq
from collections import defaultdict
from typing import Final

import numpy as np
import pyarrow as pa

_UNKNOWN: Final = -1.0
"""Bits for two members that share no blocking key: mildly against."""
_MOST: Final = 12.0
"""No single pair may outweigh this many bits."""


def clusters(pairs: pa.Table, threshold: float) -> pa.Table:
    """``unique_id`` and ``cluster`` for every record in some strong pair.

    ``pairs``: unique_id_l, unique_id_r (int64), weight (bits); the weak ones too, for they are
    what holds twins apart. A cluster is named by its smallest record.
    """
    left = pairs.column("unique_id_l").to_numpy()
    right = pairs.column("unique_id_r").to_numpy()
    weight = pairs.column("weight").to_numpy()
    component = _components(left, right, weight >= threshold)
    inside: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for a, b, w in zip(left.tolist(), right.tolist(), weight.tolist(), strict=True):
        home = component.get(a)
        if home is not None and component.get(b) == home:
            inside[home].append((a, b, w))
    members: dict[int, list[int]] = defaultdict(list)
    for node, home in component.items():
        members[home].append(node)
    ids: list[int] = []
    names: list[int] = []
    for home, nodes in members.items():
        for group in _split(nodes, inside[home], threshold):
            ids.extend(group)
            names.extend([min(group)] * len(group))
    return pa.table({"unique_id": pa.array(ids, pa.int64()), "cluster": pa.array(names, pa.int64())})


def _components(left: "np.ndarray", right: "np.ndarray", strong: "np.ndarray") -> dict[int, int]:
    parent: dict[int, int] = {}

    def find(node: int) -> int:
        while (up := parent.setdefault(node, node)) != node:
            parent[node] = node = parent.setdefault(up, up)
        return node

    for a, b in zip(left[strong].tolist(), right[strong].tolist(), strict=True):
        parent[find(a)] = find(b)
    return {node: find(node) for node in list(parent)}


def _split(
    nodes: list[int], pairs: list[tuple[int, int, float]], threshold: float
) -> list[list[int]]:
    """The groups of one component; itself where nothing in it speaks against it."""
    complete = len(pairs) == len(nodes) * (len(nodes) - 1) // 2
    if complete and all(w >= 0 for _, _, w in pairs):
        return [nodes]
    group = {node: [node] for node in nodes}
    total: dict[int, dict[int, float]] = {node: {} for node in nodes}
    for a, b, w in pairs:
        clipped = max(-_MOST, min(_MOST, w))
        total[a][b] = total[b][a] = clipped - _UNKNOWN
    def mean(a: int, b: int) -> float:
        return total[a][b] / (len(group[a]) * len(group[b])) + _UNKNOWN

    heap = [(-mean(a, b), a, b) for a, b, w in pairs if mean(a, b) >= threshold]
    heapq.heapify(heap)
    while heap:
        minus, a, b = heapq.heappop(heap)
        if a not in group or b not in group or b not in total[a] or -minus != mean(a, b):
            continue
        group[a] += group.pop(b)
        for other, value in total.pop(b).items():
            if other == a:
                continue
            total[other].pop(b)
            total[a][other] = total[other][a] = total[a].get(other, 0.0) + value
        total[a].pop(b)
        for other in total[a]:
            if (likely := mean(a, other)) >= threshold:
                heapq.heappush(heap, (-likely, a, other))
    return list(group.values())
