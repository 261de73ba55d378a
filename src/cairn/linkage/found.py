"""What one look at the index found, before anything of it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cairn.warehouse.linking.groups import Pairs


@dataclass(frozen=True, slots=True)
class Standing:
    """How a record stood: its open link, its newest person (also where the link ended), and since
    when the record is known (as the database has it); whether a link of it ever ended."""

    link: int | None
    last: str
    since: Any
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Who is who among the records looked at: lists in the order of their keys.

    ``circle`` and ``group`` hold places in these lists, ``pairs`` the evidence inside circles;
    ``standing`` is how those records stood before that were ever linked.
    """

    names: list[str]
    numbers: list[int]
    people: list[str]
    circle: list[int]
    group: list[int]
    pairs: Pairs
    standing: Mapping[int, Standing]
