"""Turn rows about children into rows that may be given to one project, and report the loss.

The unit is the child, not the row: all rows of a child, in every table, are one profile, and each
child's profile is shared by at least k children. Pure: columns in, columns out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np

from cairn.sdc.microdata import anonymity, disclosure_risk
from cairn.sdc.microdata.date_shift import DateShifts
from cairn.sdc.microdata.generalization import GeneralizationForm, PlainValue

__all__ = [
    "UNCHANGED_FORM",
    "AssembledExtract",
    "ChildRows",
    "ColumnTreatment",
    "TreatmentKind",
    "assemble_extract",
]

GeneralizationStep: TypeAlias = tuple[str, GeneralizationForm | None]
UNCHANGED_FORM: Final = "as it is"

_MOST_SHARED_DAY: Final = 0.1
"""A day that more than one child in ten shares may be known to everyone (the first day of
school): moved with the rest, it would disclose by how much.
"""


class TreatmentKind(StrEnum):
    """Name how a column is treated."""

    KEEP = "keep"
    COARSEN = "coarsen"
    MOVE = "move"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class ColumnTreatment:
    """State how to treat one column.

    Args:
        how: the kind of treatment.
        forms: its coarser forms, finest first.
        why: why it is withheld.
        sensitive: whether its values must stay diverse among children who are alike.
    """

    how: TreatmentKind
    forms: tuple[tuple[str, GeneralizationForm], ...] = ()
    why: str = ""
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class ChildRows:
    """The rows of one table.

    Args:
        children: pseudonym of the child of each row.
        columns: values by the name of the column; each column has a value for each row.
    """

    children: tuple[str, ...]
    columns: Mapping[str, tuple[PlainValue, ...]]


@dataclass(frozen=True, slots=True)
class ElementResult:
    """Report what was done to one element.

    Args:
        element: named ``record.column``.
        how: the kind of treatment.
        form: the name of the coarser form, or `UNCHANGED_FORM`, or empty where the element is not
            in the extract.
        why: why it is not.
    """

    element: str
    how: TreatmentKind
    form: str = UNCHANGED_FORM
    why: str = ""


@dataclass(frozen=True, slots=True)
class AssembledExtract:
    """Hold an extract, and what its reviewer must know.

    Args:
        tables: the rows to release.
        done: what was done to each element.
        children: how many children are in the extract.
        left_out: how many children were left out who would have made all others coarser.
        lost: the bits lost, as a share of all there were.
        smallest: the size of the smallest class of children who are alike.
        risk: how likely a child is re-identified.
        rare: the sets of elements that single out fewer than k children before anything was
            coarsened.
        classes: each child's class among those alike, by the child.
    """

    tables: Mapping[str, ChildRows]
    done: tuple[ElementResult, ...]
    children: int
    left_out: int
    lost: float
    smallest: int
    risk: disclosure_risk.ReidentificationRisk
    rare: tuple[disclosure_risk.RareCombination, ...]
    classes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def assemble_extract(
    tables: Mapping[str, ChildRows],
    treatments: Mapping[str, ColumnTreatment],
    rule: anonymity.AnonymityRule,
    shifts: DateShifts,
    on: date,
    earlier: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> AssembledExtract:
    """Assemble the extract with the least loss that meets the rule.

    Args:
        tables: the rows by record type; elements are named ``record.column``.
        treatments: how to treat each element; one that is not named is withheld.
        rule: with how many children each child must be alike, and how diverse these are.
        shifts: draws or knows each child's shift of dates.
        on: the day on which ages are counted.
        earlier: for each child, its class in each extract that the recipient has already.

    Returns:
        The extract and the report for its reviewer.

    Raises:
        CannotBeAnonymousError: no coarser form meets the rule.
    """
    treated = {
        element: _choose_treatment(element, treatments, tables)
        for element in _list_elements(tables)
    }
    children = sorted({child for rows in tables.values() for child in rows.children})
    profiles = _ChildProfiles(tables, treated, children)
    hierarchies, steps_used = _build_hierarchies(tables, treated, profiles, on)
    sensitive = [
        anonymity.build_hierarchy(element, [profiles.build_profiles(element)]).levels[0]
        for element, treatment in treated.items()
        if treatment.sensitive and treatment.how is TreatmentKind.KEEP
    ]
    single_class = anonymity.build_hierarchy("", [[0] * len(children)])
    coarsened = anonymity.coarsen_columns(
        hierarchies or [single_class], rule, sensitive, _encode_known_classes(children, earlier)
    )
    kept = {child for child, stays in zip(children, coarsened.kept, strict=True) if stays}
    element_results = tuple(
        _report_element(element, treatment, coarsened, steps_used)
        for element, treatment in treated.items()
    )
    released = {
        name: _build_table(name, rows, kept, coarsened, treated, steps_used, shifts, on)
        for name, rows in tables.items()
    }
    released_classes = coarsened.classes[coarsened.kept]
    return AssembledExtract(
        tables=released,
        done=element_results,
        children=len(kept),
        left_out=len(children) - len(kept),
        lost=coarsened.lost,
        smallest=int(np.bincount(released_classes)[np.unique(released_classes)].min())
        if len(released_classes)
        else 0,
        risk=disclosure_risk.estimate_risk(released_classes, coarsened.classes),
        rare=disclosure_risk.find_rare_combinations(hierarchies, rule.k),
        classes={c: int(k) for c, k in zip(children, coarsened.classes, strict=True) if c in kept},
    )


def _list_elements(tables: Mapping[str, ChildRows]) -> list[str]:
    return [f"{name}.{column}" for name, rows in tables.items() for column in rows.columns]


def _read_column(tables: Mapping[str, ChildRows], element: str) -> tuple[PlainValue, ...]:
    record, _, column = element.partition(".")
    return tables[record].columns[column]


def _choose_treatment(
    element: str, treatments: Mapping[str, ColumnTreatment], tables: Mapping[str, ChildRows]
) -> ColumnTreatment:
    """Apply the requested treatment, but coarsen a day that would disclose the shift."""
    requested = treatments.get(
        element, ColumnTreatment(TreatmentKind.WITHHOLD, why="No treatment was chosen for it.")
    )
    if requested.how is not TreatmentKind.MOVE:
        return requested
    record = element.partition(".")[0]
    days: dict[PlainValue, set[str]] = defaultdict(set)
    for child, day in zip(tables[record].children, _read_column(tables, element), strict=True):
        if day is not None:
            days[day].add(child)
    child_count = len(set(tables[record].children))
    shared = max(map(len, days.values()), default=0)
    if shared > max(1, _MOST_SHARED_DAY * child_count):
        return ColumnTreatment(
            TreatmentKind.COARSEN, requested.forms, why="Many children share one day."
        )
    return requested


class _ChildProfiles:
    """Find what each child has in one column, over all of its rows.

    A child's rows are in an order that the values of the coarsened columns alone decide, the same
    in every column of a table: children alike column by column are alike row by row.
    """

    def __init__(
        self,
        tables: Mapping[str, ChildRows],
        treated: Mapping[str, ColumnTreatment],
        children: Sequence[str],
    ) -> None:
        self._tables, self._children = tables, children
        self._places = {
            name: _find_row_numbers(
                rows, [c for c in rows.columns if _is_coarsened(treated, name, c)]
            )
            for name, rows in tables.items()
        }

    def build_profiles(
        self, element: str, column: Sequence[PlainValue] | None = None
    ) -> list[tuple[PlainValue, ...]]:
        """Build the profiles from the element's own values, or from ``column`` in their place."""
        row_numbers = self._places[element.partition(".")[0]]
        values = _read_column(self._tables, element) if column is None else column
        return [
            tuple(values[index] for index in row_numbers.get(child, ())) for child in self._children
        ]


