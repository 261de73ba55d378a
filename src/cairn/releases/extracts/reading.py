"""What the person who reads the free text of an extract sees: how far it is, and one text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cairn.accounts.models import User
from cairn.disclosure.microdata.masks import Mask, applied, picked, words_of
from cairn.intake.storehouse import open_storehouse
from cairn.releases.extract_rows import OPEN
from cairn.releases.extracts import facts
from cairn.releases.extracts.texts import masks
from cairn.releases.models import Extract, TextReading
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.extract import may_read_text
from cairn.rules.extract_fact import ExtractFact, TextFact
from cairn.rules.known import digest
from cairn.rules.vocabulary import SpecialClass
from cairn.warehouse import free_text
from cairn.warehouse.elements import element
from cairn.warehouse.free_text import Text
from cairn.warehouse.zones import FileRef


@dataclass(frozen=True, slots=True)
class Progress:
    """One element of free text: what it is, how far it is read, and whether this person may read
    it. ``first`` is the number of the first text that nobody has read, if there is one."""

    name: str
    fact: TextFact
    may: Decision
    first: int | None
    read: tuple[tuple[int, TextReading], ...]

    @property
    def in_it(self) -> bool:
        """Whether the extract was prepared with it, as it was read."""
        return bool(self.fact.prepared) and self.fact.prepared == self.fact.decided

    @property
    def health(self) -> bool:
        """Whether it is about health, of which no listed identifier may stay."""
        return SpecialClass.HEALTH in self.fact.classes


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text as the page shows it: a word that can be masked (``number``), or what
    stands between words."""

    text: str
    number: int | None = None
    picked: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One text: its number among all, the masks that stand, and how it reads with them. ``seen``
    names the masks that the page shows."""

    number: int
    of: int
    text: Text
    masks: tuple[Mask, ...]
    reading: TextReading | None

    @property
    def pieces(self) -> Iterator[Piece]:
        """The whole text, word by word."""
        said, at = self.text.text, 0
        words = words_of(said, self.masks)
        masked = picked(words, self.masks)
        for number, word in enumerate(words):
            if at < word.start:
                yield Piece(said[at : word.start])
            yield Piece(said[word.start : word.end], number, number in masked)
            at = word.end
        if at < len(said):
            yield Piece(said[at:])

    @property
    def reads(self) -> str:
        """The text as it would leave."""
        return applied(self.text.text, self.masks)

    @property
    def seen(self) -> str:
        """The name of what the page shows: an answer to anything else does not count."""
        return digest(self.text.key, *((m.start, m.end, m.kind) for m in self.masks))

    @property
    def name(self) -> str:
        """What its element is."""
        return element(self.text.element).description

    @property
    def open(self) -> bool:
        """Whether nobody has said yet whether it stays."""
        return self.reading is None or self.reading.verdict == OPEN


def texts(row: Extract) -> list[Text]:
    """The texts, opened, in the order in which they are read; none where they are gone."""
    ref = row.texts.get("file")
    return free_text.read(open_storehouse(), FileRef.parse(ref)) if ref else []


def element_at(fact: ExtractFact, number: int) -> str | None:
    """Of which element a text is, by its number, with no text opened; None where there is none."""
    for text in fact.texts:
        if 1 <= number <= text.texts:
            return text.element
        number -= text.texts
    return None


def page(row: Extract, number: int) -> Page | None:
    """One text by its number, from 1; None where there is none."""
    found = texts(row)
    if not 1 <= number <= len(found):
        return None
    text = found[number - 1]
    reading = row.readings.filter(element=text.element, key=text.key).first()
    places = text.proposed if reading is None else reading.masks
    return Page(number, len(found), text, masks(places), reading)


def progress(row: Extract, who: Actor, on: date) -> list[Progress]:
    """How far each element is; no text is shown."""
    fact = facts.extract(row)
    found = texts(row)
    readings = _readings(row)
    return [
        Progress(
            element(text.element).description,
            text,
            may_read_text(fact, text.element, who, on),
            next(
                (
                    n
                    for n, one in enumerate(found, 1)
                    if one.element == text.element and one.key not in readings
                ),
                None,
            ),
            tuple(
                (n, readings[one.key])
                for n, one in enumerate(found, 1)
                if one.element == text.element and one.key in readings
            ),
        )
        for text in fact.texts
    ]


def following(row: Extract, number: int) -> int | None:
    """The next text that nobody has read, after this one or from the beginning."""
    found, readings = texts(row), _readings(row)
    unread = [n for n, one in enumerate(found, 1) if one.key not in readings]
    return next((n for n in unread if n > number), unread[0] if unread else None)


def last(row: Extract, reader: User) -> tuple[int, TextReading] | None:
    """What somebody decided last, with the number of its text."""
    mine = row.readings.filter(reader=reader).exclude(verdict=OPEN).order_by("-at", "-pk").first()
    if mine is None:
        return None
    numbers = {one.key: n for n, one in enumerate(texts(row), 1)}
    return (numbers[mine.key], mine) if mine.key in numbers else None


def to_read(row: Extract, who: Actor, on: date) -> bool:
    """Whether a text waits that this person may read."""
    fact = facts.extract(row)
    waiting = [text.element for text in fact.texts if text.read < text.texts]
    return any(may_read_text(fact, name, who, on).allowed for name in waiting)


def _readings(row: Extract) -> Mapping[str, TextReading]:
    return {one.key: one for one in row.readings.exclude(verdict=OPEN)}
