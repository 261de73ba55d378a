"""An independent attacker for tiny tables: it tries every whole table there is."""

from collections.abc import Callable, Iterator, Mapping
from itertools import product

import pytest

from cairn.sdc.tables.request import ALL, Key, Nest

Counts = Mapping[Key, int | None]
Oracle = Callable[..., dict[Key, set[int]]]


def _covers(margin: Key, finest: Key) -> bool:
    return all(m in (ALL, f) for m, f in zip(margin, finest, strict=True))


def _finest(dims: tuple[str, ...], published: Counts, nests: tuple[Nest, ...]) -> list[Key]:
    values = [sorted({key[at] for key in published} - {ALL}) or [ALL] for at in range(len(dims))]
    places = [(dims.index(nest.child), dims.index(nest.parent)) for nest in nests]
    pairs = {(key[child], key[parent]) for key in published for child, parent in places}
    return [
        key
        for key in product(*values)
        if all((key[child], key[parent]) in pairs for child, parent in places)
    ]


def _possible_values(
    dims: tuple[str, ...],
    published: Counts,
    *,
    most: int,
    nests: tuple[Nest, ...] = (),
    at_least_one: Callable[[Key], bool] = lambda key: True,
    member: Key | None = None,
    enough: int | None = None,
) -> dict[Key, set[int]]:
    """For each withheld cell, every value it has in some whole table that agrees.

    Tries all whole tables whose finest counts are at most ``most``. ``at_least_one`` tells for
    which withheld cells the outsider knows that they are not zero. A participant knows besides
    that there is a ``member`` of the finest cell with this key. Where only the number of values
    matters, the search ends once each withheld cell has ``enough`` of them.
    """
    finest = _finest(dims, published, nests)
    above = [[margin for margin in published if _covers(margin, cell)] for cell in finest]
    last = {key: at for at, keys in enumerate(above) for key in keys}
    found: dict[Key, set[int]] = {key: set() for key, n in published.items() if n is None}

    def fits(key: Key, sums: dict[Key, int], at: int) -> bool:
        shown = published[key]
        return shown is None or (sums[key] == shown if last[key] == at else sums[key] <= shown)

    def fill(at: int, sums: dict[Key, int]) -> Iterator[dict[Key, int]]:
        if at == len(finest):
            yield sums
            return
        for count in range(finest[at] == member, most + 1):
            more = sums | {key: sums[key] + count for key in above[at]}
            if all(fits(key, more, at) for key in above[at]):
                yield from fill(at + 1, more)

    for sums in fill(0, dict.fromkeys(published, 0)):
        if all(sums[key] or not at_least_one(key) for key in found):
            for key, values in found.items():
                values.add(sums[key])
            if enough is not None and all(len(values) >= enough for values in found.values()):
                break
    return found


@pytest.fixture(scope="session")
def possible_values() -> Oracle:
    """What somebody with unlimited patience finds out about a tiny table."""
    return _possible_values
