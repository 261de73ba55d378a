"""The tables of one outcome in words: the same for reviewers before and for everyone after."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext as _

from cairn.releases import labels
from cairn.releases.figures import COUNTY, Amount, Count, Figures, Key, named
from cairn.warehouse.outcomes import catalogue
from cairn.warehouse.released import ALL


class Kind(StrEnum):
    """What a table breaks the figure down by."""

    TREND = "trend"
    SCHOOLS = "schools"
    GROUPS = "groups"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table; ``group`` is what the row lies within, where the table has such."""

    group: str
    label: str
    told: tuple[tuple[str, str], ...]
    """Each heading of its table with the number below it; how many children stands last."""
    withheld: bool
    at: str
    """The name of its figure (`figures.named`)."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table with the headings of its first columns and of its numbers."""

    kind: Kind
    title: str
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def withheld(self) -> bool:
        """Whether something in it needs the footnote."""
        return any(line.withheld for line in self.lines)


def of_figures(figures: Figures) -> Iterator[Table]:
    """The tables that these figures have something to show in; the county's own always."""
    trend = tuple(
        _line(figures, COUNTY, "", row.value, row.count, year=row.value) for row in figures.trend
    )
    headed = headings(figures)
    yield Table(Kind.TREND, _("Over the years"), (_("School year"),), headed, trend)
    if figures.schools:
        schools = (
            *(
                _line(
                    figures,
                    (row.value, ALL, ALL, ALL),
                    labels.district(row.value),
                    _("Whole district"),
                    row.count,
                )
                for row in figures.districts
            ),
            *(
                _line(
                    figures,
                    (row.group, row.value, ALL, ALL),
                    labels.district(row.group),
                    labels.school(row.value),
                    row.count,
                )
                for row in figures.schools
            ),
        )
        columns = (_("District"), _("School"))
        yield Table(Kind.SCHOOLS, _("By school"), columns, headed, schools)
    if figures.groups:
        columns = (_("Race and ethnicity"), _("Gender"))
        groups = tuple(_groups(figures))
        yield Table(Kind.GROUPS, _("By race and gender"), columns, headed, groups)
    if others := tuple(_others(figures)):
        columns = (_("Place"), _("Group"))
        yield Table(Kind.OTHERS, _("Every other group"), columns, headed, others)


def headings(figures: Figures) -> tuple[str, ...]:
    """What the numbers of a line are: of an outcome, or of a measure."""
    measure = catalogue()[figures.outcome].measure if figures.statistic else None
    if measure is None:
        return _("Share"), _("Reached"), _("Children")
    told = f"{labels.statistic(figures.statistic)}, {labels.spoken(measure.unit)}"
    return told, _("Rounded to"), _("Children")


def every_year(figures: Figures) -> Iterator[tuple[str, list[Table]]]:
    """The breakdowns of each year, the latest first: all that would be published."""
    for year in reversed(figures.years):
        alone = replace(figures, years=(year,))
        yield year, [table for table in of_figures(alone) if table.kind is not Kind.TREND]


def _others(figures: Figures) -> Iterator[Line]:
    """Groups of a place: of a district or a school, by race, gender or both."""
    for key, count in figures.tables[figures.latest].items():
        if key[0] != ALL and key[2:] != (ALL, ALL):
            yield _line(figures, key, _place(key), _group(key), count)


def _groups(figures: Figures) -> Iterator[Line]:
    for race in labels.races(race for race, _gender in figures.groups):
        for gender in labels.GENDERS:
            count = figures.groups.get((race, gender))
            if count is not None:
                key = (ALL, ALL, race, gender)
                yield _line(figures, key, labels.race(race), labels.gender(gender), count)


def said(outcome: str, year: str, key: Key) -> str:
    """One figure by its name in words: what is counted, of whom, in which year."""
    where = "" if key[0] == ALL else _place(key)
    whom = "" if key[2:] == (ALL, ALL) else _group(key)
    title = labels.spoken(catalogue()[outcome].title)
    return (
        ", ".join(filter(None, (title, year, where, whom)))
        if where or whom
        else (f"{title}, {year}, {_('all children')}")
    )


def _place(key: Key) -> str:
    district = labels.district(key[0])
    return district if key[1] == ALL else f"{district}, {labels.school(key[1])}"


def _group(key: Key) -> str:
    return f"{labels.race(key[2])}, {labels.gender(key[3])}"


def _line(
    figures: Figures, key: Key, group: str, label: str, count: Count, *, year: str = ""
) -> Line:
    return Line(
        at=named(figures.outcome, year or figures.latest, key),
        group=group,
        label=label,
        told=tuple(zip(headings(figures), _numbers(count), strict=True)),
        withheld=count.withheld,
    )


def _numbers(count: Count) -> tuple[str, ...]:
    if not isinstance(count, Amount):
        return labels.percent(count), labels.people(count.yes), labels.people(count.n)
    unit = "-" if count.unit is None else labels.amount(count.unit)
    return labels.figure(count), unit, labels.people(count.n)
