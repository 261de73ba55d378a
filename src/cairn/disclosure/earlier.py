"""What is out already: an earlier release, and how its people are related to those of now.

A release of the same people gives further equations. One from before more came (last month, or
the participants alone) gives differences: what is shown then and now tells how many came between,
and what is withheld now was at least what was shown then.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from statistics import median

import numpy as np
from numpy.typing import NDArray

from cairn.disclosure.lattice import Lattice
from cairn.disclosure.table import ALL, RESULT, Key

ALIKE = 0.05
"""Half of the numbers may differ by more than this share before it seems to be other people."""


class Relation(Enum):
    """How the people of an earlier release are related to those of now."""

    SAME = "the same people"
    GREW = "fewer people: more came since, or it counted a part of them"
    SHRANK = "more people: some left since, or these are a part of them"
    CHANGED = "the same table before a correction"


class OtherPeopleError(ValueError):
    """An earlier release that seems to count other people."""

    def __init__(self, name: str, differ: int, shown: int) -> None:
        super().__init__(
            f"{name} seems to count other people: {differ:,} of its {shown:,} numbers are not "
            "those of the cells, some higher and some lower. If they are other people, or another "
            "year, leave the file out; if they are the same, look which of the two is wrong."
        )
        self.name = name


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier release.

    Args:
        name: what it is called in messages.
        counts: its numbers by key over the dimensions of now; None where withheld.
        recoded: keys that it showed as a percentage only.
    """

    name: str
    counts: Mapping[Key, int | None]
    recoded: Collection[Key] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """An earlier release laid over the cells of now.

    Args:
        name: what it is called in messages.
        counts: every cell of its margins; None where it was withheld.
        relation: of its people to those of now.
    """

    name: str
    counts: Mapping[Key, int | None]
    relation: Relation


def tables(dims: tuple[str, ...], keys: Collection[Key]) -> tuple[tuple[str, ...], ...]:
    """The tables that some keys make up: the largest sets of dimensions, without the outcome."""
    opened = {
        frozenset(
            dim for dim, value in zip(dims, key, strict=True) if value != ALL and dim != RESULT
        )
        for key in keys
    }
    largest = [one for one in opened if not any(one < other for other in opened)]
    return tuple(sorted(tuple(dim for dim in dims if dim in one) for one in largest))


def place(release: Earlier, lattice: Lattice, margins: Collection[tuple[bool, ...]]) -> Placed:
    """Lay a release over the cells of now and tell whom it counted.

    Args:
        release: as it was published.
        lattice: all margins of everything published then and now, with the true counts of now.
        margins: which dimensions each of its margins leaves open. A cell of one that it does not
            list counted nobody.

    Raises:
        OtherPeopleError: too many numbers differ, in both directions.
    """
    counts: dict[Key, int | None] = {}
    ups, downs, apart = 0, 0, list[float]()
    for key, now in zip(lattice.keys, lattice.counts.tolist(), strict=True):
        if tuple(value != ALL for value in key) not in margins:
            continue
        then = now if key in release.recoded else release.counts.get(key, 0)
        counts[key] = then
        if then is not None and (then or now):
            ups += now > then
            downs += now < then
            apart.append(abs(now - then) / max(now, then))
    gone = [n for key, n in release.counts.items() if key not in counts and n != 0]
    downs += len(gone)
    apart += [1.0] * len(gone)
    if ups and downs:
        if median(apart) > ALIKE:
            raise OtherPeopleError(release.name, ups + downs, len(apart))
        return Placed(release.name, counts, Relation.CHANGED)
    relation = Relation.GREW if ups else Relation.SHRANK if downs else Relation.SAME
    return Placed(release.name, counts, relation)


def changes(
    placed: Placed, lattice: Lattice, dims: tuple[str, ...], minimum: int
) -> dict[Key, int]:
    """Cells shown then whose number, shown again now, would tell of a few people; with how many.

    A few came or left; or many did, and nobody (or everybody) of them has the outcome.
    """
    if placed.relation is Relation.SAME:
        return {}
    now: NDArray[np.int64] = lattice.counts
    found: dict[Key, int] = {}
    at = dims.index(RESULT) if RESULT in dims else None
    true = dict(zip(lattice.keys, now.tolist(), strict=True))
    for key, then in placed.counts.items():
        if then is None:
            continue
        change = abs(true[key] - then)
        if 0 < change < minimum:
            found[key] = change
        elif at is not None and key[at] != ALL and change == 0:
            group = (*key[:at], ALL, *key[at + 1 :])
            before = placed.counts.get(group)
            if before is not None and before != true[group]:
                found[key] = 0
    return found
