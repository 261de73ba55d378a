"""Everything that is wrong with a file is named: where, what it looks like, what to do."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pytest
from tests.matching.rosters.roster_rows import GIVEN, children, csv_of

from cairn.matching.profiling import RosterInspection, inspect_rosters
from cairn.matching.profiling.roster_checks import ConcernSeverity
from cairn.matching.rosters.roster_file import Roster, read_roster

Rows = list[dict[str, str]]
TODAY = date(2026, 1, 15)


def _roster(folder: Path, name: str, content: str | bytes) -> Roster:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(path, on=TODAY)


def _inspected(folder: Path, **files: Rows) -> RosterInspection:
    return inspect_rosters([_roster(folder, f"{n}.csv", csv_of(rows)) for n, rows in files.items()])


def _codes(found: RosterInspection) -> dict[str, str]:
    return {c.code: c.severity.value for c in found.concerns}


def _set_field(rows: Rows, field: str, value: Callable[[int], str]) -> Rows:
    return [{**row, field: value(i)} for i, row in enumerate(rows)]


def _renamed(rows: Rows, **names: str) -> Rows:
    return [{names.get(k, k): v for k, v in row.items()} for row in rows]


def test_nothing_is_said_of_a_sound_file(tmp_path: Path) -> None:
    found = _inspected(tmp_path, district=children(60), camp=children(60, seed=9))
    assert found.is_fit
    assert set(_codes(found).values()) <= {
        ConcernSeverity.NOTE.value,
        ConcernSeverity.WARNING.value,
    }
    # Both number their children from 100: told, and harmless.
    assert set(_codes(found)) == {"ids_reused"}


WRONG_COLUMNS = {
    "names in school": ("school", lambda i: f"{GIVEN[i % 20]} Costa{i}", "names of people"),
    "first names in school": ("school", lambda i: GIVEN[i % 20], "names of people"),
    "dates in phone": ("phone", lambda i: f"2012-03-{i % 28 + 1:02d}", "dates"),
    "names in phone": ("phone", lambda i: GIVEN[i % 20], "names of people"),
    "phones in street": ("street", lambda i: f"(434) 555-{i:04d}", "phone numbers"),
    "email in phone": ("phone", lambda i: f"p{i}@example.org", "email addresses"),
    "ZIP in street": ("street", lambda i: f"229{i:02d}", "ZIP codes"),
    "dates in given_name": ("given_name", lambda i: f"3/{i % 28 + 1}/2012", "dates"),
    "street in postal_code": ("postal_code", lambda i: f"{i + 1} Elm Street", "street addresses"),
    "schools in family_name": ("family_name", lambda i: f"Hill{i} Elementary", "schools"),
    "names in birth_date": ("birth_date", lambda i: GIVEN[i % 20], "names of people"),
    "phones in birth_date": ("birth_date", lambda i: f"434-555-{i:04d}", "phone numbers"),
    "names in state_id": ("state_id", lambda i: GIVEN[i % 20], "names of people"),
    "social security numbers": ("local_id", lambda i: f"900-45-{6000 + i}", "Social Security"),
}


@pytest.mark.parametrize("case", WRONG_COLUMNS)
def test_a_column_of_something_else_is_told_and_not_used(case: str, tmp_path: Path) -> None:
    field, value, looks = WRONG_COLUMNS[case]
    found = _inspected(tmp_path, camp=_set_field(children(40), field, value))
    assert found.is_fit
    concern = next(c for c in found.concerns if c.code == "wrong_column")
    assert (concern.file, concern.column) == ("camp.csv", field)
    assert looks in concern.looks
    assert "The column is not used" in concern.advice
    assert found.rosters[0].table.column(field).null_count == 40


@pytest.mark.parametrize("field", ["state_id", "local_id", "school"])
def test_a_social_security_number_is_never_linked_on(field: str, tmp_path: Path) -> None:
    rows = _set_field(children(40), field, lambda i: f"900-45-{6000 + i}" if i < 6 else f"K{i}")
    found = _inspected(tmp_path, camp=rows)
    assert _codes(found)["social_security_numbers"] == "warning"
    assert found.rosters[0].table.column(field).null_count == 6
    rows = _set_field(children(40), "record_id", lambda i: f"900-45-{6000 + i}")
    found = _inspected(tmp_path, camp=rows)
    assert _codes(found)["social_security_numbers"] == "warning"
    assert found.rosters[0].table.column("record_id").null_count == 0


def test_schools_named_after_people_are_schools(tmp_path: Path) -> None:
    rows = _set_field(children(200), "school", lambda i: ("Madison", "Jackson", "Taylor")[i % 3])
    assert "wrong_column" not in _codes(_inspected(tmp_path, camp=rows))
    rows = _set_field(children(200), "school", lambda i: f"{GIVEN[i % 20]} Lee {i} Academy")
    assert "wrong_column" not in _codes(_inspected(tmp_path, camp=rows))


def test_exchanged_names_are_told(tmp_path: Path) -> None:
    rows = _renamed(children(60), given_name="family_name", family_name="given_name")
    found = _inspected(tmp_path, camp=rows)
    assert _codes(found)["names_exchanged"] == "warning"


CONSTANTS = ("given_name", "family_name", "birth_date", "street", "phone", "email", "state_id",
             "local_id")  # fmt: skip


@pytest.mark.parametrize("field", CONSTANTS)
def test_one_value_in_every_row_is_told_and_not_used(field: str, tmp_path: Path) -> None:
    value = children(1)[0][field]
    found = _inspected(tmp_path, camp=children(30, **{field: value}))
    (concern,) = [c for c in found.concerns if c.code == "constant"]
    assert (concern.column, concern.rows, concern.severity) == (field, 30, ConcernSeverity.WARNING)
    assert value not in str(concern)
    (roster,) = found.rosters
    assert roster.table.column(field).null_count == 30


def test_a_placeholder_is_told_and_the_others_stay(tmp_path: Path) -> None:
    rows = _set_field(
        children(40), "phone", lambda i: "434-555-9999" if i % 2 else f"434-556-{i:04d}"
    )
    found = _inspected(tmp_path, camp=rows)
    assert _codes(found)["common_value"] == "warning"
    assert found.rosters[0].table.column("phone").null_count == 20


def test_a_family_may_share_everything(tmp_path: Path) -> None:
    rows = children(3, phone="434-555-0001", street="1 Elm Street", family_name="Costa")
    found = _inspected(tmp_path, camp=rows)
    assert "constant" not in _codes(found)
    assert found.rosters[0].table.column("phone").null_count == 0


def test_one_sex_in_a_whole_file_is_noted(tmp_path: Path) -> None:
    found = _inspected(tmp_path, team=children(30, sex="F"))
    assert _codes(found)["alike"] == "note"
    assert pc.all(pc.equal(found.rosters[0].table.column("gender"), "F")).as_py()


def test_no_usable_fields(tmp_path: Path) -> None:
    only = [{"record_id": r["record_id"], "grade": r["grade"]} for r in children(9)]
    names = [{k: r[k] for k in ("record_id", "given_name", "family_name")} for r in children(9)]
    nobody = children(9, given_name="Baby", family_name="Costa", state_id="")
    for rows in (only, names, nobody):
        found = _inspected(tmp_path, camp=rows)
        assert _codes(found)["no_usable_fields"] == "error"
        assert not found.is_fit
        beside = _inspected(tmp_path, camp=rows, district=children(30))
        assert _codes(beside)["no_usable_fields"] == "warning"
        assert beside.is_fit


def test_ids_without_names_are_usable(tmp_path: Path) -> None:
    rows = [{k: r[k] for k in ("record_id", "state_id")} for r in children(20)]
    found = _inspected(tmp_path, exam=rows)
    assert (_codes(found)["no_names"], found.is_fit) == ("warning", True)


def test_birth_dates_missing_or_unreadable(tmp_path: Path) -> None:
    missing = _inspected(tmp_path, camp=children(20, birth_date=""))
    assert _codes(missing)["no_birth_dates"] == "warning"
    assert missing.is_fit
    few = _inspected(tmp_path, camp=_set_field(children(20), "birth_date", lambda i: f"spring {i}"))
    assert _codes(few)["unreadable"] == "warning"
    assert few.is_fit
    some = _set_field(children(20), "birth_date", lambda i: "" if i % 4 else f"2012-03-{i + 1:02d}")
    assert _codes(_inspected(tmp_path, camp=some))["few_birth_dates"] == "warning"


def test_repeated_record_ids(tmp_path: Path) -> None:
    rows = children(20)
    rows[3] = {**rows[3], "record_id": "r1"}
    found = _inspected(tmp_path, camp=rows)
    assert _codes(found)["repeated_record_id"] == "warning"
    again = _inspected(tmp_path, camp=[*children(20), children(20)[4]])
    assert _codes(again)["repeated_rows"] == "warning"
    assert again.is_fit


def test_a_roster_sent_twice(tmp_path: Path) -> None:
    other = [{**row, "record_id": f"z{i}"} for i, row in enumerate(children(40))]
    found = _inspected(tmp_path, camp=children(40), camp_new=other)
    (concern,) = [c for c in found.concerns if c.code == "sent_twice"]
    assert "camp.csv and camp_new.csv" in str(concern)
    one = [{**row, "source": "camp"} for row in children(40)]
    same = _inspected(tmp_path, a=one, b=one)
    assert _codes(same)["repeated_rows"] == "warning"
    corrected = [{**one[0], "given_name": "Otto"}, *one[1:]]
    assert _codes(_inspected(tmp_path, a=one, b=corrected))["repeated_record_id"] == "warning"


def test_ids_of_other_children(tmp_path: Path) -> None:
    mine = children(40)
    others = [
        {**row, "state_id": other["state_id"]}
        for row, other in zip(children(40, seed=5), reversed(mine), strict=True)
    ]
    third = [{**row, "record_id": f"t{i}", "phone": ""} for i, row in enumerate(mine)]
    found = _inspected(tmp_path, district=mine, camp=others, clinic=third)
    assert _codes(found)["ids_reused"] == "warning"
    (concern,) = [c for c in found.concerns if c.code == "state_ids_reused"]
    assert (concern.file, concern.severity) == ("camp", ConcernSeverity.WARNING)
    counts = [r.table.column("state_id").null_count for r in found.rosters]
    assert counts == [0, 40, 0]
    assert "clinic, district" in {c.file for c in found.concerns if c.code == "ids_alike"}


def test_windows_text_is_read_and_told(tmp_path: Path) -> None:
    rows = csv_of(children(20)).replace("Ana", "Iñés").encode("cp1252")
    found = inspect_rosters([_roster(tmp_path, "camp.csv", rows)])
    (concern,) = [c for c in found.concerns if c.code == "not_utf8"]
    assert concern.severity is ConcernSeverity.WARNING
    assert "Iñés" in found.rosters[0].table.column("given_name").to_pylist()


def test_an_empty_table_and_rows_that_shifted(tmp_path: Path) -> None:
    header = csv_of(children(1)).splitlines()[0]
    empty = inspect_rosters([_roster(tmp_path, "a.csv", header + "\n")])
    assert _codes(empty)["empty"] == "error"
    rest = _roster(tmp_path, "c.csv", csv_of(children(20)))
    beside = inspect_rosters([_roster(tmp_path, "a.csv", header + "\n"), rest])
    assert (_codes(beside)["empty"], beside.is_fit) == ("warning", True)
    text = csv_of(children(20)) + ",".join("x" * 20) + "\n"
    assert _codes(inspect_rosters([_roster(tmp_path, "b.csv", text)]))["shifted"] == "warning"


def test_rows_without_an_id(tmp_path: Path) -> None:
    rows = children(20)
    rows[5] = {**rows[5], "record_id": ""}
    found = _inspected(tmp_path, camp=rows)
    assert _codes(found)["no_record_id"] == "warning"
    assert found.rosters[0].table.column("record_id")[5].as_py() == "row 7"
