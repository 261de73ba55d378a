"""What an earlier release gives away once a later one is read.

A release was protected when it was published, of fewer people than are counted now, or of more.
What the later one shows bounds what the earlier one withheld: where people only came since, no
number then was larger than it is now; where they only left, none was smaller.
"""

from collections.abc import Iterator, Sequence
from math import inf

from cairn.disclosure.attack import told_of
from cairn.disclosure.earlier import Placed, Relation, tables
from cairn.disclosure.outsider import Bounds, Counts, NotATableError
from cairn.disclosure.rule import Rule
from cairn.disclosure.shape import Shape
from cairn.disclosure.table import Key, Nest


class Hindsight:
    """One earlier release of fewer people, or of more, as the later one lets it be read.

    Args:
        release: laid over the cells of now.
        dims: names of the dimensions of each key.
        nests: which dimension lies within which.
        rule: what the release must withstand.
    """

    def __init__(
        self, release: Placed, dims: tuple[str, ...], nests: Sequence[Nest], rule: Rule
    ) -> None:
        self._release, self._rule = release, rule
        self._shape = Shape(dims, release.counts, tables(dims, release.counts), nests)
        self._hidden = [key for key, then in release.counts.items() if then is None]
        self._alone: dict[Key, bool] = {}
        self._safe: Bounds = {}

    def told(self, now: Counts) -> list[Key]:
        """Cells that the release withheld and that follow now, but did not from it alone.

        Args:
            now: what is shown; None or absent where it is not.
        """
        bounds = dict(self._bounds(now))
        if _looser(bounds, self._safe):
            return []
        found = self._follow(self._hidden, bounds)
        unasked = [key for key in found if key not in self._alone]
        if unasked:
            alone = self._follow(unasked, {})
            self._alone |= {key: key in alone for key in unasked}
        anew = [key for key in self._hidden if key in found and not self._alone[key]]
        if not anew:
            self._safe = bounds
        return anew

    def _bounds(self, now: Counts) -> Iterator[tuple[Key, tuple[float, float]]]:
        came = self._release.relation is Relation.GREW
        for key in self._hidden:
            n = now.get(key)
            if n is not None:
                yield key, (0, n) if came else (n, inf)

    def _follow(self, keys: Sequence[Key], bounds: Bounds) -> set[Key]:
        try:
            return told_of(keys, self._shape, self._release.counts, self._rule, ranges=bounds)
        except NotATableError:
            # Its numbers contradict each other, as where some were published as percentages only
            # and those of now stand in their place: nothing can be worked out from sums.
            return set()


def _looser(bounds: Bounds, safe: Bounds) -> bool:
    """Whether no more is known than what told nothing: then nothing follows either."""
    return bounds.items() <= safe.items()


def hindsights(
    placed: Sequence[Placed], dims: tuple[str, ...], nests: Sequence[Nest], rule: Rule
) -> list[Hindsight]:
    """Every earlier release of fewer people or of more that withheld anything."""
    return [
        Hindsight(one, dims, nests, rule)
        for one in placed
        if one.relation in (Relation.GREW, Relation.SHRANK) and None in one.counts.values()
    ]
