"""Invented files of programs, as each system exports them, with what is true of each row.

Ten programs keep their students in ten systems; two of them also send attendance and scores. No two
systems write headings, dates, delimiters, encodings or file formats alike. A student can be in up
to three programs, each with an ID of its own.
"""

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

_GIVEN: Final = (
    *("Ada", "Ben", "Cleo", "Dara", "Élise", "Femi", "Gus", "Hana", "Inés", "Jomo", "Kai", "Lena"),
    *("Milo", "Nia", "Omar", "Pía", "Quinn", "Rosa", "Sami", "Tova", "Uma", "Vito", "Wren", "Yara"),
)
_FAMILY: Final = (
    *("Ames", "Boyd", "Cruz", "Dahl", "Ekwueme", "Faure", "García", "Hsu", "Ibarra", "Jensen"),
    *("Kowalski", "Lutz", "Muñoz", "Novak", "Okafor", "Pruitt", "Quist", "Rao", "Stone", "Tran"),
    *("Ulrich", "Vance", "Weiss", "Xiong", "Young", "Zappa"),
)

Row = dict[str, str]


@dataclass(frozen=True)
class InventedStudent:
    """One student of the community."""

    given: str
    family: str
    born: date


@dataclass
class ProgramFiles:
    """What a program sends, and what is true of it.

    Attributes:
        slug: short name of the organization.
        files: name → content of each file.
        rosters: ID → given name, family name and birth date.
        events: ID, date and code of each attendance event.
        results: ID, date and score of each assessment result.
        students: the invented student of each ID.
    """

    slug: str
    files: dict[str, bytes] = field(default_factory=dict)
    rosters: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    events: set[tuple[str, str, str]] = field(default_factory=set)
    results: set[tuple[str, str, float]] = field(default_factory=set)
    students: dict[str, InventedStudent] = field(default_factory=dict)

    def write(self, folder: Path, order: random.Random) -> list[Path]:
        """Write the files to a new folder, and return them in any order."""
        folder.mkdir(parents=True)
        paths = [folder / name for name in sorted(self.files)]
        for path in paths:
            path.write_bytes(self.files[path.name])
        order.shuffle(paths)
        return paths


def _write_delimited(rows: Sequence[Row], delimiter: str = ",", **options: object) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter, **options)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _make_columns(given: str, family: str, born: str, day: str) -> Callable[..., Row]:
    return lambda key, one: {
        "Student ID": key, given: one.given, family: one.family, born: one.born.strftime(day),
    }  # fmt: skip


def _write_workbook(rows: Sequence[Row]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Roster")
        lines = [["Roster of all sites"], ["Printed on 11/20/2026"], list(rows[0])]
        lines += [[*row.values()] for row in rows]
        for place, line in enumerate([*lines, ["Total", str(len(rows))]]):
            sheet.write_row(place, 0, line)
    return content.getvalue()


def _write_zip(rows: Sequence[Row]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("roster.csv", _write_delimited(rows))
    return content.getvalue()


def _write_parquet(rows: Sequence[Row]) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), content)
    return content.getvalue()


def _write_xml(rows: Sequence[Row]) -> bytes:
    lines = ["<roster>"]
    for row in rows:
        cells = "".join(f"<{n.replace(' ', '')}>{v}</{n.replace(' ', '')}>" for n, v in row.items())
        lines.append(f"<child>{cells}</child>")
    return "\n".join([*lines, "</roster>"]).encode()


_COLUMNS: Final = (
    _make_columns("First Name", "Last Name", "Date of Birth", "%m/%d/%Y"),
    _make_columns("Given Name", "Surname", "DOB", "%Y-%m-%d"),
    lambda key, one: {
        "Student ID": key, "Student Name": f"{one.family}, {one.given}",
        "Birth Date": one.born.strftime("%d-%b-%Y"),
    },
    _make_columns("FIRST_NAME", "LAST_NAME", "BIRTH_DATE", "%Y%m%d"),
    _make_columns("First Name", "Last Name", "Birthdate", "%m/%d/%Y"),
    _make_columns("firstName", "lastName", "dateOfBirth", "%Y-%m-%d"),
    _make_columns("First Name", "Last Name", "Date of Birth", "%B %d, %Y"),
    _make_columns("First Name", "Last Name", "Birth Date", "%Y-%m-%d"),
    _make_columns("First", "Last", "DOB", "%m/%d/%Y"),
    _make_columns("Given Name", "Family Name", "Birth Date", "%Y-%m-%d"),
)  # fmt: skip

