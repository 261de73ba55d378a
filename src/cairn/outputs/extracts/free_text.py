"""Treat the free text of an extract during its preparation, and read the state of its review.

Each distinct text of a child in the extract is sealed once, to be read. If a person has read all
texts of an element, they go into the extract as that person left them; otherwise the element stays
out. A text that is new has no reading, so no unread text is ever included. Progress is read by
element, and one text at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format

from cairn.data.identity.api import list_known_names
from cairn.matching.standardize import is_given_name
from cairn.outputs.extracts import facts
from cairn.outputs.releases.api import TEXT_KEPT, TEXT_OPEN, Extract, TextReading
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_file_store, open_key_ring
from cairn.policy.checks import find_text_objections
from cairn.policy.engine import Decision, Permit, digest_facts
from cairn.policy.facts import Actor, ExtractFact, TextFact
from cairn.policy.questions import may_review_extract_text
from cairn.policy.vocabulary import SpecialClass
from cairn.sdc import microdata
from cairn.warehouse.exporters import ReviewText, read_review_texts
from cairn.warehouse.schema import get_element
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
                _serialize_masks(microdata.propose_masks(text, known_names)),
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
    assembled: microdata.AssembledExtract,
    tables: Mapping[str, microdata.ChildRows],
    elements: Iterable[str],
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
    tables: Mapping[str, microdata.ChildRows], columns: Mapping[str, TextColumn]
) -> dict[str, microdata.ChildRows]:
    """Return the tables of an extract with the free-text columns that were read."""
    columns_by_record: dict[str, dict[str, TextColumn]] = defaultdict(dict)
    for element, column in columns.items():
        record, _dot, name = element.partition(".")
        columns_by_record[record][name] = column
    return {
        name: microdata.ChildRows(rows.children, {**rows.columns, **columns_by_record[name]})
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


def parse_masks(places: Iterable[Iterable[Any]]) -> tuple[microdata.TextMask, ...]:
    """Return masks from their stored positions."""
    return tuple(
        microdata.TextMask(start, end, microdata.MaskKind(kind)) for start, end, kind in places
    )


def _apply_reading(original: str, reading: TextReading) -> str | None:
    """Return a text as its reader left it; None if it is withheld."""
    if reading.verdict != TEXT_KEPT:
        return None
    return microdata.apply_masks(original, parse_masks(reading.masks))


def _collect_known_names(raw: Mapping[str, TextColumn], own: Iterable[str]) -> microdata.NameList:
    """Return the names of the children and their guardians, and common given names in the texts."""
    all_texts = (text for column in raw.values() for text in column if text)
    capitalized_words = {
        word for text in all_texts for word in microdata.split_name_words(text) if word[0].isupper()
    }
    return microdata.build_name_list(
        own, [word for word in capitalized_words if is_given_name(word)]
    )


def _serialize_masks(found_masks: Iterable[microdata.TextMask]) -> tuple[tuple[int, int, str], ...]:
    return tuple((mask.start, mask.end, mask.kind.value) for mask in found_masks)


def _list_all_texts(texts: Mapping[str, Mapping[str, ReviewText]]) -> Iterator[ReviewText]:
    for texts_of_element in texts.values():
        yield from texts_of_element.values()


@dataclass(frozen=True, slots=True)
class TextReadingProgress:
    """Hold the reading progress of one free-text element, and whether this user may read it.

    `first` is the number of the first unread text, if there is one.
    """

    name: str
    fact: TextFact
    may: Decision
    first: int | None
    read: tuple[tuple[int, TextReading], ...]

    @property
    def is_applied(self) -> bool:
        """Return whether the extract was prepared with the element as it was read."""
        return bool(self.fact.prepared) and self.fact.prepared == self.fact.decided

    @property
    def is_health(self) -> bool:
        """Return whether the element is about health, where no listed identifier may stay
        (HIPAA).
        """
        return SpecialClass.HEALTH in self.fact.classes


@dataclass(frozen=True, slots=True)
class TextPiece:
    """Hold a piece of a text: a numbered word that can be masked, or the characters between."""

    text: str
    number: int | None = None
    picked: bool = False


@dataclass(frozen=True, slots=True)
class TextPage:
    """Hold one text: its number, its current masks, and its reading if it was read."""

    number: int
    of: int
    text: ReviewText
    masks: tuple[microdata.TextMask, ...]
    reading: TextReading | None

    @property
    def pieces(self) -> Iterator[TextPiece]:
        """Yield the whole text, word by word."""
        content, position = self.text.text, 0
        words = microdata.list_words(content, self.masks)
        masked = microdata.find_masked_words(words, self.masks)
        for number, word in enumerate(words):
            if position < word.start:
                yield TextPiece(content[position : word.start])
            yield TextPiece(content[word.start : word.end], number, number in masked)
            position = word.end
        if position < len(content):
            yield TextPiece(content[position:])

    @property
    def released_text(self) -> str:
        """Return the text as it would be released."""
        return microdata.apply_masks(self.text.text, self.masks)

    @property
    def digest(self) -> str:
        """Return a digest of what the page shows; a decision about anything else is rejected."""
        return digest_facts(
            self.text.key, *((mask.start, mask.end, mask.kind) for mask in self.masks)
        )

    @property
    def name(self) -> str:
        """Return the label of the text's element."""
        return get_element(self.text.element).label

    @property
    def is_undecided(self) -> bool:
        """Return whether no decision on the text was made yet."""
        return self.reading is None or self.reading.verdict == TEXT_OPEN


