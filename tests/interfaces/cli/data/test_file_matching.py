"""`cairn link FILES`: plain files become a file of who is who, with nothing else around."""

import csv
import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from tests.matching.rosters.roster_rows import children, csv_of

Rows = list[dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with nothing of a hub in it or named."""
    monkeypatch.chdir(tmp_path)
    for name in ("CAIRN_DATA", "CAIRN_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def _other(rows: Rows, letter: str) -> Rows:
    """The same children as another source writes them down."""
    return [
        {
            "record_id": f"{letter}{i}",
            "first_name": row["given_name"].upper(),
            "last_name": row["family_name"],
            "birth_date": "/".join(
                (row["birth_date"][5:7], row["birth_date"][8:], row["birth_date"][:4])
            ),
            "zip": row["postal_code"],
            "address": row["street"],
            "phone": row["phone"].replace("-", ""),
            "sex": {"F": "female", "M": "male"}[row["sex"]],
        }
        for i, row in enumerate(rows)
    ]


def _excel(path: Path, rows: Rows) -> None:
    sink = BytesIO()
    with xlsxwriter.Workbook(sink) as book:
        sheet = book.add_worksheet("Children")
        for at, cells in enumerate([list(rows[0]), *(list(r.values()) for r in rows)]):
            sheet.write_row(at, 0, cells)
    path.write_bytes(sink.getvalue())


def _three(folder: Path) -> list[Path]:
    rows = children(60)
    (folder / "district.csv").write_text(csv_of(rows))
    _excel(folder / "clinic.xlsx", _other(rows[:40], "x"))
    pq.write_table(pa.Table.from_pylist(_other(rows[20:], "y")), folder / "camp.parquet")
    return [folder / n for n in ("district.csv", "clinic.xlsx", "camp.parquet")]


def _people(path: Path) -> dict[tuple[str, str], str]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(r["source"], r["record_id"]): r["person_id"] for r in rows}
    assert len(found) == len(rows)
    assert list(found) == sorted(found)
    return found


def _groups(path: Path) -> set[frozenset[tuple[str, str]]]:
    people = _people(path)
    return {frozenset(k for k, p in people.items() if p == one) for one in people.values()}


def test_files_of_three_kinds_become_people(cairn: Callable[..., Any], folder: Path) -> None:
    said = cairn("link", *_three(folder), "--out", folder / "people.csv", "--json")
    assert said.code == 0, said.error
    people = _people(folder / "people.csv")
    assert len(people) == 140
    same = [people["district", f"r{i}"] == people["clinic", f"x{i}"] for i in range(40)]
    assert sum(same) >= 39
    same = [people["district", f"r{20 + i}"] == people["camp", f"y{i}"] for i in range(40)]
    assert sum(same) >= 39
    assert (said.facts["records"], said.facts["people"]) == (140, len(set(people.values())))
    assert said.facts["sources"]["clinic"]["records"] == 40
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []
    assert (folder / "people.csv").stat().st_mode & 0o077 == 0


def test_no_order_matters_and_no_split(cairn: Callable[..., Any], folder: Path) -> None:
    district, clinic, camp = _three(folder)
    out = folder / "people.csv"
    cairn("link", district, clinic, camp, "--out", out)
    whole = _groups(out)
    rows = [{**row, "source": "district"} for row in children(60)][::-1]
    (folder / "one.csv").write_text(csv_of(rows[:25]))
    (folder / "two.csv").write_text(csv_of(rows[25:]))
    cairn("link", camp, folder / "two.csv", clinic, folder / "one.csv", "--out", out)
    assert _groups(out) == whole


def test_ids_of_an_earlier_run_stay(cairn: Callable[..., Any], folder: Path) -> None:
    district, clinic, camp = _three(folder)
    first, second, third = (folder / f"{n}.csv" for n in ("first", "second", "third"))
    cairn("link", district, clinic, "--out", first)
    cairn("link", district, clinic, camp, "--out", second, "--previous", first)
    before, after = _people(first), _people(second)
    assert all(after[key] == person for key, person in before.items())
    cairn("link", district, clinic, "--out", third)
    assert not set(_people(third).values()) & set(before.values())


def test_every_join_is_explained(cairn: Callable[..., Any], folder: Path) -> None:
    out = folder / "people.csv"
    said = cairn("link", *_three(folder), "--out", out, "--explain", "--json")
    people = _people(out)
    with (folder / "people-why.csv").open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert said.facts["joins"] == len(told)
    with (folder / "people-read.csv").open(encoding="utf-8", newline="") as file:
        read = [
            r for r in csv.DictReader(file) if (r["source"], r["record_id"]) == ("clinic", "x0")
        ]
    street = next(row for row in read if row["field"] == "street")
    assert street["written"].endswith("Oak Street")
    assert street["compared_as"] == street["written"].lower().replace("street", "st")
    assert "Street to st" in street["why"]
    joined = set()
    for row in told:
        ends = {(row["source_1"], row["record_id_1"]), (row["source_2"], row["record_id_2"])}
        assert {people[end] for end in ends} == {row["person_id"]}
        assert "the same birth date" in row["why"]
        joined |= ends
    several = [p for p in people.values() if list(people.values()).count(p) > 1]
    assert len(joined) == len(several)


def _doubts(folder: Path) -> tuple[Path, Path]:
    """Two files with pairs that could be decided either way."""
    rows = children(60)
    (folder / "a.csv").write_text(csv_of(rows))
    bare = {"street": "", "phone": "", "email": "", "state_id": "", "postal_code": "", "sex": ""}
    doubts = ({"given_name": "Xenia"}, {"family_name": "Zapata"}, {"given_name": ""},
              {"birth_date": "2010-01-09"}, {"birth_date": ""}, {"family_name": ""})  # fmt: skip
    theirs = [{**rows[i], **bare, **d, "record_id": f"b{i}"} for i, d in enumerate(doubts)]
    more = [{**row, "record_id": f"n{i}"} for i, row in enumerate(children(60, seed=3))]
    (folder / "b.csv").write_text(csv_of([*theirs, *more]))
    return folder / "a.csv", folder / "b.csv"


def test_doubtful_pairs_stand_beside_each_other(cairn: Callable[..., Any], folder: Path) -> None:
    files = _doubts(folder)
    pairs = folder / "pairs.csv"
    said = cairn("link", *files, "--out", folder / "people.csv", "--review", pairs, "--json")
    assert said.code == 0
    with pairs.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert said.facts["doubtful"] == len(told) > 0
    people = _people(folder / "people.csv")
    for row in told:
        one = people[row["source_1"], row["record_id_1"]]
        other_one = people[row["source_2"], row["record_id_2"]]
        assert row["one_child"] == ("yes" if one == other_one else "no")
        assert row["why"]
        assert row["family_name_1"]
    assert pairs.stat().st_mode & 0o077 == 0


def test_what_a_person_marks_holds(cairn: Callable[..., Any], folder: Path) -> None:
    files, out, pairs = _doubts(folder), folder / "people.csv", folder / "p.csv"
    cairn("link", *files, "--out", out, "--review", pairs)
    with pairs.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    before = _people(out)
    pick = {}
    for row in told:
        pick.setdefault(row["one_child"], row)
    chosen = list(pick.values())
    for row in chosen:
        row["decision"] = {"yes": "Different", "no": "same"}[row["one_child"]]
    sheet = folder / "marked.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, told[0])
        writer.writeheader()
        writer.writerows(told)
    said = cairn("link", *files, "--out", out, "--review", pairs, "--decisions", sheet, "--json")
    assert said.code == 0, said.error
    assert (said.facts["decisions"], said.facts["decisions_unknown"]) == (len(chosen), 0)
    after = _people(out)
    for row in chosen:
        ends = [(row[f"source_{n}"], row[f"record_id_{n}"]) for n in (1, 2)]
        assert (before[ends[0]] == before[ends[1]]) == (row["decision"] != "same")
        assert (after[ends[0]] == after[ends[1]]) == (row["decision"] == "same")
    with pairs.open(encoding="utf-8", newline="") as file:
        asked = {(r["record_id_1"], r["record_id_2"]) for r in csv.DictReader(file)}
    assert not asked & {(r["record_id_1"], r["record_id_2"]) for r in chosen}


def test_decisions_that_are_none_are_told(cairn: Callable[..., Any], folder: Path) -> None:
    good = _written(folder, "a.csv", csv_of(children(9)).encode())
    header = "source_1,record_id_1,source_2,record_id_2,decision"
    pair = "a,r1,a,r2"
    cases = {
        "row 2 has a value other than": f"{header}\n{pair},perhaps\n",
        "Required columns": "record_id_1,decision\n1,same\n",
        "another marks them as different": f"{header}\n{pair},same\n{pair},different\n",
    }
    for message, content in cases.items():
        marked = _written(folder, "marked.csv", content.encode())
        said = cairn("link", good, "--out", folder / "people.csv", "--decisions", marked)
        assert (said.code, message in said.error) == (2, True), (message, said)
    marked = _written(folder, "marked.csv", f"{header}\na,gone,a,r2,same\n{pair},unsure\n".encode())
    said = cairn("link", good, "--out", folder / "people.csv", "--decisions", marked)
    assert (said.code, "1 pairs with a decision have a record" in said.out) == (0, True)


def test_race_is_never_looked_at(cairn: Callable[..., Any], folder: Path) -> None:
    rows = children(40)
    out = folder / "people.csv"
    seen = []
    for races in ("white", "black"):
        (folder / "a.csv").write_text(csv_of([{**r, "race_ethnicity": races} for r in rows]))
        (folder / "b.csv").write_text(csv_of([{**r, "race_ethnicity": "white"} for r in rows[:9]]))
        cairn("link", folder / "a.csv", folder / "b.csv", "--out", out)
        seen.append(_groups(out))
    assert seen[0] == seen[1]


def test_files_that_name_nobody_stop_and_nothing_is_written(
    cairn: Callable[..., Any], folder: Path
) -> None:
    (folder / "camp.csv").write_text(csv_of([{"record_id": "1", "grade": "3"}]))
    out = folder / "people.csv"
    said = cairn("link", folder / "camp.csv", "--out", out)
    assert said.code == 1
    assert "✗ camp.csv: No usable field" in said.out
    assert "Nothing was matched" in said.out
    assert not out.exists()
    told = cairn("link", folder / "camp.csv", "--out", out, "--json").facts
    assert told["written"] is None
    assert {f["severity"] for f in told["findings"]} >= {"error"}


def test_social_security_numbers_are_told_and_never_linked_on(
    cairn: Callable[..., Any], folder: Path
) -> None:
    """Two files of other children under the same numbers: everybody stays who she is."""
    for name, seed in (("a", 0), ("b", 7)):
        rows = children(30, seed=seed)
        numbers = [{**row, "state_id": f"900-45-{6000 + i}"} for i, row in enumerate(rows)]
        (folder / f"{name}.csv").write_text(csv_of(numbers))
    out = folder / "people.csv"
    said = cairn("link", folder / "a.csv", folder / "b.csv", "--out", out)
    assert said.code == 0
    assert "a.csv, column “state_id”: 100% of the cells look like Social Security" in said.out
    assert "The column is not used" in said.out
    assert len(set(_people(out).values())) == 60


def test_wherever_people_can_be_found_there_is_an_answer(
    cairn: Callable[..., Any], folder: Path
) -> None:
    """Shifted columns, a file that names nobody, ids that come twice or not at all."""
    rows = children(40)
    (folder / "district.csv").write_text(csv_of(rows))
    camp = [{**r, "phone": r["birth_date"], "school": r["given_name"]} for r in rows]
    camp[1]["record_id"] = camp[2]["record_id"] = "twice"
    camp[3]["record_id"] = ""
    (folder / "camp.csv").write_text(csv_of(camp))
    nobody = [{"record_id": r["record_id"], "grade": r["grade"]} for r in rows[:9]]
    (folder / "tally.csv").write_text(csv_of(nobody))
    files = [folder / f"{n}.csv" for n in ("district", "camp", "tally")]
    out = folder / "people.csv"
    said = cairn("link", *files, "--out", out, "--json")
    assert said.code == 0, said.error
    assert {f["code"] for f in said.facts["findings"]} >= {
        "wrong_column", "repeated_record_id", "no_record_id", "no_usable_fields",
    }  # fmt: skip
    with out.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    person = {(r["source"], r["record_id"]): r["person_id"] for r in told}
    assert len(told) == 40 + 40 + 9
    both = {r["person_id"] for r in told if r["record_id"] == "twice"}
    assert both == {person["district", "r1"], person["district", "r2"]}
    assert person["camp", "row 5"] == person["district", "r3"]
    alone = [person["tally", f"r{i}"] for i in range(9)]
    assert len(set(alone)) == 9
    assert not set(alone) & {r["person_id"] for r in told if r["source"] != "tally"}
    again = cairn("link", *files, "--out", folder / "next.csv", "--previous", out)
    assert again.code == 0
    assert "warnings above" in again.out


def test_a_warning_is_told_and_linking_goes_on(cairn: Callable[..., Any], folder: Path) -> None:
    (folder / "camp.csv").write_text(csv_of(children(30, birth_date="2012-03-04")))
    said = cairn("link", folder / "camp.csv", "--out", folder / "people.csv")
    assert said.code == 0
    assert "All 30 filled rows have the same value" in said.out
    assert "2012" not in said.out


def test_an_engine_that_is_not_installed_is_told(
    cairn: Callable[..., Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.warehouse.engines.find_spec", lambda _: None)
    (folder / "a.csv").write_text(csv_of(children(9)))
    out = folder / "people.csv"
    said = cairn("link", folder / "a.csv", "--out", out, "--engine", "spark")
    assert (said.code, "Spark is not installed" in said.error) == (2, True)
    assert not out.exists()
    assert cairn("link", folder / "a.csv", "--out", out, "--engine", "duckdb").code == 0


def _written(folder: Path, name: str, content: bytes = b"") -> Path:
    (folder / name).write_bytes(content)
    return folder / name


def test_what_cannot_be_done_is_usage(cairn: Callable[..., Any], folder: Path) -> None:
    good = _written(folder, "a.csv", csv_of(children(9)).encode())
    out = folder / "people.csv"
    os.link(good, folder / "link.csv")
    cases: dict[str, tuple[object, ...]] = {
        "--out people.csv": (good,),
        "one of the input files": (good, "--out", good),
        "is one of the input files": (good, "--out", folder / "link.csv"),
        "does not exist": (folder / "none.csv", "--out", out),
        "more than once": (good, good, "--out", out),
        "not a file in an existing folder": (good, "--out", folder / "nowhere" / "people.csv"),
        "Name the files": ("--out", out),
        "name the same file": (good, "--out", out, "--review", out),
        "of the input files": (good, "--out", out, "--review", good),
        "is empty": (_written(folder, "empty.csv"), "--out", out),
        "record_id": (_written(folder, "b.csv", b"name,dob\nAna,2012-03-04\n"), "--out", out),
        "a PDF": (_written(folder, "c.csv", b"%PDF-1.7 ..."), "--out", out),
        "earlier run": (good, "--out", out, "--previous", folder / "b.csv"),
    }
    for message, arguments in cases.items():
        said = cairn("link", *arguments)
        assert (said.code, message in said.error) == (2, True), (message, said)
        assert not out.exists()


def test_an_earlier_answer_is_replaced_whole(cairn: Callable[..., Any], folder: Path) -> None:
    good = _written(folder, "a.csv", csv_of(children(9)).encode())
    out = _written(folder, "people.csv", b"old")
    assert cairn("link", good, "--out", out).code == 0
    assert len(_people(out)) == 9
