"""Narrow published figures to a year, a place and a group, and compose one table of them.

Nothing is counted here. What a reader chooses only selects among figures that are public, and a
choice that is not published is answered in the same way, no matter what its numbers are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cairn.outputs.releases import api as releases_api
from cairn.warehouse import measures
from cairn.warehouse.exporters import build_group_key

BY_YEAR: Final = "year"
"""Rows of a table for the years, instead of a breakdown."""

_PLACE_DIMENSIONS: Final = frozenset({"district", "school"})
_SEPARATOR: Final = ":"
_LONGEST_VALUE: Final = 200
_PARAMETERS: Final = ("rows", "year", "district", "school", "group")


@dataclass(frozen=True, slots=True)
class FigureSelection:
    """What a reader chose, as the address has it; empty means all.

    Attributes:
        rows: breakdown of the rows of a composed table, or `BY_YEAR`.
        year: the school year.
        district: name of the district.
        school: district and name of the school.
        group: dimension and value of a group.
    """

    rows: str = ""
    year: str = ""
    district: str = ""
    school: str = ""
    group: str = ""

    @property
    def values(self) -> dict[str, str]:
        """The value of each dimension that is chosen."""
        values = {"district": self.district} if self.district else {}
        if self.school:
            district, _separator, school = self.school.partition(_SEPARATOR)
            values = {"district": district, "school": school}
        if self.group:
            dimension, _separator, value = self.group.rpartition(_SEPARATOR)
            values |= {dimension: value}
        return values

    @property
    def is_contradictory(self) -> bool:
        """Whether the school is in another district than the chosen one."""
        return bool(
            self.school and self.district and self.school.partition(_SEPARATOR)[0] != self.district
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether a year, a place or a group is chosen."""
        return bool(self.year or self.values)

    @property
    def query(self) -> str:
        """The part of the address that names the choice; empty if nothing is chosen."""
        chosen = {name: getattr(self, name) for name in _PARAMETERS if getattr(self, name)}
        return f"?{urlencode(chosen)}" if chosen else ""

    def describe(self) -> str:
        """Describe the place, the group and the year in words; empty for all of them."""
        values = self.values
        if "school" in values:
            values.pop("district", None)
        labels = [
            releases_api.label_value(dim, values[dim]) for dim in measures.sort_dimensions(values)
        ]
        return ", ".join([*labels, *([self.year] if self.year else [])])


