"""Groups counted as one: in the numbers, beside what is out, and in an owner's own."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import override

from cairn.outputs.releases import labels, merged_groups
from cairn.outputs.releases.merged_groups import Grouping
from cairn.outputs.releases.protection import certificates, contributor_parts, counts, measures
from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear, PublishedSnapshot
from cairn.outputs.releases.protection.measures import MeasureRequest, ProtectedMeasureYear
from cairn.policy.facts.outputs.release import DifferencingConflict
from cairn.sdc.options import Statistic
from cairn.warehouse.exporters.release_files import ALL_GROUPS
from cairn.warehouse.measures.indicators import OutcomeMeasure

OUTCOME, YEAR = "o", "2025-26"
RACES = {
    "asian": (2, 41), "black": (30, 90), "hispanic": (60, 240), "pacific_islander": (3, 38),
    "white": (80, 310), "not_on_record": (40, 55),
}  # fmt: skip
FEW = {
    **RACES, "asian": (40, 400), "pacific_islander": (1, 2), "not_on_record": (5, 5)
}  # fmt: skip
"""Asian children are many, Pacific Islander children nine in all."""
PAIR: Grouping = merged_groups.build_grouping([["asian", "pacific_islander"]])
ONE = "asian+pacific_islander"


def rows(year: str = YEAR, races: dict[str, tuple[int, int]] = RACES) -> list[dict[str, Any]]:
    return [
        {
            "school_year": year, "district": district, "race_ethnicity": race,
            "result": result, "n": n,
        }
        for district in ("Elm", "Oak", "Ash")
        for race, (yes, no) in races.items()
        for result, n in (("yes", yes), ("no", no))
    ]  # fmt: skip


def counted(
    together: Grouping = merged_groups.NO_MERGED_GROUPS,
    past: tuple[PublishedSnapshot, ...] = (),
    found: list[dict[str, Any]] | None = None,
) -> list[ProtectedOutcomeYear]:
    made = counts.protect_outcome_years(
        OUTCOME, found or rows(), [["race_ethnicity"]], 10, (), past, together
    )
    return [one for one in made if not isinstance(one, DifferencingConflict)]


def by_race(year: ProtectedOutcomeYear) -> dict[tuple[str, str], int | None]:
    return {(c.group.get("race_ethnicity"), c.result): c.n for c in year.cells()}


def test_a_code_names_everyone_in_it_in_one_order() -> None:
    assert merged_groups.encode_merged_group(["pacific_islander", "asian"]) == ONE
    assert merged_groups.split_merged_group(ONE) == ("asian", "pacific_islander")
    assert merged_groups.split_merged_group("white") == ("white",)
    assert merged_groups.detect_grouping([ONE, "white", ALL_GROUPS]) == PAIR
    assert merged_groups.get_counted_group("asian", PAIR) == ONE
    assert merged_groups.get_counted_group("white", PAIR) == "white"
    (row,) = merged_groups.merge_group_rows([{"gender": "F", "n": 1}], PAIR)
    assert row == {"gender": "F", "n": 1}


def test_groups_counted_as_one_have_one_number_and_more_is_shown() -> None:
    (apart,), (as_one,) = counted(), counted(PAIR)
    assert by_race(apart)["asian", "yes"] is None
    assert by_race(apart)["pacific_islander", "yes"] is None
    assert by_race(as_one)[ONE, "yes"] == 3 * (2 + 3)
    assert by_race(as_one)[ONE, ALL_GROUPS] == 3 * (2 + 41 + 3 + 38)
    assert not {"asian", "pacific_islander"} & {race for race, _ in by_race(as_one)}
    assert as_one.together == PAIR
    assert as_one.published.withheld < apart.published.withheld
    assert as_one.published.certificate.safe


def test_nobody_of_a_merged_group_is_called_missing() -> None:
    (year,) = counted(PAIR)
    assert counts.find_missing_groups([year], labels.RACE_CODES) == (
        "american_indian",
        "two_or_more",
    )


def out(year: ProtectedOutcomeYear, name: str = "“Spring” (2026-03-02)") -> PublishedSnapshot:
    return PublishedSnapshot(name, [["race_ethnicity"]], tuple(year.cells()))


def test_a_year_whose_groups_are_out_apart_keeps_them_apart() -> None:
    """An earlier release shows Asian children and the total, and withholds the nine Pacific
    Islander children. Both as one number, beside it, would be those nine by subtraction."""
    few = rows(races=FEW)
    (first,), (merged,) = counted(found=few), counted(PAIR, found=few)
    assert by_race(first)["asian", ALL_GROUPS] == 1320
    assert by_race(first)["pacific_islander", ALL_GROUPS] is None
    assert by_race(merged)[ONE, ALL_GROUPS] == 1320 + 9
    (now,) = counted(PAIR, (out(first),), few)
    assert now.together == merged_groups.NO_MERGED_GROUPS
    assert by_race(now) == by_race(first)
    assert now.beside == 1


def test_only_the_years_that_are_not_out_are_merged() -> None:
    (first,) = counted(found=rows("2024-25"))
    then, now = counted(PAIR, (out(first),), [*rows("2024-25"), *rows()])
    assert (then.school_year, then.together) == ("2024-25", merged_groups.NO_MERGED_GROUPS)
    assert (now.school_year, now.together) == (YEAR, PAIR)


def test_what_is_out_as_one_stays_one() -> None:
    """Told apart later, the numbers of both releases would be subtracted from one another."""
    (first,) = counted(PAIR)
    for asked in (
        merged_groups.NO_MERGED_GROUPS,
        merged_groups.build_grouping([["asian", "white"]]),
        PAIR,
    ):
        (now,) = counted(asked, (out(first),))
        assert now.together == PAIR
        assert by_race(now) == by_race(first)


def test_a_release_without_groups_says_nothing_of_how_they_are_counted() -> None:
    plain = counts.protect_outcome_years(OUTCOME, rows(), [["district"]], 10, ())
    (first,) = (one for one in plain if isinstance(one, ProtectedOutcomeYear))
    (now,) = counted(PAIR, (PublishedSnapshot("Spring", [["district"]], tuple(first.cells())),))
    assert now.together == PAIR
    assert now.beside == 1


def test_two_releases_that_count_groups_differently_never_pass() -> None:
    """None can be out; if one were, the new one is stopped and the release named."""
    (apart,), (as_one,) = counted(), counted(PAIR)
    both = (out(apart, "Spring"), out(as_one, "Autumn"))
    met = list(
        counts.protect_outcome_years(OUTCOME, rows(), [["race_ethnicity"]], 10, (), both, PAIR)
    )
    assert [type(one) for one in met] == [DifferencingConflict]


def test_what_children_have_is_told_of_the_same_groups() -> None:
    (year,) = measures.protect_measure_years(of_days(), days())
    assert isinstance(year, ProtectedMeasureYear)
    assert year.together == PAIR
    assert {cell.group.get("race_ethnicity") for cell in year.cells()} == {
        ONE, "black", "hispanic", "white", ALL_GROUPS
    }  # fmt: skip
    assert certificates.build_year_certificate(year)["together"] == [["asian", "pacific_islander"]]


def test_what_children_have_keeps_the_groups_that_are_out() -> None:
    found, wanted = days(), of_days()
    apart, as_one = (_absence(asked) for asked in (merged_groups.NO_MERGED_GROUPS, PAIR))
    (year,) = measures.protect_measure_years(wanted, found, (apart,))
    assert isinstance(year, ProtectedMeasureYear)
    assert year.together == merged_groups.NO_MERGED_GROUPS
    differ = (apart, replace(as_one, name="Autumn"))
    (met,) = measures.protect_measure_years(wanted, found, differ)
    assert isinstance(met, DifferencingConflict)
    assert met.releases == (apart.name, "Autumn")


def days() -> list[dict[str, Any]]:
    """What each child of a known group was absent, in days."""
    return [{**row, "value": Decimal(at % 7), "n": 1} for row in _known() for at in range(row["n"])]


def of_days() -> MeasureRequest:
    absent = OutcomeMeasure("chronic_absence", "attendance_total.days_absent", {"en": "", "es": ""})
    return MeasureRequest(
        "days_absent", absent, Statistic.MEAN, (("race_ethnicity",),), (), 10, PAIR
    )


def _known() -> list[dict[str, Any]]:
    return [row for row in rows() if row["race_ethnicity"] != "not_on_record"]


def _absence(together: Grouping) -> PublishedSnapshot:
    """Who of the same children was absent often, as it is out."""
    (year,) = counted(together, found=_known())
    past = out(year)
    return replace(
        past, cells=tuple(replace(cell, outcome="chronic_absence") for cell in past.cells)
    )


def test_a_contributor_reads_its_own_of_the_same_groups() -> None:
    (year,) = counted(PAIR)
    part = contributor_parts.compute_contributor_part(
        "Elm", rows(), year.cells(), [["race_ethnicity"]], 10
    )
    own = {(c.group.get("race_ethnicity"), c.result): c.n for c in part.cells(OUTCOME, YEAR)}
    assert own[ONE, "yes"] == 2 + 3
    assert "asian" not in {race for race, _ in own}


def test_a_merged_group_is_called_by_everyone_in_it() -> None:
    assert labels.label_race(ONE) == "Asian + Pacific Islander"
    assert labels.label_race("white") == "White"
    assert labels.label_race("another+asian") == "Asian + another"
    assert labels.describe_merged_groups(["white", ONE, ALL_GROUPS]) == [
        "Combined into one group: Asian + Pacific Islander."
    ]
    with override("es"):
        assert labels.label_race(ONE) == "Asiático + Isleño del Pacífico"
        assert labels.describe_merged_groups([ONE]) == [
            "Combinados en un solo grupo: Asiático + Isleño del Pacífico."
        ]


def test_it_stands_where_the_first_of_them_would() -> None:
    found = ["white", ALL_GROUPS, "not_on_record", ONE, "american_indian", "black"]
    assert labels.sort_races(found) == [
        "american_indian", ONE, "black", "white", "not_on_record", ALL_GROUPS
    ]  # fmt: skip
