"""The free text of an extract while it is prepared: what is to be read, and what was read already.

Each different text of a child who is in the extract is sealed once, to be read. An element whose
texts a person has all read goes in as they were left; otherwise it stays out. A text that is new
since has no reading, so nothing new ever goes along.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format

from cairn.disclosure.microdata.extract import Assembled, Rows
from cairn.disclosure.microdata.free_text import Names, names, proposed, words
from cairn.disclosure.microdata.masks import Found, Mask, applied
from cairn.intake.storehouse import key_ring, open_storehouse
from cairn.linkage import queries as linkage
from cairn.releases.extract_rows import KEEPS
from cairn.releases.extracts import facts
from cairn.releases.models import Extract, TextReading
from cairn.rules.decision import Permit
from cairn.rules.extract_fact import ExtractFact
from cairn.rules.extract_text import in_the_way
from cairn.warehouse.free_text import Text
from cairn.warehouse.linking.given_names import is_given_name
from cairn.warehouse.zones import FileRef

READ: Final = "read"
"""How an element of free text is treated whose texts a person has read."""

UNDECIDED: Final = "It is free text, and a person has not read all of it."
_LABEL: Final = "extract-texts"
Column = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """``texts`` are to be sealed; ``columns`` go into the tables, by element; ``told`` is what the
    report says of each element of free text about which there is something to say."""

    texts: tuple[Text, ...]
    columns: Mapping[str, Column]
    told: Mapping[str, dict[str, Any]]


def written(
    row: Extract,
    fact: ExtractFact,
    raw: Mapping[str, Column],
    people: Iterable[str],
) -> Written:
    """What is to be done with the free text of an extract.

    Args:
        row: the extract, with what was read of it so far.
        fact: the same for the rules.
        raw: each element of free text, a value a row of its table as it leaves.
        people: the person ids of the children, whose names the aid looks for.
    """
    if not raw:
        return Written((), {}, {})
    known = _known(raw, linkage.called(people))
    texts: dict[str, dict[str, Text]] = {
        element: {
            text: Text(element, key(row, element, text), text, _places(proposed(text, known)))
            for text in sorted(set(filter(None, column)))
        }
        for element, column in raw.items()
    }
    now = {element: len(found) for element, found in texts.items()}
    told: dict[str, dict[str, Any]] = {}
    columns: dict[str, Column] = {}
    kept = {one.key for found in texts.values() for one in found.values()}
    for text in facts.texts(row, fact, now, kept):
        found, element = texts[text.element], text.element
        if in_the_way(fact, text):
            told |= {element: {"why": UNDECIDED}} if text.read else {}
            continue
        readings = {one.key: one for one in row.readings.filter(element=element)}
        columns[element] = tuple(
            _left(said, readings[found[said].key]) if said else None for said in raw[element]
        )
        day = date_format(text.on) if text.on else ""
        told[element] = {
            "how": READ,
            "form": READ,
            "why": f"Free text, read and de-identified by a person on {day}; {text.withheld} of "
            f"{text.texts} texts withheld.",
            "decided": text.decided,
        }
    return Written(tuple(_all(texts)), columns, told)


def raw(made: Assembled, tables: Mapping[str, Rows], elements: Iterable[str]) -> dict[str, Column]:
    """The columns of free text of the children who stay, a value a row of their tables."""
    found: dict[str, Column] = {}
    for element in elements:
        record, _, name = element.partition(".")
        rows = tables[record]
        found[element] = tuple(
            None if value is None else str(value)
            for child, value in zip(rows.children, rows.columns[name], strict=True)
            if child in made.classes
        )
    return found


def with_columns(tables: Mapping[str, Rows], columns: Mapping[str, Column]) -> dict[str, Rows]:
    """The tables of an extract with the columns that were read."""
    more: dict[str, dict[str, Column]] = defaultdict(dict)
    for element, column in columns.items():
        record, _, name = element.partition(".")
        more[record][name] = column
    return {
        name: Rows(rows.children, {**rows.columns, **more[name]}) for name, rows in tables.items()
    }


def forget(row: Extract, *, permit: Permit) -> None:
    """Destroys what was sealed to be read; how many texts there were is kept. Saves nothing."""
    if ref := row.texts.get("file"):
        open_storehouse().destroy(FileRef.parse(ref), permit=permit)
        row.texts = {**row.texts, "file": ""}


def key(row: Extract, element: str, text: str) -> str:
    """The keyed hash of a text, of use for one extract alone."""
    return key_ring().seal(_LABEL, f"{row.pk}\n{element}\n{text}".encode())


def masks(places: Iterable[Iterable[Any]]) -> tuple[Mask, ...]:
    """Places as they are kept → masks."""
    return tuple(Mask(start, end, Found(kind)) for start, end, kind in places)


def _left(said: str, reading: TextReading) -> str | None:
    """A text as a person left it; nothing where it is withheld."""
    if reading.verdict != KEEPS:
        return None
    return applied(said, masks(reading.masks))


def _known(raw: Mapping[str, Column], own: Iterable[str]) -> Names:
    """The names of the children and their guardians, and given names that people have."""
    said = (text for column in raw.values() for text in column if text)
    seen = {word for text in said for word in words(text) if word[0].isupper()}
    return names(own, [word for word in seen if is_given_name(word)])


def _places(found: Iterable[Mask]) -> tuple[tuple[int, int, str], ...]:
    return tuple((mask.start, mask.end, mask.kind.value) for mask in found)


def _all(texts: Mapping[str, Mapping[str, Text]]) -> Iterator[Text]:
    for found in texts.values():
        yield from found.values()
