"""A list of signed papers → rows that can be recorded; every mistake by its row and column.

No message repeats what a cell holds: a cell names a child or a parent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.consents.sealing import Label
from cairn.rules.vocabulary import Relation
from cairn.warehouse.elements import key
from cairn.warehouse.read import ROW, Sheet, Unreadable, read_file

MOST: Final = 5_000
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "local_id": ("student id", "child id", "id", "student number", "child's id", "student's id"),
    "signer": (
        "signed by",
        "parent name",
        "guardian name",
        "name of signer",
        "parent",
        "guardian",
        "parent or guardian",
        "parent/guardian",
        "signature",
    ),
    "relation": ("relationship", "relation to child", "relationship to child", "signed as"),
    "signed_on": ("date", "date signed", "signature date", "day signed", "date of signature"),
    "language": ("form language", "language of the form"),
    "answer": ("consent", "agrees", "yes or no", "decision"),
    "records": ("agreed records", "choices"),
    "name": ("child name", "student name", "child's name", "student's name", "child"),
    "birth_date": ("date of birth", "dob", "birthday", "born"),
}
"""Our name of a column → other headings under which it is found; `key` takes care of spelling."""
SAMPLE: Final = """\
student id, signed by, relationship, date signed, language, answer
S-1, Rosa Alba, mother, 9/14/2026, es, yes
S-2, Leo Marsh, guardian, 2026-09-14, en, no
"""
_FRIENDLY: Final = {ours: theirs[0] for ours, theirs in _COLUMNS.items()}
_NEEDED: Final = ("local_id", "signer", "relation", "signed_on")
_LONGEST: Final = {"local_id": 60, "signer": 120, "name": 120}
_YES: Final = frozenset({"", "yes", "y", "si", "sí", "agree", "agrees"})
_NO: Final = frozenset({"no", "n", "declines", "decline"})
_LANGUAGES: Final = {"": "en", "en": "en", "english": "en", "es": "es", "spanish": "es"}
_RELATIONS: Final = {
    **{key(r.value): r for r in Relation},
    "mother": Relation.PARENT,
    "father": Relation.PARENT,
    "mom": Relation.PARENT,
    "dad": Relation.PARENT,
    "legalguardian": Relation.GUARDIAN,
    "grandparent": Relation.ACTING_PARENT,
    "self": Relation.STUDENT,
}
_MISFIT: Final = (
    "It has more cells than the header. A comma inside a name needs quotation marks around it."
)
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_AMERICAN: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Paper:
    """One signed paper: which child, who signed, as what, when, and what was answered."""

    child: Label
    signer: str
    relation: Relation
    signed_on: date
    language: str
    agrees: bool
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong in the list: its row as the sender counts, its column, and what to do."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class List:
    """What a list says: papers if nothing is wrong, else only mistakes."""

    papers: tuple[Paper, ...]
    mistakes: tuple[Mistake, ...]


def read(name: str, content: bytes, offered: Iterable[str], on: date) -> List:
    """Read a list for a form that offers these records. Raises ``Unreadable`` for no list at all.

    ``records`` of a row are those that the family agreed to; empty means all that are offered.
    """
    sheet = read_file(name, content)[0]
    columns = _columns(sheet)
    records = tuple(offered)
    mistakes: list[Mistake] = [Mistake(row, "the row", _MISFIT) for row in sheet.misfits]
    papers: list[Paper] = []
    seen: set[tuple[str, str]] = set()
    for place, cells in _rows(sheet, columns):
        wrong = [
            Mistake(place, columns.get(column, _FRIENDLY[column]), said)
            for column, said in _checked(cells, records, on)
        ]
        mistakes += wrong
        if wrong:
            continue
        paper = _paper(cells, records)
        same = (key(paper.child.local_id), key(paper.signer))
        if same in seen:
            mistakes.append(Mistake(place, columns["local_id"], "This child is in the list twice."))
        seen.add(same)
        papers.append(paper)
    in_order = tuple(sorted(mistakes, key=lambda mistake: mistake.row))
    return List(() if mistakes else tuple(papers), in_order)


def _columns(sheet: Sheet) -> dict[str, str]:
    """Our column → the sender's. The list must have the ones that every paper needs."""
    spelled = {key(header): header for header in sheet.header}
    found = {
        ours: spelled[key(theirs)]
        for ours, spellings in _COLUMNS.items()
        for theirs in reversed((ours, *spellings))
        if key(theirs) in spelled
    }
    if missing := [ours for ours in _NEEDED if ours not in found]:
        raise Unreadable(
            f"The list has no column for: {', '.join(_FRIENDLY[ours] for ours in missing)}. Its "
            f"first line must name the columns, such as: {SAMPLE.splitlines()[0]}. The first four "
            "are needed."
        )
    if sheet.table.num_rows > MOST:
        raise Unreadable(f"The list has more than {MOST} rows. Send it in parts.")
    if not sheet.table.num_rows and not sheet.misfits:
        raise Unreadable("The list has a header and no rows. Write one row for each paper.")
    return found


