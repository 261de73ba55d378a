"""Tell an app in a higher layer when rows were checked, and when they stop counting.

That app keeps records of single students ready for pages. It registers its functions at start, so
that this app never imports it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from cairn.warehouse.store import FileRef

__all__ = ["CheckedFile", "register_record_keeper"]


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file with checked rows, and the part of its data submission that a keeper needs.

    Attributes:
        delivery: primary key of the data submission.
        agreement: reference of its agreement.
        organization: slug of the sender.
        record: record type of its rows.
        is_synthetic: whether the sender declared that the data are invented.
        conformed: the checked rows.
    """

    delivery: int
    agreement: str
    organization: str
    record: str
    is_synthetic: bool
    conformed: FileRef


RecordKeeper = Callable[[CheckedFile], object]
"""Keeps records made from a checked file. It may run again for the same file."""

RecordEraser = Callable[[int], object]
"""Erases every record made from a data submission, by its primary key."""

_KEEPERS: Final[list[tuple[RecordKeeper, RecordEraser]]] = []


def register_record_keeper(keep: RecordKeeper, erase: RecordEraser) -> None:
    """Register the functions that keep and erase records made from checked files.

    Args:
        keep: keeps them, before the data submission counts as checked.
        erase: erases them, when it is replaced, withdrawn or destroyed.
    """
    _KEEPERS[:] = [(keep, erase)]


def keep_derived_records(file: CheckedFile) -> None:
    """Keep the records made from a checked file, outside the transaction that counts it.

    Args:
        file: the checked file.
    """
    for keep, _erase in _KEEPERS:
        keep(file)


def erase_derived_records(delivery: int) -> None:
    """Erase the records made from a data submission.

    Args:
        delivery: primary key of the data submission.
    """
    for _keep, erase in _KEEPERS:
        erase(delivery)
