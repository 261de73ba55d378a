"""Read what higher-level apps know about a use of data: files received, determinations and codes.

Those apps register their functions at start, so that this app never imports them.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cairn.policy.facts import DeidentificationDetermination, RecordCode

__all__ = ["UseRecords", "register_use_records"]

_NONE_RECEIVED: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class UseRecords:
    """The records about data that arrived, and about data without names.

    Attributes:
        received: elements that files brought, by the reference of their agreement.
        determinations: determinations that figures identify no one (34 CFR 99.31(b)(1)).
        releases: names of the published releases of overlapping data.
        codes: codes that replace identities in rows (34 CFR 99.31(b)(2)).
    """

    received: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NONE_RECEIVED)
    determinations: tuple[DeidentificationDetermination, ...] = ()
    releases: frozenset[str] = frozenset()
    codes: tuple[RecordCode, ...] = ()


UseRecordsLoader = Callable[[frozenset[str], str], UseRecords]
"""A function that returns the records about elements and a project (empty: none)."""

_LOADERS: Final[list[UseRecordsLoader]] = []


def register_use_records(loader: UseRecordsLoader) -> None:
    """Register a function that knows a part of these records; each counts once.

    Args:
        loader: the function; apps that receive files, or make releases and extracts, register
            theirs at start.
    """
    if loader not in _LOADERS:
        _LOADERS.append(loader)


def load_use_records(elements: frozenset[str], project: str) -> UseRecords:
    """Load what all registered functions know about elements and a project.

    Args:
        elements: data elements (``record.field``).
        project: the project's reference; empty for none.

    Returns:
        The records of all functions together.
    """
    records = [loader(elements, project) for loader in _LOADERS]
    received: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for record in records:
        for reference, names in record.received.items():
            received[reference] |= names
    return UseRecords(
        received=MappingProxyType(dict(received)),
        determinations=tuple(one for record in records for one in record.determinations),
        releases=frozenset[str]().union(*(record.releases for record in records)),
        codes=tuple(code for record in records for code in record.codes),
    )
