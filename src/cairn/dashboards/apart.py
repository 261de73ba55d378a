"""How far apart groups are, in words: each group against everyone else, from published figures.

Groups stand in the order of the catalogue of groups, never from best to worst, and no school,
district or program is compared with another: some agreements forbid a ranking.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.disclosure.disparity import Counted, Measure, Why, disparity
from cairn.releases import labels
from cairn.releases.figures import COUNTY, NOT_ON_RECORD, Count, Figures, Key
from cairn.warehouse.released import ALL

_WHY = {
    Why.WITHHELD: gettext_lazy("withheld"),
    Why.NOBODY: gettext_lazy("nobody to compare with"),
    Why.FEW_OTHERS: gettext_lazy("too few others"),
    Why.NO_ONE_REACHED: gettext_lazy("nobody on one side"),
    Why.BELOW_IDEA: gettext_lazy("too few for the federal rule"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One measure in words: its value, and its interval or nothing."""

    value: str
    interval: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One group with its measures; ``clear`` says which way it differs, if more than by chance."""

    label: str
    share: str
    gap: Said
    ratio: Said
    risk_ratio: Said
    share_ratio: Said
    clear: str


@dataclass(frozen=True, slots=True)
class Division:
    """The groups of one way to divide everyone, such as by gender."""

    id: str
    title: str
    lines: tuple[Line, ...]


def divisions(figures: Figures, minimum: int) -> Iterator[Division]:
    """Each way to divide the county's children of the latest year that is published."""
    table = figures.tables[figures.latest]
    for at, name, title, codes in (
        (2, "race", _("By race and ethnicity"), labels.races(key[2] for key in table)),
        (3, "gender", _("By gender"), labels.GENDERS),
    ):
        found = tuple(_lines(table, at, codes, minimum))
        if found:
            yield Division(name, title, found)


def _lines(
    table: Mapping[Key, Count], at: int, codes: Iterable[str], minimum: int
) -> Iterator[Line]:
    everyone = table[COUNTY]
    for code in codes:
        key = (*COUNTY[:at], code, *COUNTY[at + 1 :])
        count = table.get((key[0], key[1], key[2], key[3]))
        if count is None or code in (ALL, NOT_ON_RECORD):
            continue
        label = labels.race(code) if key[2] == code else labels.gender(code)
        yield line(label, count, everyone, minimum)


def _counted(count: Count) -> Counted:
    return Counted(count.yes, count.n)


def line(label: str, count: Count, everyone: Count, minimum: int) -> Line:
    """One group with its measures against everyone else."""
    found = disparity(_counted(count), _counted(everyone), minimum)
    return Line(
        label=label,
        share=labels.percent(count),
        gap=_points(found.gap),
        ratio=_times(found.ratio),
        risk_ratio=_times(found.risk_ratio),
        share_ratio=_times(found.share_ratio),
        clear=_clear(found.gap),
    )


def _points(measure: Measure) -> Said:
    if measure.why is not None:
        return Said(str(_WHY[measure.why]), hidden=True)
    said = _("%(points)s points") % {"points": _signed(measure.value)}
    low, high = _signed(measure.low), _signed(measure.high)
    return Said(said, _("%(low)s to %(high)s") % {"low": low, "high": high})


def _times(measure: Measure) -> Said:
    if measure.why is not None:
        return Said(str(_WHY[measure.why]), hidden=True)
    low, high = f"{measure.low:.2f}", f"{measure.high:.2f}"
    return Said(f"{measure.value:.2f}", _("%(low)s to %(high)s") % {"low": low, "high": high})


def _clear(gap: Measure) -> str:
    if gap.why is not None:
        return ""
    if gap.low <= 0 <= gap.high:
        return _("may be chance")
    return _("higher than everyone else") if gap.value > 0 else _("lower than everyone else")


def _signed(share: float) -> str:
    """Percentage points with their sign; what rounds to nothing has none."""
    points = f"{100 * share:+.1f}"
    return "0.0" if points in ("+0.0", "-0.0") else points.replace("-", "\N{MINUS SIGN}")
