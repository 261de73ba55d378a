"""Read the state of free-text review: progress by element, and one text at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.outputs.extracts import facts
from cairn.outputs.extracts.free_text import parse_masks
from cairn.outputs.releases.api import TEXT_OPEN, Extract, TextReading
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine import Decision, digest_facts
from cairn.policy.facts import Actor, ExtractFact, TextFact
from cairn.policy.questions import may_review_extract_text
from cairn.policy.vocabulary import SpecialClass
from cairn.sdc.microdata import TextMask, apply_masks, find_masked_words, list_words
from cairn.warehouse.exporters import ReviewText, read_review_texts
from cairn.warehouse.schema import get_element
from cairn.warehouse.store import FileRef


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
    def in_it(self) -> bool:
        """Return whether the extract was prepared with the element as it was read."""
        return bool(self.fact.prepared) and self.fact.prepared == self.fact.decided

    @property
    def health(self) -> bool:
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
    masks: tuple[TextMask, ...]
    reading: TextReading | None

    @property
    def pieces(self) -> Iterator[TextPiece]:
        """Yield the whole text, word by word."""
        content, position = self.text.text, 0
        words = list_words(content, self.masks)
        masked = find_masked_words(words, self.masks)
        for number, word in enumerate(words):
            if position < word.start:
                yield TextPiece(content[position : word.start])
            yield TextPiece(content[word.start : word.end], number, number in masked)
            position = word.end
        if position < len(content):
            yield TextPiece(content[position:])

    @property
    def reads(self) -> str:
        """Return the text as it would be released."""
        return apply_masks(self.text.text, self.masks)

    @property
    def seen(self) -> str:
        """Return a digest of what the page shows; a decision about anything else is rejected."""
        return digest_facts(
            self.text.key, *((mask.start, mask.end, mask.kind) for mask in self.masks)
        )

    @property
    def name(self) -> str:
        """Return the description of the text's element."""
        return get_element(self.text.element).description

    @property
    def open(self) -> bool:
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
            get_element(text.element).description,
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
