"""What children have → means and medians, beside what is out of the same children."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from cairn.outputs.releases.protection import certificates, measures
from cairn.outputs.releases.protection import counts as protection_counts
from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear, PublishedSnapshot
from cairn.outputs.releases.protection.measures import MeasureRequest, ProtectedMeasureYear
from cairn.policy.facts.outputs.release import (
    DifferencingConflict,
    DifferencingConflictKind,
)
from cairn.sdc.magnitudes.magnitude_protection import FigureReason
from cairn.sdc.magnitudes.measure import UnfitMeasureError
from cairn.sdc.options import Statistic
from cairn.warehouse.exporters.release_files import ReleasedCell
from cairn.warehouse.measures.indicators import OutcomeMeasure

DAYS = OutcomeMeasure(
    "chronic_absence", "attendance_total.days_absent", {"en": "days", "es": "días"}
)
SCHOOLS = (("district", "school"),)
RACES = (("race_ethnicity",),)
YEAR = "2025-26"


def rows(
    sizes: dict[tuple[str, str, str], int], *, days: Sequence[int] = (2, 5, 9, 22, 30)
) -> list[dict[str, Any]]:
    """So many children of each district, school and race; a day from 18 on is a yes."""
    return [
        {
            "school_year": YEAR, "district": district, "school": school, "race_ethnicity": race,
            "result": "yes" if value >= 18 else "no", "value": Decimal(value), "n": n,
        }
        for (district, school, race), size in sizes.items()
        for at, value in enumerate(days)
        if (n := len(range(at, size, len(days))))
    ]  # fmt: skip


def wanted(
    tables: tuple[tuple[str, ...], ...] = SCHOOLS, statistic: Statistic = Statistic.MEAN
) -> MeasureRequest:
    return MeasureRequest("days_absent", DAYS, statistic, tables, (), 10)


def protect_measure(
    asked: MeasureRequest, counted: list[dict[str, Any]], past: Sequence[PublishedSnapshot] = ()
) -> ProtectedMeasureYear:
    (found,) = measures.protect_measure_years(asked, counted, past)
    assert isinstance(found, ProtectedMeasureYear)
    return found


SIZES = {
    ("Elm", "1", "x"): 60, ("Elm", "2", "x"): 45, ("Elm", "1", "y"): 30, ("Elm", "2", "y"): 25,
    ("Oak", "1", "x"): 50, ("Oak", "9", "y"): 40, ("Ash", "5", "x"): 45, ("Ash", "5", "y"): 35,
}  # fmt: skip


def map_cells(year: ProtectedMeasureYear) -> dict[tuple[str, str], ReleasedCell]:
    return {(cell.group.get("district"), cell.group.get("school")): cell for cell in year.cells()}


def test_each_figure_stands_beside_its_number_of_children() -> None:
    found = map_cells(protect_measure(wanted(), rows(SIZES)))
    county = found["All", "All"]
    assert (county.n, county.statistic, county.value, county.rounded_to) == (
        330, "mean", "13.6", "0.2"
    )  # fmt: skip
    assert found["Elm", "1"].n == 90
    assert found["Oak", "1"].n == 50
    assert {cell.result for cell in found.values()} == {"All"}


def test_a_median() -> None:
    year = protect_measure(wanted(statistic=Statistic.MEDIAN), rows(SIZES))
    assert map_cells(year)["All", "All"].statistic == "median"
    assert year.attack_size == 0
    kept = certificates.build_year_certificate(year)
    assert (kept["safe"], kept["statistic"], kept["asked"]) == (True, "median", 0)
    assert kept["telling"] == year.count_withheld_for(FigureReason.UNSTEADY)


def test_a_small_school_has_no_figure_and_nothing_gives_it_away() -> None:
    year = protect_measure(wanted(), rows({**SIZES, ("Elm", "3", "x"): 4}))
    found = map_cells(year)
    assert (found["Elm", "3"].n, found["Elm", "3"].value) == (None, None)
    assert year.withheld == sum(cell.withheld for cell in found.values())
    kept = certificates.build_year_certificate(year)
    assert kept["withheld"] == year.withheld
    assert kept["small"] == 1
    assert kept["small"] + kept["complementary"] + kept["few_others"] == kept["withheld"]
    assert kept["contributors"] == 3
    assert kept["asked"] > 0
    assert kept["programs"] > 0


READERS = "program:Readers"
PARTNER = protection_counts.ReleaseInsider("readers", frozenset({READERS}), frozenset())


@pytest.mark.parametrize("statistic", Statistic)
def test_a_partner_that_knows_all_of_its_children_but_one_is_an_attacker(
    statistic: Statistic,
) -> None:
    """Eleven of twelve children and their mean would give the last child's days."""
    days = (2, 3, 3, 4, 5, 5, 6, 7, 9, 12, 20, 31)
    counted = [
        {
            "school_year": YEAR, "district": "Elm", READERS: member, "result": "no",
            "value": Decimal(value), "n": n,
        }
        for member, n in (("yes", 1), ("no", 30))
        for value in days
    ]  # fmt: skip
    asked = wanted(((READERS,),), statistic)
    (plain,) = measures.protect_measure_years(asked, counted)
    (year,) = measures.protect_measure_years(asked, counted, (), (PARTNER,))
    assert isinstance(plain, ProtectedMeasureYear)
    assert isinstance(year, ProtectedMeasureYear)
    before, after = (
        {cell.group.get(READERS): cell for cell in found.cells()} for found in (plain, year)
    )
    assert after["All"].value is not None
    if statistic is Statistic.MEDIAN:
        assert (before["yes"].value is None, after["yes"].value) == (False, None)
        return
    assert before["yes"].rounded_to is not None
    assert set(year.figures.last_people) == {PARTNER.name}
    assert year.attack_size > plain.attack_size
    if after["yes"].value is not None:
        value, unit = Decimal(after["yes"].value), Decimal(str(after["yes"].rounded_to))
        assert unit > Decimal(before["yes"].rounded_to)
        for last in days:
            rest = sum(days) - last
            low, high = (max(12 * (value + sign * unit / 2) - rest, 0) for sign in (-1, 1))
            assert high - low > 36 - 1, last


