"""Find connected records (union-find); the result does not depend on the order of the pairs."""

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

__all__ = ["DecisionConflict", "check_decisions"]

Node = TypeVar("Node", bound=Hashable)


def find_connected_nodes(
    nodes: Iterable[Node], pairs: Iterable[tuple[Node, Node]]
) -> dict[Node, Any]:
    """Map each node to the smallest node that it is connected with.

    Args:
        nodes: all nodes.
        pairs: edges between them.
    Returns:
        Node to the smallest node of its component.
    """
    parent: dict[Node, Any] = {node: node for node in nodes}

    def find_root(node: Node) -> Any:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        low, high = sorted((find_root(left), find_root(right)))
        parent[high] = low
    return {node: find_root(node) for node in parent}


DecidedRecord = TypeVar("DecidedRecord", bound=Hashable)


class DecisionConflict(Exception):
    """Decisions that conflict: two records are one child by a chain, and two by a decision."""


def check_decisions(
    must_link: Iterable[tuple[DecidedRecord, DecidedRecord]],
    cannot_link: Iterable[tuple[DecidedRecord, DecidedRecord]],
) -> None:
    """Check that reviewers' decisions can all hold.

    Args:
        must_link: pairs of records that are always one child.
        cannot_link: pairs of records that are never one child.
    Raises:
        DecisionConflict: two records that are never one child are always one, by any chain.
    """
    must_pairs, cannot_pairs = list(must_link), list(cannot_link)
    component = find_connected_nodes(
        {record for record_pair in [*must_pairs, *cannot_pairs] for record in record_pair},
        must_pairs,
    )
    if any(component[left] == component[right] for left, right in cannot_pairs):
        raise DecisionConflict(
            "Two decisions conflict: one says that the records are of the same child, the other "
            "that they are not."
        )