def open_extract_texts(row: Extract) -> list[ReviewText]:
    """Open the texts, in reading order; empty if they were destroyed."""
    ref = row.texts.get("file")
    return read_review_texts(open_file_store(), FileRef.parse(ref)) if ref else []


def find_text_element(fact: ExtractFact, number: int) -> str | None:
    """Find the element of a text by the text's number, or None, without opening a text."""
    for text in fact.texts:
        if 1 <= number <= text.texts:
            return text.element
        number -= text.texts
    return None


def load_text_page(row: Extract, number: int) -> TextPage | None:
    """Load one text by its number, from 1; None if there is none."""
    texts_in_order = open_extract_texts(row)
    if not 1 <= number <= len(texts_in_order):
        return None
    text = texts_in_order[number - 1]
    reading = row.readings.filter(element=text.element, key=text.key).first()
    mask_positions = text.proposed if reading is None else reading.masks
    return TextPage(number, len(texts_in_order), text, parse_masks(mask_positions), reading)


def list_reading_progress(row: Extract, actor: Actor, on: date) -> list[TextReadingProgress]:
    """List the reading progress of each element; shows no text."""
    fact = facts.load_extract_fact(row)
    texts_in_order = open_extract_texts(row)
    readings = _load_readings(row)
    return [
        TextReadingProgress(
            get_element(text.element).label,
            text,
            may_review_extract_text(fact, text.element, actor, on),
            next(
                (
                    number
                    for number, extract_text in enumerate(texts_in_order, 1)
                    if extract_text.element == text.element and extract_text.key not in readings
                ),
                None,
            ),
            tuple(
                (number, readings[extract_text.key])
                for number, extract_text in enumerate(texts_in_order, 1)
                if extract_text.element == text.element and extract_text.key in readings
            ),
        )
        for text in fact.texts
    ]


def find_next_unread_text(row: Extract, number: int) -> int | None:
    """Find the next unread text, after this one or else from the beginning."""
    texts_in_order, readings = open_extract_texts(row), _load_readings(row)
    unread = [
        unread_number
        for unread_number, extract_text in enumerate(texts_in_order, 1)
        if extract_text.key not in readings
    ]
    return next(
        (unread_number for unread_number in unread if unread_number > number),
        unread[0] if unread else None,
    )


def find_last_decision(row: Extract, reader: User) -> tuple[int, TextReading] | None:
    """Find the last decision of a reader, with the number of its text."""
    newest_reading = (
        row.readings.filter(reader=reader).exclude(verdict=TEXT_OPEN).order_by("-at", "-pk").first()
    )
    if newest_reading is None:
        return None
    numbers = {
        extract_text.key: number for number, extract_text in enumerate(open_extract_texts(row), 1)
    }
    return (numbers[newest_reading.key], newest_reading) if newest_reading.key in numbers else None


def has_text_to_read(row: Extract, actor: Actor, on: date) -> bool:
    """Return whether an unread text exists that this user may read."""
    fact = facts.load_extract_fact(row)
    unread_elements = [text.element for text in fact.texts if text.read < text.texts]
    return any(may_review_extract_text(fact, name, actor, on).allowed for name in unread_elements)


def _load_readings(row: Extract) -> Mapping[str, TextReading]:
    return {reading.key: reading for reading in row.readings.exclude(verdict=TEXT_OPEN)}
