"""Chronic absence as published for two districts in 2022-23, protected anew.

Published, both groups that Charlottesville withheld follow from the others: its races come to 3
children fewer than all, and to none fewer who were absent.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

COUNTY, CITY = "Albemarle County Public Schools", "Charlottesville City Public Schools"
WITHHELD = [(CITY, "American Indian"), (CITY, "Native Hawaiian")]
NOT_RACES = {"Economically Disadvantaged", "Female", "Male", "Students with Disabilities"}
TABLE = ("--dims", "district,race", "--count", "absent", "--denominator", "children")
OUT = ("n", "denominator", "percentage", "status")
Line = tuple[str, str, str, str]


def lines(real_data: Path) -> Iterator[Line]:
    """District, race, absent children, children, as in the published files."""
    for name in ("alb", "cville"):
        file = real_data / f"charlottesville/outcomes/{name}_absenteeism_2022_2023.csv"
        for row in csv.DictReader(file.read_text("utf-8").splitlines()):
            race = row["subgroup"].replace("All Students", "All")
            absent, present = row["count_above_10"], row["count_below_10"]
            if race not in NOT_RACES:
                children = "NA" if absent == "NA" else str(int(absent) + int(present))
                yield row["division"], race, absent, children


def write_csv(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def cells(real_data: Path, tmp_path: Path) -> Path:
    header = ("district", "race", "absent", "children")
    return write_csv(tmp_path / "cells.csv", header, list(lines(real_data)))


def published(path: Path) -> dict[tuple[str, str], dict[str, str]]:
    return {
        (row["district"], row["race"]): row
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
    }


def test_what_the_source_withheld_does_not_follow_any_more(
    cairn: Callable[..., Any], cells: Path, tmp_path: Path
) -> None:
    out, audit = tmp_path / "out.csv", tmp_path / "audit.json"
    said = cairn("protect", cells, *TABLE, "--out", out, "--audit", audit)
    assert said.code == 0, said.error
    shown = published(out)
    assert all(shown[key]["status"] == "withheld" and not shown[key]["n"] for key in WITHHELD)
    hidden = [key for key, row in shown.items() if key[0] == CITY and not row["denominator"]]
    assert len(hidden) > len(WITHHELD), "the three children follow by subtraction"
    found = json.loads(audit.read_text())
    assert found["safe"]
    assert all(cell["values_seen"] >= cell["values_required"] for cell in found["withheld"])
    assert shown["All", "All"]["n"] == str(2409 + 895)


def test_what_is_out_for_the_region_and_the_county_stops_the_city(
    cairn: Callable[..., Any], cells: Path, tmp_path: Path
) -> None:
    """The region's numbers for the two groups are invented; all others are those published."""
    told = list(csv.DictReader(cells.read_text("utf-8").splitlines()))
    city = {"American Indian": (0, 2), "Native Hawaiian": (0, 1)}
    county: list[tuple[object, ...]] = []
    region: dict[str, tuple[int, int]] = {}
    for row in told:
        race = row["race"]
        whole = row["absent"] != "NA"
        absent, children = (int(row["absent"]), int(row["children"])) if whole else city[race]
        before = region.get(race, (0, 0))
        region[race] = (before[0] + absent, before[1] + children)
        if row["district"] == COUNTY:
            county.append((COUNTY, race, absent, children, "", "published"))
    header = ("district", "race", *OUT)
    areas = [("All", race, *pair, "", "published") for race, pair in region.items()]
    earlier = (
        *("--previous", write_csv(tmp_path / "county.csv", header, county)),
        *("--previous", write_csv(tmp_path / "region.csv", header, areas)),
    )
    out = tmp_path / "out.csv"
    said = cairn("protect", cells, *TABLE, *earlier, "--out", out)
    assert said.code == 1
    assert "county.csv and region.csv" in said.error
    assert not out.exists()
