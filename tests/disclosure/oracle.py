"""An independent attacker for tiny tables: tries every whole table there is."""

from collections.abc import Iterator, Mapping
from itertools import product

from cairn.disclosure.table import ALL, RESULT, Key, Nest


def project(dims: tuple[str, ...], key: Key, margin: Key) -> Key:
    """The key of the margin cell (in the pattern of ``margin``) that a finest cell falls in."""
    return tuple(v if m != ALL else ALL for v, m in zip(key, margin, strict=True))


def possible_values(
    dims: tuple[str, ...],
    published: Mapping[Key, int | None],
    nests: tuple[Nest, ...],
    zeros_shown: bool,
    most: int,
) -> dict[Key, set[int]]:
    """For each withheld cell, every value it has in some whole table that agrees.

    Tries all whole tables of finest cells whose counts are at most ``most``.
    """
    finest = _finest(dims, published, nests)
    above = [[k for k in published if project(dims, cell, k) == k] for cell in finest]
    found: dict[Key, set[int]] = {key: set() for key, n in published.items() if n is None}
    last = {key: at for at, keys in enumerate(above) for key in keys}
    group = dims.index(RESULT) if RESULT in dims else None

    def fill(at: int, sums: dict[Key, int]) -> Iterator[dict[Key, int]]:
        if at == len(finest):
            yield sums
            return
        for count in range(most + 1):
            new = dict(sums)
            for key in above[at]:
                new[key] += count
            if all(_fits(new[key], published[key], last[key] == at) for key in above[at]):
                yield from fill(at + 1, new)

    for sums in fill(0, dict.fromkeys(published, 0)):
        groups = (k for k in found if group is None or k[group] == ALL)
        if zeros_shown and any(sums[key] == 0 for key in groups):
            continue
        for key in found:
            found[key].add(sums[key])
    return found


def _fits(so_far: int, published: int | None, complete: bool) -> bool:
    return published is None or (so_far == published if complete else so_far <= published)


def _finest(
    dims: tuple[str, ...], published: Mapping[Key, int | None], nests: tuple[Nest, ...]
) -> list[Key]:
    values = [sorted({key[at] for key in published} - {ALL}) or [ALL] for at in range(len(dims))]
    within = {}
    for nest in nests:
        child, parent = dims.index(nest.child), dims.index(nest.parent)
        within |= {(child, k[child], parent): k[parent] for k in published if k[child] != ALL}
    return [
        key
        for key in product(*values)
        if all(key[p] == up for (c, value, p), up in within.items() if key[c] == value)
    ]
