"""Read lists of signed papers, and lists of children with the person who opted out.

Every mistake is reported by row and column. No message repeats the content of a cell, because a
cell can name a child or a parent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.governance.consents.protected_identity import ChildLabel
from cairn.policy.vocabulary import ConsentMethod, SignerRelation
from cairn.warehouse.readers import FileReader, read_file
from cairn.warehouse.schema import ROW_COLUMN, Sheet, UnreadableFile, normalize_spelling

__all__ = [
    "FamilySignature",
    "SignedPaper",
    "UnreadableSignerLine",
    "parse_signer_lines",
    "read_paper_list",
]

MAX_PAPER_ROWS: Final = 5_000

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
"""Cairn's name of a column → other accepted headings; `key` normalizes their spelling."""

SAMPLE_PAPER_LIST: Final = """\
student id, signed by, relationship, date signed, language, answer
S-1, Rosa Alba, mother, 9/14/2026, es, yes
S-2, Leo Marsh, guardian, 2026-09-14, en, no
"""

_COLUMN_TITLES: Final = {ours: theirs[0] for ours, theirs in _COLUMNS.items()}
_REQUIRED_COLUMNS: Final = ("local_id", "signer", "relation", "signed_on")
_MAX_LENGTHS: Final = {"local_id": 60, "signer": 120, "name": 120}
_YES_WORDS: Final = frozenset({"", "yes", "y", "si", "sí", "agree", "agrees"})
_NO_WORDS: Final = frozenset({"no", "n", "declines", "decline"})
_LANGUAGES: Final = {"": "en", "en": "en", "english": "en", "es": "es", "spanish": "es"}

_RELATIONS: Final = {
    **{normalize_spelling(r.value): r for r in SignerRelation},
    "mother": SignerRelation.PARENT,
    "father": SignerRelation.PARENT,
    "mom": SignerRelation.PARENT,
    "dad": SignerRelation.PARENT,
    "legalguardian": SignerRelation.GUARDIAN,
    "grandparent": SignerRelation.ACTING_PARENT,
    "self": SignerRelation.STUDENT,
}

_EXTRA_CELLS_MESSAGE: Final = (
    "The row has more cells than the header. "
    "Put quotation marks around a name that contains a comma."
)

_ISO_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_US_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """One signed paper of the list.

    Attributes:
        child: the child, by the district's local ID.
        signer: name of the person who signed.
        relation: the signer's relation to the child.
        signed_on: date of the signature.
        language: language of the form that was signed, "en" or "es".
        agrees: whether the signer agrees.
        records: data elements that the answer covers; all that the form offers if the list names
            none.
    """

    child: ChildLabel
    signer: str
    relation: SignerRelation
    signed_on: date
    language: str
    agrees: bool
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PaperListMistake:
    """One mistake in the list: its row as the sender counts rows, its column, and how to fix it."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class PaperList:
    """The content of a list: its papers if there is no mistake, otherwise only its mistakes."""

    papers: tuple[SignedPaper, ...]
    mistakes: tuple[PaperListMistake, ...]


def read_paper_list(
    name: str,
    content: bytes,
    offered: Iterable[str],
    on: date,
    *,
    reader: FileReader = read_file,
) -> PaperList:
    """Read a list of signed papers for a form.

    Args:
        name: name of the file; its extension selects the format.
        content: bytes of the file.
        offered: data elements that the form offers.
        on: today; later dates are mistakes.
        reader: how to read the file; for an upload, `read_file_in_child_process`.
    Returns:
        The papers, or the mistakes. An empty `records` cell means that the family agreed to all
        elements that are offered.
    Raises:
        Unreadable: the file is not a list, or required columns are missing.
    """
    sheet = reader(name, content)[0]
    columns = _match_columns(sheet)
    records = tuple(offered)
    mistakes: list[PaperListMistake] = [
        PaperListMistake(row, "the row", _EXTRA_CELLS_MESSAGE) for row in sheet.misfits
    ]
    papers: list[SignedPaper] = []
    seen_papers: set[tuple[str, str]] = set()
    for row_number, cells in _iterate_rows(sheet, columns):
        row_mistakes = [
            PaperListMistake(row_number, columns.get(column, _COLUMN_TITLES[column]), message)
            for column, message in _check_row(cells, records, on)
        ]
        mistakes += row_mistakes
        if row_mistakes:
            continue
        paper = _build_paper(cells, records)
        paper_id = (normalize_spelling(paper.child.local_id), normalize_spelling(paper.signer))
        if paper_id in seen_papers:
            mistakes.append(
                PaperListMistake(
                    row_number,
                    columns["local_id"],
                    "This student and signer are in the list twice.",
                )
            )
        seen_papers.add(paper_id)
        papers.append(paper)
    in_order = tuple(sorted(mistakes, key=lambda mistake: mistake.row))
    return PaperList(() if mistakes else tuple(papers), in_order)


def _match_columns(sheet: Sheet) -> dict[str, str]:
    """Match Cairn's columns to the sender's headings. Raises `Unreadable` if one is missing."""
    spelled = {normalize_spelling(header): header for header in sheet.header}
    matched = {
        column: spelled[normalize_spelling(heading)]
        for column, spellings in _COLUMNS.items()
        for heading in reversed((column, *spellings))
        if normalize_spelling(heading) in spelled
    }
    if missing := [column for column in _REQUIRED_COLUMNS if column not in matched]:
        raise UnreadableFile(
            f"The list has no column for: "
            f"{', '.join(_COLUMN_TITLES[column] for column in missing)}. The first row must name "
            f"the columns. Example: {SAMPLE_PAPER_LIST.splitlines()[0]}. "
            "The first four columns are required."
        )
    if sheet.table.num_rows > MAX_PAPER_ROWS:
        raise UnreadableFile(
            f"The list has more than {MAX_PAPER_ROWS} rows. Split it into smaller lists."
        )
    if not sheet.table.num_rows and not sheet.misfits:
        raise UnreadableFile(
            "The list has a header but no rows. Enter one row for each signed form."
        )
    return matched


def _iterate_rows(sheet: Sheet, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    for row in sheet.table.to_pylist():
        yield (
            row[ROW_COLUMN],
            {
                column: (row[columns[column]] or "").strip() if column in columns else ""
                for column in _COLUMNS
            },
        )


def _check_row(
    cells: Mapping[str, str], offered: tuple[str, ...], on: date
) -> Iterator[tuple[str, str]]:
    """Yield Cairn's name of each wrong column, with the message."""
    yield from _check_people(cells)
    yield from _check_dates(cells, on)
    yield from _check_answer(cells, offered)


