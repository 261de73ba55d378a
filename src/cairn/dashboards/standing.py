"""Where a target stands today: what it began at, the latest figure, and how far there is to go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from cairn.dashboards.models import Target
from cairn.releases import labels
from cairn.releases.figures import NOT_ON_RECORD, Count, Figures
from cairn.warehouse.released import ALL

_ROUNDS_TO_NOTHING: Final = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """Everyone or one group beside the target: its latest share, and the way still to go."""

    label: str
    share: str
    to_go: str
    withheld: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One target with the figures of today."""

    target: Target
    lines: tuple[Line, ...]

    @property
    def to_go(self) -> str:
        """Of everyone."""
        return self.lines[0].to_go


def standing(target: Target, figures: Figures, *, higher_is_better: bool) -> Standing:
    """A target beside the latest figures: everyone's first, then groups in the order of the list,
    each beside the same target and none beside another."""
    goal = float(target.percent)
    rows = [(_("Everyone"), figures.county), *_groups(figures)]
    lines = (_line(label, count, goal, higher_is_better) for label, count in rows)
    return Standing(target, tuple(lines))


def years_ahead(latest: str, count: int = 10) -> list[str]:
    """The years after one, written as it is: "2026-27" after "2025-26", "2026" after "2025"."""
    following = range(int(latest[:4]) + 1, int(latest[:4]) + 1 + count)
    if "-" not in latest:
        return [str(year) for year in following]
    return [f"{year}-{(year + 1) % 100:02}" for year in following]


def years_until(first: str, last: str) -> list[str]:
    """Every year from one to another, both included."""
    between = max(0, int(last[:4]) - int(first[:4]))
    return [first, *years_ahead(first, between)]


def _groups(figures: Figures) -> Iterator[tuple[str, Count]]:
    for race in labels.races(race for race, _gender in figures.groups):
        count = figures.groups.get((race, ALL))
        if count is not None and race not in (ALL, NOT_ON_RECORD):
            yield labels.race(race), count


def _line(label: str, count: Count, goal: float, higher_is_better: bool) -> Line:  # noqa: FBT001
    if count.share is None:
        return Line(label, labels.percent(count), "", withheld=True)
    away = goal - 100 * count.share if higher_is_better else 100 * count.share - goal
    if away < _ROUNDS_TO_NOTHING:
        return Line(label, labels.percent(count), _("reached"), withheld=False)
    said = _("%(points)s points to go") % {"points": number_format(round(away, 1), decimal_pos=1)}
    return Line(label, labels.percent(count), said, withheld=False)
