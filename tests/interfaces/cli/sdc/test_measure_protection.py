"""`cairn protect --measure`: one row for each person in, figures that may leave out."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cairn = Callable[..., Any]
DIMS = ("--dims", "district,school", "--nest", "school:district")
MEASURE = ("--measure", "days", "--between", "0:180", "--out", "p.csv")


@pytest.fixture
def children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two schools of 30 in one district, one of 4 and one of 12 in another; a child of whom
    nothing is known."""
    monkeypatch.chdir(tmp_path)
    rows = [
        f"{district},{school},{3 + 7 * at % 20}"
        for district, school, size in (
            ("D1", "A", 30),
            ("D1", "B", 30),
            ("D2", "C", 4),
            ("D2", "E", 12),
        )
        for at in range(size)
    ]
    path = tmp_path / "children.csv"
    path.write_text("\n".join(["district,school,days", *rows, "D1,A,"]) + "\n")
    return path


def rows(path: str = "p.csv") -> dict[tuple[str, str], dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return {(row["district"], row["school"]): row for row in csv.DictReader(file)}


def test_a_mean_with_its_n(cairn: Cairn, children: Path) -> None:
    said = cairn("protect", children, *DIMS, *MEASURE, "--audit", "a.json", "--json")
    assert said.code == 0, said.error
    assert (said.facts["people"], said.facts["without_a_value"]) == (76, 1)
    found = rows()
    assert found["D1", "A"] == {
        "district": "D1", "school": "A", "n": "30", "value": "12", "rounded_to": "1",
        "status": "published",
    }  # fmt: skip
    assert found["D2", "C"]["status"] == "withheld"
    assert found["D2", "C"]["n"] == found["D2", "C"]["value"] == ""
    audit = json.loads(Path("a.json").read_text())
    assert audit["sums"]["safe"]
    assert audit["reasons"] == {"a small group": 1, "protects another": 1}
    assert {cell["school"] for cell in audit["withheld"]} == {"C", "E"}


def test_medians_and_sums(cairn: Cairn, children: Path) -> None:
    said = cairn("protect", children, *DIMS, *MEASURE, "--statistic", "median", "--audit", "a.json")
    assert said.code == 0, said.error
    assert "changes a published median" in said.out
    assert "1 rows have no days" in said.out
    assert json.loads(Path("a.json").read_text())["sums"] is None
    arguments = (*DIMS, *MEASURE, "--statistic", "sum", "--rule", "p-percent-15")
    said = cairn("protect", children, *arguments)
    assert "! p-percent-15" in said.out
    assert rows()["D1", "All"]["value"] == "700"


def test_a_rule_that_hides_sizes_hides_n(cairn: Cairn, children: Path) -> None:
    assert cairn("protect", children, *DIMS, *MEASURE, "--rule", "ed-nces-2011-603").code == 0
    assert (rows()["D1", "A"]["n"], rows()["D1", "A"]["status"]) == ("", "published")


def test_amounts_without_a_most(cairn: Cairn, children: Path) -> None:
    children.write_text(children.read_text().replace(",3\n", ',"1,003.50"\n'))
    said = cairn("protect", children, "--dims", "district", "--measure", "days", "--out", "p.csv")
    assert said.code == 0, said.error


def test_counts_are_held_up_to_the_numbers_beside_means(cairn: Cairn, children: Path) -> None:
    """One more of a school than the mean counted: who has no value would be told by it."""
    assert cairn("protect", children, *DIMS, *MEASURE).code == 0
    counts = ("protect", children, *DIMS, "--out", "counts.csv", "--previous", "p.csv", "--json")
    said = cairn(*counts)
    assert said.code == 1
    assert "p.csv counted everyone, and 1" in said.facts["conflict"]
    children.write_text(children.read_text().replace("D1,A,\n", ""))
    said = cairn(*counts)
    assert (said.code, said.facts["previous"]) == (0, {"p.csv": "the same people"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--count", "days"), "--count does not work with --measure"),
        (("--previous", "p.csv"), "--previous does not work with --measure"),
        (("--contributor", "district"), "--contributor does not work with --measure"),
        (("--method", "round"), "--method does not work with --measure"),
        (("--sums", "free"), "--sums free does not work with --measure"),
        (("--between", "180"), "use LEAST:MOST"),
        (("--between", "9:9"), "must be below the highest"),
        (("--between", "0:9"), "column days: outside the possible values"),
        (("--between", "4:"), "column days: outside the possible values"),
        (("--audit", "p.csv"), "name the same file"),
        (("--measure", "district"), "district is a column of numbers"),
        (("--rule", "no-such"), "there is no rule no-such"),
    ],
)
def test_what_does_not_go_together(
    cairn: Cairn, children: Path, arguments: tuple[str, ...], message: str
) -> None:
    said = cairn("protect", children, *DIMS, *MEASURE, *arguments)
    assert (said.code, message in said.error) == (2, True), said.error
    assert not Path("p.csv").exists()


def test_what_needs_a_measure(cairn: Cairn, children: Path) -> None:
    said = cairn("protect", children, *DIMS, "--statistic", "mean", "--out", "p.csv")
    assert "need --measure" in said.error
    said = cairn("protect", children, *DIMS, "--rule", "acro", "--out", "p.csv")
    assert "acro is for sums and means" in said.error
    said = cairn("protect", children, *DIMS, "--measure", "days")
    assert "Name the file to write" in said.error


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A,three\n", "row 2, column days: not a number"),
        ("A,\n", "no row has a value"),
        ("A,3\nA,4\n", "every figure would have to be withheld"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written(
    cairn: Cairn, children: Path, text: str, message: str
) -> None:
    children.write_text("school,days\n" + text)
    said = cairn("protect", children, "--dims", "school", *MEASURE)
    assert (said.code, message in said.error) == (2, True), said.error
    assert not Path("p.csv").exists()