def _check_people(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column, longest in _MAX_LENGTHS.items():
        if len(cells[column]) > longest:
            yield column, f"The cell has more than {longest} characters."
    if not cells["local_id"]:
        yield "local_id", "The cell is empty. Enter the ID that the district uses."
    if not cells["signer"]:
        yield "signer", "The cell is empty. A consent requires a signature."
    if parse_relation(cells["relation"]) is None:
        choices = ", ".join(item.value.replace("_", " ") for item in SignerRelation)
        yield "relation", f"Enter one of: {choices}. You can also enter mother or father."


def parse_relation(word: str) -> SignerRelation | None:
    """Return the relation that a word in a list means, or None if the word is unknown."""
    return _RELATIONS.get(normalize_spelling(word))


def _check_dates(cells: Mapping[str, str], on: date) -> Iterator[tuple[str, str]]:
    for column in ("signed_on", "birth_date"):
        if cells[column] or column in _REQUIRED_COLUMNS:
            yield from ((column, message) for message in _check_date(cells[column], on))


def _check_answer(cells: Mapping[str, str], offered: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if cells["language"].casefold() not in _LANGUAGES:
        yield "language", "Enter en or es for the language of the signed form."
    if cells["answer"].casefold() not in _YES_WORDS | _NO_WORDS:
        yield "answer", "Enter yes or no."
    if set(_split_records(cells["records"])) - set(offered):
        yield "records", f"The form offers: {', '.join(offered)}. Separate them with semicolons."


def _check_date(text: str, on: date) -> Iterator[str]:
    parsed = _parse_date(text)
    if parsed is None:
        yield "Enter the date with its year, such as 9/14/2026 or 2026-09-14."
    elif parsed > on:
        yield "The date is in the future."


def _parse_date(text: str) -> date | None:
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = match.groups()
    elif match := _US_DATE.fullmatch(text):
        month, day, year = match.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _build_paper(cells: Mapping[str, str], offered: tuple[str, ...]) -> SignedPaper:
    signed = _parse_date(cells["signed_on"])
    assert signed is not None  # noqa: S101 - _check_row has checked it
    return SignedPaper(
        child=ChildLabel(cells["local_id"], cells["name"], _parse_date(cells["birth_date"])),
        signer=cells["signer"],
        relation=_RELATIONS[normalize_spelling(cells["relation"])],
        signed_on=signed,
        language=_LANGUAGES[cells["language"].casefold()],
        agrees=cells["answer"].casefold() in _YES_WORDS,
        records=_split_records(cells["records"]) or offered,
    )


def _split_records(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


_SEPARATORS: Final = re.compile(r"[,;\t]+")
_PARTS: Final = 3


class UnreadableSignerLine(ValueError):
    """A line of the list cannot be read; the message names the line and repeats no id."""


@dataclass(frozen=True, slots=True)
class FamilySignature:
    """The signature of a family's answer.

    Attributes:
        name: name of the person who signed.
        relation: their relation to the child.
        on: day of the signature.
        language: language of the text that they read; empty if it is unknown.
        method: paper, or electronic.
        authenticated: how the signer was identified, such as "code of letter 12".
        approved: how the signer approved an electronic record (34 CFR 99.30(d)); empty for paper.
    """

    name: str
    relation: SignerRelation
    on: date
    language: str
    method: ConsentMethod = ConsentMethod.PAPER
    authenticated: str = ""
    approved: str = ""


def parse_signer_lines(text: str, on: date) -> dict[str, FamilySignature | None]:
    """Read a list of child ids, each with its signer where the line names one.

    Args:
        text: lines that hold ids with commas between them, or one id with its signer:
            `id | name | relation`.
        on: the day on which the signers answered.
    Returns:
        Child id → signature; None if the line holds ids only.
    Raises:
        UnreadableSignerLine: a line has another form.
    """
    signatures: dict[str, FamilySignature | None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if "|" in line:
            local_id, signature = _parse_signer_line(line, number, on)
            signatures[local_id] = signature
        else:
            signatures |= {part.strip(): None for part in _SEPARATORS.split(line) if part.strip()}
    return signatures


def _parse_signer_line(line: str, number: int, on: date) -> tuple[str, FamilySignature]:
    parts = [part.strip() for part in line.split("|")]
    parsed_relation = parse_relation(parts[-1]) if len(parts) == _PARTS and all(parts) else None
    if parsed_relation is None:
        raise UnreadableSignerLine(
            f"Line {number}: enter ID | name | relationship. Example: S-1 | Rosa Alba | parent."
        )
    return parts[0], FamilySignature(parts[1], parsed_relation, on, "")
