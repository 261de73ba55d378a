"""`cairn protect`: counts in, a table that may leave out, or a message and nothing written."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cairn = Callable[..., Any]

CELLS = """district,school,race,n,d
D1,A,x,30,64
D1,A,y,2,4
D1,B,x,25,50
D1,B,y,20,41
D2,C,x,33,66
D2,C,y,18,37
"""
DIMS = ("--dims", "district,school,race", "--nest", "school:district")


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "cells.csv"
    path.write_text(CELLS)
    return path


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_cell_is_there_and_reasons_are_in_the_audit_alone(cairn: Cairn, cells: Path) -> None:
    said = cairn("protect", cells, *DIMS, "--count", "d", "--out", "p.csv", "--audit", "a.json")
    assert said.code == 0, said.error
    found = rows("p.csv")
    assert len(found) == 3 * (1 + 2 + 3)
    assert {row["status"] for row in found} == {"published", "withheld"}
    assert {(row["district"], row["school"]) for row in found if row["school"] == "A"} == {
        ("D1", "A")
    }
    small = [row for row in found if (row["school"], row["race"]) == ("A", "y")]
    assert [(row["n"], row["status"]) for row in small] == [("", "withheld")]
    audit = json.loads(Path("a.json").read_text())
    assert audit["safe"]
    assert audit["reasons"]["small"] == 1
    assert len(audit["withheld"]) == sum(row["status"] == "withheld" for row in found)
    assert "small" not in Path("p.csv").read_text()


def test_a_name_cannot_run_as_a_formula_and_is_itself_again_when_read(
    cairn: Cairn, cells: Path
) -> None:
    cells.write_text(CELLS.replace("D2,C", "=HYPERLINK(1),C"))
    arguments = (*DIMS, "--count", "d", "--out", "p.csv", "--audit", "a.json")
    assert cairn("protect", cells, *arguments).code == 0
    assert "'=HYPERLINK(1)" in {row["district"] for row in rows("p.csv")}
    Path("earlier.csv").write_bytes(Path("p.csv").read_bytes())
    said = cairn("protect", cells, *arguments, "--previous", "earlier.csv")
    assert said.code == 0, said.error


def test_rates_are_recoded_as_the_rule_says(cairn: Cairn, cells: Path) -> None:
    arguments = (*DIMS, "--count", "n", "--denominator", "d", "--tables", "race", "--out", "p.csv")
    assert cairn("protect", cells, *arguments).code == 0
    assert rows("p.csv")[0] == {
        **dict.fromkeys(("district", "school", "race"), "All"),
        "n": "128", "denominator": "262", "percentage": "49%", "status": "published",
    }  # fmt: skip
    assert cairn("protect", cells, *arguments, "--rule", "edfacts").code == 0
    first = rows("p.csv")[0]
    assert (first["n"], first["denominator"], first["percentage"]) == ("", "262", "45-49%")
    assert cairn("protect", cells, *arguments, "--rule", "ed-nces-2011-603").code == 0
    assert {(row["n"], row["denominator"], row["status"]) for row in rows("p.csv")} == {
        ("", "", "range")
    }
    assert cairn("protect", cells, *arguments, "--rule", "idea-disproportionality").code == 0


def test_one_row_for_each_person(cairn: Cairn, cells: Path) -> None:
    cells.write_text("race\n" + "x\n" * 40 + "y\n" * 3 + "z\n" * 20)
    said = cairn("protect", cells, "--dims", "race", "--out", "p.csv", "--json")
    assert (said.code, said.facts["withheld"]) == (0, 2)


def test_the_same_people_again_do_not_give_it_away(cairn: Cairn, cells: Path) -> None:
    first = (*DIMS, "--count", "d", "--tables", "school,race", "--out", "one.csv")
    assert cairn("protect", cells, *first).code == 0
    again = (*first[:-1], "two.csv", "--previous", "one.csv", "--audit", "a.json", "--json")
    said = cairn("protect", cells, *again)
    assert (said.code, said.facts["previous"]) == (0, {"one.csv": "the same people"})
    assert Path("one.csv").read_text() == Path("two.csv").read_text()


def test_a_few_who_came_since_stop_it(cairn: Cairn, cells: Path) -> None:
    first = (*DIMS, "--count", "d", "--out", "one.csv")
    assert cairn("protect", cells, *first).code == 0
    cells.write_text(CELLS.replace("C,x,33,66", "C,x,33,68"))
    said = cairn("protect", cells, *first[:-1], "two.csv", "--previous", "one.csv", "--json")
    assert said.code == 1
    assert "one.csv counted everyone, and 2" in said.facts["conflict"]
    assert not Path("two.csv").exists()


def test_what_the_source_withheld_stays_withheld(cairn: Cairn, cells: Path) -> None:
    """Two races came without numbers, and follow from the total: 3 children, all alike."""
    cells.write_text(
        "race,n,d\nAll,300,1203\nfirst,NA,NA\nsecond,NA,NA\nthird,40,200\n"
        "fourth,60,300\nfifth,90,310\nsixth,110,390\n"
    )
    arguments = ("--dims", "race", "--count", "n", "--denominator", "d", "--out", "p.csv")
    assert cairn("protect", cells, *arguments).code == 0
    hidden = {row["race"] for row in rows("p.csv") if not row["n"]}
    assert hidden > {"first", "second"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("race,d\nx,-1\n", "row 2, column d: not a whole number"),
        ("race,d\nx,1.5\n", "row 2, column d: not a whole number"),
        ("race,d\nx,40\ny,50\nAll,91\n", 'row 4: the number for "All"'),
        ("race,d\nx,40\n,50\n", "row 3, column race: empty"),
        ("race,d\nx,40\ny,NA\n", "some numbers are blank"),
        ("race,d\nx,NA\ny,50\nAll,40\n", "the totals do not match"),
        ("race,d\nx,40\nAll,40\ny,NA\n", "the totals do not match"),
        ("race,d\nx,3\ny,2\n", "every cell would have to be withheld"),
        ("race,n\nx,3\n", "no column is called d"),
        ("race,d\n", "no row below"),
        ("race,d\nx,40\nAll,40\nAll,41\n", "a different number than row 3"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(
    cairn: Cairn, cells: Path, text: str, message: str
) -> None:
    cells.write_text(text)
    said = cairn("protect", cells, "--dims", "race", "--count", "d", "--out", "p.csv")
    assert (said.code, message in said.error) == (2, True), said.error
    assert sorted(path.name for path in cells.parent.iterdir()) == ["cells.csv"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--rule", "nobody"), "Rules: plain"),
        (("--minimum", "2"), "at least 4"),
        (("--nest", "school"), "CHILD:PARENT"),
        (("--tables", "grade"), "not among --dims"),
        (("--denominator", "d"), "name the same column"),
        (("--nest", "race:district"), "has another"),
        (("--audit", "p.csv"), "name the same file"),
        (("--previous", "cells.csv"), "no column is called status"),
    ],
)
def test_what_cannot_be_done_is_usage(
    cairn: Cairn, cells: Path, more: tuple[str, ...], message: str
) -> None:
    said = cairn("protect", cells, *DIMS, "--count", "d", "--out", "p.csv", *more)
    assert (said.code, message in said.error) == (2, True), said.error
    assert not Path("p.csv").exists()


def test_too_many_cells_are_refused_before_they_are_made(cairn: Cairn, cells: Path) -> None:
    lines = "".join(f"a{at},b{at},20\n" for at in range(700))
    cells.write_text(f"one,two,d\n{lines}")
    said = cairn("protect", cells, "--dims", "one,two", "--count", "d", "--out", "p.csv")
    assert (said.code, "Use fewer dimensions" in said.error) == (2, True)


def test_other_people_are_told_from_a_correction(cairn: Cairn, cells: Path) -> None:
    first = (*DIMS, "--count", "d", "--out", "one.csv")
    assert cairn("protect", cells, *first).code == 0
    cells.write_text(CELLS.replace(",64", ",20").replace(",50", ",90").replace(",37", ",80"))
    said = cairn("protect", cells, *first[:-1], "two.csv", "--previous", "one.csv")
    assert (said.code, "seems to count other people" in said.error) == (2, True)


def test_cells_that_the_source_never_gave_are_not_made_up(cairn: Cairn, cells: Path) -> None:
    cells.write_text("race,sex,d\nAll,All,80\nx,All,30\ny,All,50\nAll,f,40\nAll,m,40\n")
    made = ("protect", cells, "--dims", "race,sex", "--count", "d", "--out", "p.csv")
    said = cairn(*made)
    assert (said.code, "that are not in the file" in said.error) == (2, True)
    assert cairn(*made, "--tables", "race;sex").code == 0
    assert {row["n"] for row in rows("p.csv")} == {"80", "30", "50", "40"}


@pytest.mark.parametrize(
    ("options", "policy", "hidden"),
    [
        ((), ("cover", "free"), 2),
        (("--sums", "protected", "--zeros", "shown"), ("shown", "protected"), 3),
    ],
)
def test_the_audit_says_what_empty_groups_and_sums_may_do(
    cairn: Cairn, cells: Path, options: tuple[str, ...], policy: tuple[str, str], hidden: int
) -> None:
    """Four and five are withheld; that they are nine together is told, or not."""
    cells.write_text("race\n" + "x\n" * 40 + "y\n" * 4 + "z\n" * 5)
    arguments = ("--dims", "race", "--out", "p.csv", "--audit", "a.json", "--json", *options)
    said = cairn("protect", cells, *arguments)
    assert (said.code, said.facts["withheld"]) == (0, hidden)
    told = json.loads(Path("a.json").read_text())["rule"]
    assert (told["zeros"], told["sums"]) == policy == (said.facts["zeros"], said.facts["sums"])


SHARED = """partner,race,n,d
a,x,40,100
a,y,40,100
b,x,30,100
b,y,3,5
c,x,30,100
c,y,3,5
"""
FOR_COUNTY = ("--dims", "race", "--count", "n", "--denominator", "d", "--out", "p.csv")


def test_a_contributor_cannot_work_out_few_others(cairn: Cairn, cells: Path) -> None:
    cells.write_text(SHARED)
    assert cairn("protect", cells, *FOR_COUNTY).code == 0
    assert "" not in {row["n"] for row in rows("p.csv")}
    asked = (*FOR_COUNTY, "--contributor", "partner", "--audit", "a.json", "--json")
    said = cairn("protect", cells, *asked)
    assert (said.code, said.facts["contributors"]) == (0, 3)
    assert {row["race"] for row in rows("p.csv") if not row["n"]} == {"x", "y"}
    audit = json.loads(Path("a.json").read_text())
    assert audit["reasons"] == {"would leave few others": 2, "protects a small one": 2}
    assert [side["contributor"] for side in audit["contributors"]] == ["a", "b", "c"]
    assert all(one["values_seen"] >= 3 for one in audit["contributors"][0]["withheld"])


def test_a_contributor_may_be_a_dimension(cairn: Cairn, cells: Path) -> None:
    said = cairn("protect", cells, *DIMS, "--count", "d", "--out", "p.csv", "--contributor",
                 "district", "--json")  # fmt: skip
    assert (said.code, said.facts["contributors"]) == (0, 2)


def test_where_any_number_tells_of_few_others_nothing_is_written(cairn: Cairn, cells: Path) -> None:
    cells.write_text("partner,race,n\na,x,40\nb,x,3\n")
    asked = ("--dims", "race", "--count", "n", "--out", "p.csv", "--contributor", "partner")
    said = cairn("protect", cells, *asked, "--json")
    assert (said.code, said.facts["written"]) == (1, None)
    assert "calculate a small number of others" in said.error
    assert not Path("p.csv").exists()


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        (SHARED, ("--contributor", "n"), "does not name the organization"),
        (SHARED, ("--contributor", "agency"), "no column is called agency"),
        (SHARED, ("--contributor", "partner", "--method", "round"), "works only with"),
        (SHARED + "All,x,1,2\n", ("--contributor", "partner"), "name everyone instead of one"),
        ("partner,race,n,d\n" + "".join(f"p{at},x,4,9\n" for at in range(201)),
         ("--contributor", "partner"), "has 201 values"),
        ("partner,race,n,d\nAll,All,40,90\na,x,NA,NA\nb,y,20,40\n", ("--contributor", "partner"),
         "some numbers are blank, so each"),
    ],
)  # fmt: skip
def test_whose_rows_they_are_must_be_plain(
    cairn: Cairn, cells: Path, text: str, more: tuple[str, ...], message: str
) -> None:
    cells.write_text(text)
    said = cairn("protect", cells, *FOR_COUNTY, *more)
    assert (said.code, message in said.error) == (2, True), said.error