@dataclass(frozen=True, slots=True)
class SelectionChoice:
    """One entry of a list in a form."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SelectionField:
    """One list of a form: its entries, under a heading each where they have one.

    Attributes:
        name: name in the address.
        label: what the reader chooses.
        everything: the entry that narrows nothing.
        sections: heading, empty for none, and entries.
    """

    name: str
    label: str
    everything: str
    sections: tuple[tuple[str, tuple[SelectionChoice, ...]], ...]


def read_selection(query: Mapping[str, str]) -> FigureSelection:
    """Read what the address chooses; a parameter that is unknown is ignored."""
    chosen = {name: str(query.get(name, ""))[:_LONGEST_VALUE].strip() for name in _PARAMETERS}
    return FigureSelection(**chosen)


def select_group(key: releases_api.FigureKey) -> FigureSelection:
    """Build the selection of one district, school or group, by which an address names it."""
    values = dict(key.values)
    district, school = values.pop("district", ""), values.pop("school", "")
    group = next((f"{dim}{_SEPARATOR}{value}" for dim, value in values.items()), "")
    if school:
        return FigureSelection(school=f"{district}{_SEPARATOR}{school}", group=group)
    return FigureSelection(district=district, group=group)


def restrict_figures(
    figures: releases_api.OutcomeFigures, selection: FigureSelection
) -> releases_api.OutcomeFigures | None:
    """Keep the figures of a selection, with their keys; None if none is published."""
    if selection.is_contradictory:
        return None
    wanted = set(selection.values.items())
    tables = {
        year: {
            key: count
            for key, count in figures.tables[year].items()
            if wanted <= set(key.values) and _is_in_rows(key, selection)
        }
        for year in figures.years
        if not selection.year or year <= selection.year
    }
    years = tuple(year for year in figures.years if tables.get(year))
    if selection.rows and selection.rows != BY_YEAR:
        years = years[-1:]
    if not years or (selection.year and selection.year != years[-1]):
        return None
    return replace(figures, years=years, tables={year: tables[year] for year in years})


def narrow_figures(
    figures: releases_api.OutcomeFigures, selection: FigureSelection
) -> releases_api.OutcomeFigures | None:
    """Narrow figures so that the chosen place and group are "all children"; None if none is left.

    A school keeps its district, by which its line is labeled.
    """
    restricted = restrict_figures(figures, selection)
    if restricted is None:
        return None
    chosen = selection.values
    tables = {
        year: {_drop_dimensions(key, chosen): count for key, count in table.items()}
        for year, table in restricted.tables.items()
    }
    return replace(restricted, tables=tables)


def _drop_dimensions(
    key: releases_api.FigureKey, chosen: Mapping[str, str]
) -> releases_api.FigureKey:
    values = {dim: value for dim, value in key.values if dim not in chosen}
    if "school" in values:
        values["district"] = key.get("district")
    return build_group_key(values)


def _is_in_rows(key: releases_api.FigureKey, selection: FigureSelection) -> bool:
    """Return whether a figure is one of the rows of a composed table; all are without one."""
    if not selection.rows:
        return True
    further = key.dimensions - set(selection.values)
    if selection.rows == BY_YEAR:
        return not further
    row_dimensions = further - ({"district"} if selection.rows == "school" else set())
    return len(row_dimensions) == 1 and all(
        _find_breakdown(dim) == selection.rows for dim in row_dimensions
    )


def _find_breakdown(dimension: str) -> str:
    """Find the ID of the breakdown of a dimension; the dimension itself if it is gone."""
    if not measures.is_dimension(dimension):
        return dimension
    return measures.get_breakdown(dimension).id


def list_selection_fields(
    public_figures: Iterable[releases_api.OutcomeFigures], selection: FigureSelection
) -> list[SelectionField]:
    """List the lists of the form: only what some public figure has can be chosen."""
    values: dict[str, set[str]] = {}
    schools: dict[str, set[str]] = {}
    years: set[str] = set()
    for figures in public_figures:
        years |= set(figures.years)
        for key in {key for table in figures.tables.values() for key in table}:
            for dimension, value in key.values:
                values.setdefault(dimension, set()).add(value)
            if "school" in key.dimensions:
                schools.setdefault(key.get("district"), set()).add(key.get("school"))
    school_sections = (
        (district, ((f"{district}{_SEPARATOR}{name}", name) for name in sorted(schools[district])))
        for district in sorted(schools)
    )
    group_sections = (
        (
            _("Program") if measures.get_member_name(dim) else releases_api.label_breakdown(dim),
            (
                (f"{dim}{_SEPARATOR}{value}", releases_api.label_value(dim, value))
                for value in releases_api.sort_group_values(dim, values[dim])
            ),
        )
        for dim in measures.sort_dimensions(set(values) - _PLACE_DIMENSIONS)
    )
    districts = sorted(values.get("district", ()))
    fields = (
        ("year", _("School year"), _("All years"), [("", _pair(sorted(years, reverse=True)))]),
        ("district", _("District"), _("All districts"), [("", _pair(districts))]),
        ("school", _("School"), _("All schools"), school_sections),
        ("group", _("Group"), _("All children"), group_sections),
    )
    return [
        SelectionField(
            name,
            label,
            everything,
            tuple(
                (
                    _label_place(heading) if name == "school" else heading,
                    tuple(
                        SelectionChoice(
                            value, _label_place(text), value == getattr(selection, name)
                        )
                        for value, text in entries
                    ),
                )
                for heading, entries in sections
            ),
        )
        for name, label, everything, sections in fields
    ]


def _pair(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _label_place(name: str) -> str:
    return _("Not reported") if name == releases_api.NO_VALUE_ON_RECORD else name


def list_row_choices(selection: FigureSelection) -> list[SelectionChoice]:
    """List what the rows of a table may be: the years, and each breakdown that Cairn has."""
    choices = [(BY_YEAR, _("School year"))]
    choices += [(name, releases_api.label_breakdown(name)) for name in measures.load_breakdowns()]
    return [SelectionChoice(value, label, value == selection.rows) for value, label in choices]


def list_public_tables(figures: releases_api.OutcomeFigures) -> list[str]:
    """List in words by which breakdowns figures are public, such as "by district and school"."""
    tables = {
        measures.sort_dimensions(key.dimensions)
        for table in figures.tables.values()
        for key in table
        if key.values
    }
    return [releases_api.label_table(",".join(dimensions)) for dimensions in sorted(tables)]


def compose_table(
    figures: releases_api.OutcomeFigures, selection: FigureSelection
) -> releases_api.BreakdownTable | None:
    """Compose the table of a selection from public figures; None if it is not public."""
    narrowed = narrow_figures(figures, selection)
    if narrowed is None or not selection.rows:
        return None
    if selection.rows == BY_YEAR:
        return next(iter(releases_api.build_breakdown_tables(narrowed)))
    return releases_api.build_dimension_table(narrowed, selection.rows)


def describe_table(outcome: str, selection: FigureSelection) -> str:
    """Describe in words which table was asked for."""
    catalogue = releases_api.load_indicator_catalogue()
    title = releases_api.localize_text(catalogue[outcome].title) if outcome in catalogue else ""
    rows = next(
        (choice.label for choice in list_row_choices(selection) if choice.is_chosen),
        "",
    )
    by_rows = _("one row for each: %(rows)s") % {"rows": rows.lower()} if rows else ""
    return "; ".join(filter(None, (title, by_rows, selection.describe())))
