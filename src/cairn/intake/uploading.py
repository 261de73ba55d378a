"""Which mapping an uploaded file is read by: the feed's saved one, else a guess."""

from cairn.intake import queries
from cairn.intake.recognize import guess, tells
from cairn.partners.models import Organization
from cairn.warehouse.mapping import Mapping, MappingProblem
from cairn.warehouse.read import read_file


class Unrecognized(Exception):
    """The columns do not say what the file holds; the message says what to do."""


def mapping_for(
    organization: Organization, feed: str, record: str, name: str, content: bytes
) -> Mapping:
    """The mapping for a file that someone uploads. Raises `Unreadable` or `Unrecognized`."""
    saved = queries.newest_mapping(organization, feed)
    if saved is not None:
        return Mapping.parse(saved.text)
    try:
        mapping = guess(read_file(name, content), record or None)
    except MappingProblem as problem:
        raise Unrecognized(str(problem)) from problem
    if not record and not tells(mapping):
        raise Unrecognized(
            "The columns do not say what kind of records these are. Choose it above and send again."
        )
    return mapping
