"""Counts of neighborhoods add up to their city, county and district, also where some are hidden."""

from collections import Counter, defaultdict
from itertools import product
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from tests.outputs.releases.community import permit

from cairn.outputs.releases import facts
from cairn.outputs.releases.protection import counts
from cairn.policy.facts.outputs.release import DifferencingConflict, DifferencingConflictKind
from cairn.policy.vocabulary.actions import Action
from cairn.warehouse.engines import open_sql_engine
from cairn.warehouse.exporters import ReleasedCell, build_group_key
from cairn.warehouse.measures import outcome_counts
from cairn.warehouse.measures.outcomes import load_outcome_catalogue
from cairn.warehouse.schema.elements import load_element_catalogue

Rows = list[dict[str, Any]]
YEAR = "2021-22"
NOT_ON_RECORD = outcome_counts.NOT_ON_RECORD
_CITIES = {"97301": "Salem", "97302": "Salem", "97303": "Keizer", "97304": "Keizer"}


def make_children(chance: Random) -> dict[str, Rows]:
    """Make children of two districts, some without a ZIP code, a few with a city of their own."""
    people = [f"p{number}" for number in range(chance.randint(120, 240))]
    weights = [chance.choice((1, 8, 20)) for _zip in _CITIES]
    roster: Rows = []
    for person in people:
        code = chance.choices(list(_CITIES), weights)[0]
        city = _CITIES[code] if chance.random() > 0.1 else f"the city of {person}"
        known = {"postal_code": code, "city": city, "county": "Marion"}
        roster.append({"person": person, **(known if chance.random() > 0.1 else {})})
    days = [
        {"person": person, "school_year": YEAR, "days_enrolled": 180.0,
         "days_absent": chance.choice((1.0, 90.0))}
        for person in people
    ]  # fmt: skip
    enrolled = [
        {"person": person, "school_year": YEAR, "school_id": chance.choice("AB"),
         "district": chance.choice(("Oak", "Elm"))}
        for person in people
    ]  # fmt: skip
    return {"student": roster, "attendance_total": days, "enrollment": enrolled}


def tabulate(*dims: str, **records: Rows) -> Rows:
    tables = {}
    for name in load_element_catalogue():
        schema = outcome_counts.complete_record_table(name, []).schema
        rows = [{"source": "river", **row} for row in records.get(name, [])]
        made = pa.Table.from_pylist(rows, schema)
        tables[name] = outcome_counts.complete_record_table(name, [made])
    counted: Rows = outcome_counts.tabulate_outcome(
        tables,
        load_outcome_catalogue()["chronic_absence"],
        dims,
        permit=permit(Action.COUNT),
        engine=open_sql_engine(),
    ).to_pylist()
    return counted


@pytest.mark.parametrize("seed", range(4))
def test_zip_codes_add_up_to_the_area_and_the_district_they_are_in(seed: int) -> None:
    children = make_children(Random(seed))
    rows = tabulate("district", "zip", "city", "county", **children)
    assert sum(row["n"] for row in rows) == len(children["attendance_total"])
    cities = defaultdict(set)
    for row in rows:
        cities[row["zip"]] |= {(row["city"], row["county"])}
    assert all(len(areas) == 1 for areas in cities.values())
    assert {city for areas in cities.values() for city, _county in areas} <= {
        "Salem", "Keizer", NOT_ON_RECORD,
    }  # fmt: skip

    (year,) = counts.protect_outcome_years("o", rows, [["district", "zip"]], 10, ())
    assert isinstance(year, counts.ProtectedOutcomeYear)
    true = Counter[tuple[str, str]]()
    for row in rows:
        for key in product((row["district"], "All"), (row["zip"], "All")):
            true[key] += row["n"]
    shown = {
        (cell.group.get("district"), cell.group.get("zip")): cell.n
        for cell in year.cells()
        if cell.result == "All"
    }
    for total_key, parts in (
        *((("All", code), [(name, code) for name in ("Oak", "Elm")]) for code in cities),
        *(((name, "All"), [(name, code) for code in cities]) for name in ("Oak", "Elm")),
        (("All", "All"), [("All", code) for code in cities]),
    ):
        total = shown[total_key]
        visible = [shown[key] for key in parts if shown.get(key) is not None]
        if total is None:
            continue
        hidden = [key for key in parts if shown.get(key, 0) is None]
        assert sum(visible) <= total
        # The rest is what is hidden, and it is of more than one group.
        assert total - sum(visible) == sum(true[key] for key in hidden)
        assert len(hidden) != 1


def test_a_city_is_not_published_beside_its_zip_codes() -> None:
    cells = [ReleasedCell("o", YEAR, build_group_key({"zip": "97301"}), "All", 40)]
    spring = counts.PublishedSnapshot("Spring", [["zip"]], tuple(cells))
    years = {"o": [YEAR, "2030-31"]}
    kind = DifferencingConflictKind.OVERLAPPING_GROUPS
    assert facts.find_overlap_conflicts(years, ("city",), [spring]) == [
        DifferencingConflict("o", YEAR, kind, ("Spring",))
    ]
    assert not facts.find_overlap_conflicts(years, ("zip", "gender"), [spring])