_WRITERS: Final[Sequence[tuple[str, Callable[[Sequence[Row]], bytes]]]] = (
    ("csv", lambda rows: _write_delimited(rows).encode("utf-8-sig")),
    ("csv", lambda rows: _write_delimited(rows, ";").encode("cp1252")),
    ("txt", lambda rows: _write_delimited(rows, "\t").encode("utf-16")),
    ("psv", lambda rows: _write_delimited(rows, "|", quoting=csv.QUOTE_ALL).encode()),
    ("xlsx", _write_workbook),
    ("json", lambda rows: json.dumps(list(rows), ensure_ascii=False).encode()),
    ("csv.gz", lambda rows: gzip.compress(_write_delimited(rows).encode(), mtime=0)),
    ("xml", _write_xml),
    ("zip", _write_zip),
    ("parquet", _write_parquet),
)


def make_program_files(seed: int, students: int, files: int) -> list[ProgramFiles]:
    """Invent the files of ten programs: rosters by site, and attendance and scores of two programs.

    Args:
        seed: the same number gives the same files.
        students: number of students of the community.
        files: number of files of all programs; one sixth are attendance and scores.
    """
    draw = random.Random(seed)
    community = _invent_community(draw, students)
    programs = [ProgramFiles(f"program-{number:02}") for number in range(len(_COLUMNS))]
    sites = [1 + (files * 5 // 6 - len(programs) + place) // len(programs) for place in range(10)]
    for number, (program, columns, (ending, write)) in enumerate(
        zip(programs, _COLUMNS, _WRITERS, strict=True)
    ):
        enrolled = draw.sample(community, len(community) // 6)
        for place, one in enumerate(enrolled):
            key = f"{number + 1}{place:04}"
            program.students[key] = one
            program.rosters[key] = (one.given, one.family, one.born.isoformat())
        keys = list(program.rosters)
        for site in range(sites[number]):
            rows = [columns(key, program.students[key]) for key in keys[site :: sites[number]]]
            program.files[f"roster-site{site + 1}.{ending}"] = write(rows)
    months = files - sum(sites)
    for month in range(months):
        program, is_attendance = programs[month % 2], month % 2 == 0
        (_add_attendance if is_attendance else _add_scores)(program, month // 2, draw)
    return programs


def _invent_community(draw: random.Random, count: int) -> list[InventedStudent]:
    invented: dict[InventedStudent, None] = {}
    while len(invented) < count:
        born = date(2010, 1, 1) + timedelta(days=draw.randrange(3000))
        invented[InventedStudent(draw.choice(_GIVEN), draw.choice(_FAMILY), born)] = None
    return list(invented)


def _add_attendance(program: ProgramFiles, month: int, draw: random.Random) -> None:
    first = date(2025, 9, 3) + timedelta(days=28 * month)
    days = [first + timedelta(days=place) for place in range(3)]
    rows = []
    for key in program.rosters:
        for day in days:
            code = draw.choice(["Excused", "Unexcused", "Tardy"])
            rows.append({"Student ID": key, "Date": f"{day:%m/%d/%Y}", "Attendance": code})
            program.events.add((key, day.isoformat(), code))
    name = f"attendance-{first}.csv"
    program.files[name] = _write_delimited(rows).encode()


def _add_scores(program: ProgramFiles, window: int, draw: random.Random) -> None:
    season, day = ("fall", date(2025, 9, 15 + window))
    rows = []
    for key in program.rosters:
        score = draw.randrange(100, 500)
        rows.append({
            "Student ID": key, "Assessment": "Reading check", "Test Date": f"{day:%m/%d/%Y}",
            "Scale Score": str(score),
        })  # fmt: skip
        program.results.add((key, day.isoformat(), float(score)))
    program.files[f"scores-{season}{window + 1}.csv"] = _write_delimited(rows).encode()
