"""What hangs together: union-find, whose answer does not depend on the order of what it is told."""

from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

Node = TypeVar("Node", bound=Hashable)


def joined(nodes: Iterable[Node], pairs: Iterable[tuple[Node, Node]]) -> dict[Node, Any]:
    """Each node → the smallest node that it hangs together with."""
    parent: dict[Node, Any] = {node: node for node in nodes}

    def top(node: Node) -> Any:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in pairs:
        low, high = sorted((top(one), top(other)))
        parent[high] = low
    return {node: top(node) for node in parent}