def test_only_the_years_that_are_wanted() -> None:
    counted = [*rows(SIZES), *({**row, "school_year": "2024-25"} for row in rows(SIZES))]
    found = measures.protect_measure_years(
        MeasureRequest("days_absent", DAYS, Statistic.MEAN, ((),), ("2024-25",), 10), counted
    )
    assert [year.school_year for year in found if isinstance(year, ProtectedMeasureYear)] == [
        "2024-25"
    ]


def test_a_value_that_nobody_can_have() -> None:
    with pytest.raises(UnfitMeasureError, match="outside of what anyone can have"):
        protect_measure(wanted(), rows(SIZES, days=(2, 400)))


def counts(tables: tuple[tuple[str, ...], ...], counted: list[dict[str, Any]]) -> PublishedSnapshot:
    """A published release of the outcome of the same children."""
    plain = [{k: v for k, v in row.items() if k != "value"} for row in counted]
    dims = protection_counts.list_counted_dimensions(tables)
    merged: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in plain:
        key = tuple(row[dim] for dim in (*dims, "result"))
        merged.setdefault(key, {**row, "n": 0})["n"] += row["n"]
    (year,) = protection_counts.protect_outcome_years(
        "chronic_absence", merged.values(), tables, 10, ()
    )
    assert isinstance(year, ProtectedOutcomeYear)
    return PublishedSnapshot("“Absence” (2026-10-02)", tables, tuple(year.cells()))


SMALL = {**SIZES, ("Elm", "3", "x"): 12, ("Elm", "3", "y"): 4}


def test_what_a_release_of_the_same_children_withheld_stays_withheld() -> None:
    """In the new table alone the 40 children of race y in Oak could be shown."""
    past = counts(RACES, rows({**SIZES, ("Oak", "9", "y"): 4, ("Elm", "1", "z"): 3}))
    hidden = {
        c.group.get("race_ethnicity") for c in past.cells if c.n is None and c.result == "All"
    }
    assert hidden
    again = rows({**SIZES, ("Oak", "9", "y"): 4, ("Elm", "1", "z"): 3})
    year = protect_measure(wanted(RACES), again, [past])
    assert hidden <= {c.group.get("race_ethnicity") for c in year.cells() if c.n is None}
    assert year.beside == 1
    assert year.programs_beside > 0


def test_results_that_are_out_are_added_up_with_the_numbers_of_now() -> None:
    past = counts(SCHOOLS, rows(SMALL))
    year = protect_measure(wanted((*SCHOOLS, *RACES)), rows(SMALL), [past])
    cells = list(year.cells())
    assert {cell.result for cell in cells} == {"All"}
    assert any(cell.value for cell in cells)
    assert year.figures.counts.certificate.safe


def test_a_figure_of_before_gives_its_numbers_to_the_history() -> None:
    """A measure of the same children told numbers of children, and no results."""
    before = protect_measure(wanted(RACES), rows(SMALL))
    past = PublishedSnapshot("“Days” (2026-10-02)", RACES, tuple(before.cells()))
    plain = [{k: v for k, v in row.items() if k != "value"} for row in rows(SMALL)]
    dims = protection_counts.list_counted_dimensions((*SCHOOLS, *RACES))
    merged: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in plain:
        key = tuple(row[dim] for dim in (*dims, "result"))
        merged.setdefault(key, {**row, "n": 0})["n"] += row["n"]
    (year,) = protection_counts.protect_outcome_years(
        "chronic_absence", merged.values(), SCHOOLS, 10, (), [past]
    )
    assert isinstance(year, ProtectedOutcomeYear)
    assert year.beside == 1
    other = protect_measure(wanted(SCHOOLS), rows(SMALL), [past])
    assert other.beside == 1


def test_other_children_or_few_more_stop_it_by_name() -> None:
    past = counts(((),), rows(SIZES))
    few_more = rows({**SIZES, ("Elm", "1", "x"): 63})
    (met,) = measures.protect_measure_years(wanted(((),)), few_more, [past])
    assert met == DifferencingConflict(
        "days_absent", YEAR, DifferencingConflictKind.TELLS_OF_FEW, ("“Absence” (2026-10-02)",)
    )
    others = rows({key: 11 if key[1] == "1" else 200 - n for key, n in SIZES.items()})
    (met,) = measures.protect_measure_years(wanted(SCHOOLS), others, [counts(SCHOOLS, rows(SIZES))])
    assert isinstance(met, DifferencingConflict)
    assert met.how is DifferencingConflictKind.OTHER_CHILDREN