def _is_coarsened(treated: Mapping[str, ColumnTreatment], record: str, column: str) -> bool:
    return treated[f"{record}.{column}"].how is TreatmentKind.COARSEN


def _find_row_numbers(rows: ChildRows, sort_columns: Sequence[str]) -> dict[str, list[int]]:
    row_numbers: dict[str, list[int]] = defaultdict(list)
    for index, child in enumerate(rows.children):
        row_numbers[child].append(index)
    columns = [rows.columns[name] for name in sort_columns]
    for own_rows in row_numbers.values():
        if len(own_rows) > 1:
            own_rows.sort(key=lambda index: [str(column[index]) for column in columns])
    return row_numbers


def _build_hierarchies(
    tables: Mapping[str, ChildRows],
    treated: Mapping[str, ColumnTreatment],
    profiles: _ChildProfiles,
    on: date,
) -> tuple[list[anonymity.GeneralizationHierarchy], dict[str, list[GeneralizationStep]]]:
    """Build a hierarchy for each column that is made coarser, and the forms on its levels.

    A form that distinguishes children that a finer one joined is skipped.
    """
    hierarchies, steps_used = [], {}
    for element, treatment in treated.items():
        if treatment.how is not TreatmentKind.COARSEN:
            continue
        hierarchy = anonymity.build_hierarchy(element, [profiles.build_profiles(element)])
        steps: list[GeneralizationStep] = [(UNCHANGED_FORM, None)]
        for name, form in treatment.forms:
            column = profiles.build_profiles(element, form(_read_column(tables, element), on))
            try:
                hierarchy = anonymity.GeneralizationHierarchy(
                    element,
                    (*hierarchy.levels, *anonymity.build_hierarchy(element, [column]).levels),
                )
            except anonymity.HierarchyError:
                continue
            steps.append((name, form))
        hierarchies.append(hierarchy)
        steps_used[element] = steps
    return hierarchies, steps_used


