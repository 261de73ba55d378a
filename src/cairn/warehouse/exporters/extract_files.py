"""Write and read the sealed files of an extract: tables, list of students, free text.

Before an extract is made, a reviewer reads what people wrote in text fields. Each different
text is stored once, without any student, in an order that reveals nothing, with the passages
that the automatic detection would mask. That file serves the review and is destroyed after it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.warehouse.exporters.labeled_table import ColumnKind, LabeledValue
from cairn.warehouse.store import FileRef, FileStore, Zone

__all__ = [
    "EXTRACT_PERSON_COLUMN",
    "ExtractRoster",
    "ExtractTable",
    "ReviewText",
    "infer_column_kind",
    "read_extract_roster",
    "read_extract_table",
    "read_review_texts",
    "write_extract_files",
    "write_review_texts",
]

EXTRACT_PERSON_COLUMN: Final = "person"
_EXTRACT_STEP: Final = "extract"

_COLUMN_ARROW_TYPES: Final = {
    ColumnKind.TEXT: pa.string(),
    ColumnKind.CODE: pa.string(),
    ColumnKind.NUMBER: pa.float64(),
    ColumnKind.DATE: pa.date32(),
}


@dataclass(frozen=True, slots=True)
class ExtractTable:
    """The rows of one record type for one extract.

    Attributes:
        columns: values by the name of the column, all of one length; ``person`` holds the
            pseudonyms.
        kinds: kind of each column.
    """

    columns: Mapping[str, Sequence[LabeledValue]]
    kinds: Mapping[str, ColumnKind]


@dataclass(frozen=True, slots=True)
class ExtractRoster:
    """Who is in an extract: for each student's code the equivalence class and the log keys.

    ``classes`` numbers the group of students with the same quasi-identifiers; ``keys`` are
    those under which the student's organizations know the student, for the disclosure log.
    """

    classes: Mapping[str, int]
    keys: Mapping[str, tuple[str, ...]]


def infer_column_kind(values: Sequence[LabeledValue], *, codes: Mapping[str, object]) -> ColumnKind:
    """Infer what a column holds from its values and the list of codes of its element.

    Args:
        values: the cells.
        codes: the element's codes; empty if it has none.

    Returns:
        The kind of the column.
    """
    filled = [v for v in values if v is not None]
    if filled and all(isinstance(v, date) for v in filled):
        return ColumnKind.DATE
    if filled and all(isinstance(v, int | float) for v in filled):
        return ColumnKind.NUMBER
    return ColumnKind.CODE if codes and set(filled) <= set(codes) else ColumnKind.TEXT


def write_extract_files(
    store: FileStore,
    tables: Mapping[str, ExtractTable],
    roster: ExtractRoster,
    *,
    permit: Permit,
    inputs: Sequence[FileRef],
    note: Mapping[str, str],
) -> tuple[dict[str, FileRef], FileRef]:
    """Write each table and the list of students, sealed.

    Args:
        store: the file store.
        tables: tables by record type.
        roster: who is in the extract.
        permit: a permit to prepare an extract.
        inputs: files from which the tables were made.
        note: texts for the manifests.

    Returns:
        References by record type, and the reference of the list.
    """
    refs = {
        name: store.write(
            Zone.EXTRACT,
            pa.table(
                {
                    column_name: pa.array(values, _COLUMN_ARROW_TYPES[table.kinds[column_name]])
                    for column_name, values in table.columns.items()
                }
            ),
            permit=permit,
            step=_EXTRACT_STEP,
            inputs=inputs,
            counts={"children": len(set(table.columns[EXTRACT_PERSON_COLUMN]))},
            note={**note, "record": name, "kinds": json.dumps(table.kinds)},
        )
        for name, table in tables.items()
    }
    students = sorted(roster.classes)
    roster_table = pa.table(
        {
            EXTRACT_PERSON_COLUMN: pa.array(students, pa.string()),
            "class": pa.array([roster.classes[student] for student in students], pa.int64()),
            "keys": pa.array(
                [" ".join(roster.keys.get(student, ())) for student in students], pa.string()
            ),
        }
    )
    roster_note = {**note, "record": "(who is in it)"}
    return refs, store.write(
        Zone.EXTRACT,
        roster_table,
        permit=permit,
        step=_EXTRACT_STEP,
        inputs=inputs,
        note=roster_note,
    )


def read_extract_table(store: FileStore, ref: FileRef) -> ExtractTable:
    """Read one table of an extract.

    Args:
        store: the file store.
        ref: the file.

    Returns:
        The table.
    """
    kinds = json.loads(store.manifest(ref).note["kinds"])
    stored = store.read(ref)
    return ExtractTable(
        {name: stored.column(name).to_pylist() for name in stored.column_names},
        {name: ColumnKind(kind) for name, kind in kinds.items()},
    )


def read_extract_roster(store: FileStore, ref: FileRef) -> ExtractRoster:
    """Read the list of students of an extract.

    Args:
        store: the file store.
        ref: the file.

    Returns:
        The list.
    """
    rows = store.read(ref).to_pylist()
    return ExtractRoster(
        {row[EXTRACT_PERSON_COLUMN]: row["class"] for row in rows},
        {row[EXTRACT_PERSON_COLUMN]: tuple(row["keys"].split()) for row in rows},
    )


_TEXTS_STEP: Final = "texts"

TextSpan = tuple[int, int, str]
"""First character, character after the last, and the kind of the text between."""


@dataclass(frozen=True, slots=True)
class ReviewText:
    """One different text of an element.

    ``key`` is its keyed hash; ``proposed`` are the spans that the automatic detection would
    mask.
    """

    element: str
    key: str
    text: str
    proposed: tuple[TextSpan, ...] = ()


def write_review_texts(
    store: FileStore,
    texts: Iterable[ReviewText],
    *,
    permit: Permit,
    inputs: Sequence[FileRef],
    note: Mapping[str, str],
) -> FileRef:
    """Write the texts for review, sealed, in the order of element and key.

    Args:
        store: the file store.
        texts: the different texts.
        permit: a permit to prepare an extract.
        inputs: files from which the texts were taken.
        note: texts for the manifest.

    Returns:
        A reference to the file.
    """
    rows = sorted(texts, key=lambda text: (text.element, text.key))
    table = pa.table(
        {
            "element": pa.array([text.element for text in rows], pa.string()),
            "key": pa.array([text.key for text in rows], pa.string()),
            "text": pa.array([text.text for text in rows], pa.string()),
            "proposed": pa.array([json.dumps(text.proposed) for text in rows], pa.string()),
        }
    )
    return store.write(Zone.TEXTS, table, permit=permit, step=_TEXTS_STEP, inputs=inputs, note=note)


def read_review_texts(store: FileStore, ref: FileRef) -> list[ReviewText]:
    """Read the texts for review, in the order in which the reviewer sees them.

    Args:
        store: the file store.
        ref: the file.

    Returns:
        The texts.
    """
    return [
        ReviewText(
            row["element"],
            row["key"],
            row["text"],
            tuple(map(_parse_span, json.loads(row["proposed"]))),
        )
        for row in store.read(ref).to_pylist()
    ]


def _parse_span(values: Sequence[int | str]) -> TextSpan:
    start, end, kind = values
    return int(start), int(end), str(kind)