def _rows(sheet: Sheet, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for row in sheet.table.to_pylist():
        yield (
            row[ROW],
            {
                ours: (row[columns[ours]] or "").strip() if ours in columns else ""
                for ours in _COLUMNS
            },
        )


def _checked(
    cells: Mapping[str, str], offered: tuple[str, ...], on: date
) -> Iterator[tuple[str, str]]:
    """Our name of a column, and what is wrong in it."""
    yield from _who(cells)
    yield from _when(cells, on)
    yield from _what(cells, offered)


def _who(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column, longest in _LONGEST.items():
        if len(cells[column]) > longest:
            yield column, f"It is longer than {longest} letters."
    if not cells["local_id"]:
        yield "local_id", "It is empty. Write the id that the district uses."
    if not cells["signer"]:
        yield "signer", "Nobody signed. A paper without a signature is no consent."
    if relation(cells["relation"]) is None:
        known = ", ".join(one.value.replace("_", " ") for one in Relation)
        yield "relation", f"Write one of: {known}. Mother and father are understood too."


def relation(said: str) -> Relation | None:
    """What a list calls a signer, as the law knows it; nothing for a word that is not known."""
    return _RELATIONS.get(key(said))


def _when(cells: Mapping[str, str], on: date) -> Iterator[tuple[str, str]]:
    for column in ("signed_on", "birth_date"):
        if cells[column] or column in _NEEDED:
            yield from ((column, said) for said in _wrong_day(cells[column], on))


def _what(cells: Mapping[str, str], offered: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if cells["language"].casefold() not in _LANGUAGES:
        yield "language", "Write en or es, the language of the form that was signed."
    if cells["answer"].casefold() not in _YES | _NO:
        yield "answer", "Write yes or no."
    if set(_chosen(cells["records"])) - set(offered):
        yield "records", f"The form offers: {', '.join(offered)}. Put ; between them."


def _wrong_day(text: str, on: date) -> Iterator[str]:
    day = _day(text)
    if day is None:
        yield "Write the date with its year, like 2026-09-14 or 9/14/2026."
    elif day > on:
        yield "This day has not come yet."


def _day(text: str) -> date | None:
    if found := _ISO.fullmatch(text):
        year, month, day = found.groups()
    elif found := _AMERICAN.fullmatch(text):
        month, day, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _paper(cells: Mapping[str, str], offered: tuple[str, ...]) -> Paper:
    signed = _day(cells["signed_on"])
    assert signed is not None  # noqa: S101 - checked before
    return Paper(
        child=Label(cells["local_id"], cells["name"], _day(cells["birth_date"])),
        signer=cells["signer"],
        relation=_RELATIONS[key(cells["relation"])],
        signed_on=signed,
        language=_LANGUAGES[cells["language"].casefold()],
        agrees=cells["answer"].casefold() in _YES,
        records=_chosen(cells["records"]) or offered,
    )


def _chosen(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())