def _encode_known_classes(
    children: Sequence[str], earlier: Mapping[str, Sequence[int]]
) -> anonymity.ValueCodes | None:
    """Encode what the recipient has of each child already; children in none are a class too."""
    if not earlier:
        return None
    return anonymity.build_hierarchy(
        "earlier", [[tuple(earlier.get(child, ())) for child in children]]
    ).levels[0]


def _report_element(
    element: str,
    treatment: ColumnTreatment,
    coarsened: anonymity.CoarsenedExtract,
    steps_used: Mapping[str, Sequence[GeneralizationStep]],
) -> ElementResult:
    if treatment.how is TreatmentKind.WITHHOLD:
        return ElementResult(element, TreatmentKind.WITHHOLD, "", treatment.why)
    if treatment.how is not TreatmentKind.COARSEN:
        return ElementResult(element, treatment.how)
    level = coarsened.levels[element]
    if level >= len(steps_used[element]):
        return ElementResult(
            element,
            TreatmentKind.COARSEN,
            "",
            "Even in its least detailed form it could identify a child.",
        )
    return ElementResult(
        element, TreatmentKind.COARSEN, steps_used[element][level][0], treatment.why
    )


def _build_table(
    name: str,
    rows: ChildRows,
    kept: set[str],
    coarsened: anonymity.CoarsenedExtract,
    treated: Mapping[str, ColumnTreatment],
    steps_used: Mapping[str, Sequence[GeneralizationStep]],
    shifts: DateShifts,
    on: date,
) -> ChildRows:
    """Build one table to release: the children and columns that stay, each in its form."""
    stays = [child in kept for child in rows.children]
    columns: dict[str, tuple[PlainValue, ...]] = {}
    for column, values in rows.columns.items():
        element, changed = f"{name}.{column}", None
        treatment = treated[element]
        if treatment.how is TreatmentKind.KEEP:
            changed = list(values)
        elif treatment.how is TreatmentKind.MOVE:
            days = [v if isinstance(v, date) else None for v in values]
            changed = list(shifts.shift_dates(rows.children, days))
        elif treatment.how is TreatmentKind.COARSEN and coarsened.levels[element] < len(
            steps_used[element]
        ):
            form = steps_used[element][coarsened.levels[element]][1]
            changed = list(values) if form is None else form(values, on)
        if changed is not None:
            columns[column] = tuple(v for v, stay in zip(changed, stays, strict=True) if stay)
    return ChildRows(
        tuple(c for c, stay in zip(rows.children, stays, strict=True) if stay), columns
    )
