"""Define the facts of a file request: a one-time link by which a partner sends one file."""

from dataclasses import dataclass
from datetime import date

__all__ = ["FileRequestFact"]


@dataclass(frozen=True, slots=True)
class FileRequestFact:
    """Describe a request for a file, as Cairn has it on record.

    Attributes:
        organization: slug of the organization that is asked for the file.
        agreement_reference: reference of the agreement under which it would send the file.
        asker: name of the person who asked, for the sender to turn to.
        link_ends_on: last day on which the link works.
        is_withdrawn: whether it was withdrawn.
        is_answered: whether a file was accepted.
        tries: number of files that were tried with the link.
    """

    organization: str
    agreement_reference: str
    asker: str
    link_ends_on: date
    is_withdrawn: bool
    is_answered: bool
    tries: int
