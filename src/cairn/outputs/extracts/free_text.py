"""Treat the free text of an extract during its preparation.

Each distinct text of a child in the extract is sealed once, to be read. If a person has read all
texts of an element, they go into the extract as that person left them; otherwise the element stays
out. A text that is new has no reading, so no unread text is ever included.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format

from cairn.data.identity.api import list_known_names
from cairn.matching.standardize import is_given_name
from cairn.outputs.extracts import facts
from cairn.outputs.releases.api import TEXT_KEPT, Extract, TextReading
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.policy.checks import find_text_objections
from cairn.policy.engine import Permit
from cairn.policy.facts import ExtractFact
from cairn.sdc.microdata import (
    AssembledExtract,
    ChildRows,
    MaskKind,
    NameList,
    TextMask,
    apply_masks,
    build_name_list,
    propose_masks,
    split_name_words,
)
from cairn.warehouse.exporters import ReviewText
from cairn.warehouse.store import FileRef

READ_TREATMENT: Final = "read"
"""The treatment of a free-text element when a person has read its texts."""

PARTLY_READ_REASON: Final = "This is free text, and not all of it has been reviewed."
_TEXT_HASH_LABEL: Final = "extract-texts"
TextColumn = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class FreeTextResult:
    """Hold the treated free text of an extract.

    `texts` must be sealed; `columns` go into the tables, by element. The last field has what the
    report says about each free-text element.
    """

    texts: tuple[ReviewText, ...]
    columns: Mapping[str, TextColumn]
    told: Mapping[str, dict[str, Any]]


def treat_extract_texts(
    row: Extract,
    fact: ExtractFact,
    raw: Mapping[str, TextColumn],
    people: Iterable[str],
) -> FreeTextResult:
    """Treat the free text of an extract.

    Args:
        row: the extract, with the readings so far.
        fact: its fact.
        raw: each free-text element, one value for each row of its table in the extract.
        people: person ids of the children; the name detector looks for their names.
    Returns:
        The texts to seal, the columns for the tables, and notes for the report.
    """
    if not raw:
        return FreeTextResult((), {}, {})
    known_names = _collect_known_names(raw, list_known_names(people))
    texts: dict[str, dict[str, ReviewText]] = {
        element: {
            text: ReviewText(
                element,
                hash_text(row, element, text),
                text,
                _serialize_masks(propose_masks(text, known_names)),
            )
            for text in sorted(set(filter(None, column)))
        }
        for element, column in raw.items()
    }
    text_counts = {element: len(texts_of_element) for element, texts_of_element in texts.items()}
    notes: dict[str, dict[str, Any]] = {}
    columns: dict[str, TextColumn] = {}
    current_keys = {
        entry.key for texts_of_element in texts.values() for entry in texts_of_element.values()
    }
    for text in facts.load_text_facts(row, fact, text_counts, current_keys):
        texts_of_element, element = texts[text.element], text.element
        if find_text_objections(fact, text):
            notes |= {element: {"why": PARTLY_READ_REASON}} if text.read else {}
            continue
        readings = {entry.key: entry for entry in row.readings.filter(element=element)}
        columns[element] = tuple(
            _apply_reading(original, readings[texts_of_element[original].key]) if original else None
            for original in raw[element]
        )
        read_day = date_format(text.on) if text.on else ""
        notes[element] = {
            "how": READ_TREATMENT,
            "form": READ_TREATMENT,
            "why": "Free text, reviewed and de-identified by a person on "
            f"{read_day}; {text.withheld} of {text.texts} texts removed.",
            "decided": text.decided,
        }
    return FreeTextResult(tuple(_list_all_texts(texts)), columns, notes)


def collect_text_columns(
    assembled: AssembledExtract, tables: Mapping[str, ChildRows], elements: Iterable[str]
) -> dict[str, TextColumn]:
    """Return the free-text columns of the children who stay, one value for each table row."""
    columns: dict[str, TextColumn] = {}
    for element in elements:
        record, _dot, name = element.partition(".")
        rows = tables[record]
        columns[element] = tuple(
            None if value is None else str(value)
            for child, value in zip(rows.children, rows.columns[name], strict=True)
            if child in assembled.classes
        )
    return columns


def add_reviewed_columns(
    tables: Mapping[str, ChildRows], columns: Mapping[str, TextColumn]
) -> dict[str, ChildRows]:
    """Return the tables of an extract with the free-text columns that were read."""
    columns_by_record: dict[str, dict[str, TextColumn]] = defaultdict(dict)
    for element, column in columns.items():
        record, _dot, name = element.partition(".")
        columns_by_record[record][name] = column
    return {
        name: ChildRows(rows.children, {**rows.columns, **columns_by_record[name]})
        for name, rows in tables.items()
    }


def destroy_sealed_texts(row: Extract, *, permit: Permit) -> None:
    """Destroy the texts sealed for reading, and keep how many there were. Saves no row."""
    if ref := row.texts.get("file"):
        open_file_store().destroy(FileRef.parse(ref), permit=permit)
        row.texts = {**row.texts, "file": ""}


def hash_text(row: Extract, element: str, text: str) -> str:
    """Return the keyed hash of a text, which is valid for one extract only."""
    return open_key_ring().seal(_TEXT_HASH_LABEL, f"{row.pk}\n{element}\n{text}".encode())


def parse_masks(places: Iterable[Iterable[Any]]) -> tuple[TextMask, ...]:
    """Return masks from their stored positions."""
    return tuple(TextMask(start, end, MaskKind(kind)) for start, end, kind in places)


def _apply_reading(original: str, reading: TextReading) -> str | None:
    """Return a text as its reader left it; None if it is withheld."""
    if reading.verdict != TEXT_KEPT:
        return None
    return apply_masks(original, parse_masks(reading.masks))


def _collect_known_names(raw: Mapping[str, TextColumn], own: Iterable[str]) -> NameList:
    """Return the names of the children and their guardians, and common given names in the texts."""
    all_texts = (text for column in raw.values() for text in column if text)
    capitalized_words = {
        word for text in all_texts for word in split_name_words(text) if word[0].isupper()
    }
    return build_name_list(own, [word for word in capitalized_words if is_given_name(word)])


def _serialize_masks(found_masks: Iterable[TextMask]) -> tuple[tuple[int, int, str], ...]:
    return tuple((mask.start, mask.end, mask.kind.value) for mask in found_masks)


def _list_all_texts(texts: Mapping[str, Mapping[str, ReviewText]]) -> Iterator[ReviewText]:
    for texts_of_element in texts.values():
        yield from texts_of_element.values()
