"""Say how much readers see of one figure, in numbers or in a band. Uses no Django."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from cairn.sdc.tables import ANY_PERCENT, compute_percent
from cairn.warehouse.exporters import ALL_GROUPS, GroupKey, ReleasedCell

PublicFigureKey = tuple[str, str, GroupKey]
"""Outcome, school year and group."""


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """Hold the cells of one group as one release says them: all, yes and no, or a band.

    They stay together: a percentage of one release's number and another's total would be wrong.
    """

    cells: tuple[ReleasedCell, ...]

    @property
    def key(self) -> PublicFigureKey:
        """The outcome, the school year and the group."""
        return build_figure_key(self.cells[0])

    @property
    def shown_results(self) -> frozenset[str]:
        """The results with a number."""
        return frozenset(
            cell.result
            for cell in self.cells
            if (cell.n is not None if cell.is_band else not cell.withheld)
        )

    @property
    def percents(self) -> tuple[int, int]:
        """The lowest and highest whole percent that readers see; 0 to 100 where they see none."""
        for cell in self.cells:
            if cell.percent_low is not None and cell.percent_high is not None:
                return cell.percent_low, cell.percent_high
        numbers = {cell.result: cell.n for cell in self.cells}
        yes, everyone = numbers.get("yes"), numbers.get(ALL_GROUPS)
        if yes is None or not everyone:
            return ANY_PERCENT
        percent = compute_percent(yes, everyone)
        return percent, percent

    @property
    def is_shown(self) -> bool:
        """Whether readers see a number or a band of the group."""
        return bool(self.shown_results) or self.percents != ANY_PERCENT

    @property
    def is_band(self) -> bool:
        """Whether the release states a band of the group instead of numbers."""
        return any(cell.is_band for cell in self.cells)

    @property
    def is_complete(self) -> bool:
        """Whether nothing of the group is suppressed."""
        return not any(cell.withheld for cell in self.cells)

    def has_minimum(self, minimum: int) -> bool:
        """Tell whether every number of children that is shown is at least the minimum, or 0."""
        return all(cell.n is None or cell.n == 0 or cell.n >= minimum for cell in self.cells)

    def hides(self, earlier: "PublicFigure") -> bool:
        """Tell whether readers of an earlier figure would lose something by this one.

        They lose a number that is suppressed here, or replaced by a band, and a band that is
        replaced by a wider one.
        """
        (low, high), (earlier_low, earlier_high) = self.percents, earlier.percents
        return not earlier.shown_results <= self.shown_results or (
            high - low > earlier_high - earlier_low
        )


def build_figure_key(cell: ReleasedCell) -> PublicFigureKey:
    """Return the key of the figure to which a cell belongs."""
    return cell.outcome, cell.school_year, cell.group


def collect_public_figures(cells: Iterable[ReleasedCell]) -> dict[Hashable, PublicFigure]:
    """Collect cells as figures, by key."""
    cells_by_key: dict[Hashable, list[ReleasedCell]] = {}
    for cell in cells:
        cells_by_key.setdefault(build_figure_key(cell), []).append(cell)
    return {key: PublicFigure(tuple(group)) for key, group in cells_by_key.items()}
