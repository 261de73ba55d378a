"""Which mapping an uploaded file is read by: the feed's saved one, else a guess."""

from typing import Final

from cairn.intake import queries
from cairn.intake.recognize import guess, tells
from cairn.partners.models import Organization
from cairn.warehouse.encoded.form import RECORD as ENCODINGS
from cairn.warehouse.mapping import Mapping, MappingProblem
from cairn.warehouse.read import encodings, read_file

_ENCODED_NOW: Final = (
    "This file holds encodings, and what was sent under this name before was not encoded. They are "
    "kept apart from names: give it another short name, such as encodings, and send again."
)
_ENCODED_BEFORE: Final = (
    "This file is not encoded, and what was sent under this name before was. If it holds names "
    "that may not be sent, encode it first (cairn encode). Else give it another short name."
)


class Unrecognized(Exception):
    """The columns do not say what the file holds; the message says what to do."""


def mapping_for(
    organization: Organization, feed: str, record: str, name: str, content: bytes
) -> Mapping:
    """The mapping for a file that someone uploads. Raises `Unreadable` or `Unrecognized`."""
    saved = queries.newest_mapping(organization, feed)
    if saved is not None:
        mapping = Mapping.parse(saved.text)
        keep_apart(mapping, content)
        return mapping
    record = ENCODINGS if encodings.are_in(content) else record
    try:
        mapping = guess(read_file(name, content), record or None)
    except MappingProblem as problem:
        raise Unrecognized(str(problem)) from problem
    if not record and not tells(mapping):
        raise Unrecognized(
            "The columns do not say what kind of records these are. Choose it above and send again."
        )
    return mapping


def keep_apart(known: Mapping, content: bytes) -> None:
    """Raises `Unrecognized` where encodings come under a name that stood for a table, or a table
    under one that stood for encodings: neither may take the other's place."""
    encoded = encodings.are_in(content)
    if encoded is not (known.record == ENCODINGS):
        raise Unrecognized(_ENCODED_NOW if encoded else _ENCODED_BEFORE)
