"""Register the apps that hold data which may have to be destroyed.

Those apps are in higher layers, because they ask this app whether a recipient has
fulfilled its duties. Each registers a holder that lists its holdings and destroys them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from cairn.platform.accounts.api import User
from cairn.policy.facts import Holding
from cairn.warehouse.store import Zone

__all__ = [
    "ANSWER_ZONE",
    "UPLOAD_ZONE",
    "DestroyedFile",
    "HoldingDetail",
    "list_holdings",
    "list_recorded_files",
    "register_data_holder",
    "register_file_references",
    "register_follow_up",
]


UPLOAD_ZONE: Final = "uploads"
"""The zone of uploaded files that wait for a person, which are outside the file store too."""

ANSWER_ZONE: Final = "survey_answers"
"""The zone of survey answers that were not imported, which are rows of the database."""

SCAN_ZONE: Final = "attachments"
"""The zone of scanned papers, which are outside the file store."""

_ZONE_LABELS: Final = {
    Zone.LANDED.value: _("Rows as imported"),
    Zone.CONFORMED.value: _("Rows after the check"),
    Zone.QUARANTINED.value: _("Rows set aside"),
    Zone.LINKED.value: _("Rows with person IDs"),
    Zone.MART.value: _("Analysis table"),
    Zone.COUNTED.value: _("Counts before suppression"),
    Zone.RELEASED.value: _("Figures after suppression"),
    Zone.EXTRACT.value: _("Extract"),
    Zone.TEXTS.value: _("Free text for review"),
    SCAN_ZONE: _("Scanned form"),
    UPLOAD_ZONE: _("Uploaded file that waited"),
    ANSWER_ZONE: _("Survey answers that were not imported"),
}


def label_zone(zone: str) -> str:
    """Label what a file holds by its zone, as destruction pages and certificates name it."""
    return str(_ZONE_LABELS.get(zone, zone))


@dataclass(frozen=True, slots=True)
class DestroyedFile:
    """One file of a holding, before or after its destruction.

    Attributes:
        zone: zone of the file store, such as "landed".
        sha256: SHA-256 of the file's bytes, in hexadecimal digits.
        rows: number of its rows; 0 for a scan and for a file that was not read.
    """

    zone: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class HoldingDetail:
    """One holding as a page shows it before its destruction.

    Attributes:
        reference: kind and number, such as "delivery:12".
        name: its name for people.
        address: URL of the page that shows it.
        files: every file that is destroyed with it.
    """

    reference: str
    name: str
    address: str
    files: tuple[DestroyedFile, ...]


class DataHolder(Protocol):
    """An app that holds data; `kind` begins the references of its holdings (`delivery:12`)."""

    kind: str

    def holdings(self, agreements: Collection[str] | None = None) -> Iterable[Holding]:
        """List what this app holds now, under these agreements (references) or under any."""

    def items(self, references: Sequence[str]) -> list[HoldingDetail]:
        """Describe holdings in this order, each with every file to be destroyed with it."""

    def destroy(self, reference: str, *, by: User, at: datetime) -> HoldingDetail:
        """Destroy one holding in the caller's transaction, and return what was destroyed."""


FollowUp = Callable[[User, datetime], Mapping[str, int]]
"""A step after a destruction, such as to take names out of an index; returns counts by name."""

FileReferences = Callable[[], Iterable[str]]
"""Lists every file of the store that the rows of one app name, as ``zone/digest``."""

_FILE_REFERENCES: list[FileReferences] = []
_HOLDER_LOADERS: list[Callable[[], DataHolder]] = []
_FOLLOW_UPS: dict[str, FollowUp] = {}


def register_data_holder(load: Callable[[], DataHolder]) -> None:
    """Register a data holder; it replaces an earlier one of the same kind.

    Args:
        load: returns the data holder, when holdings are listed or destroyed.
    """
    _HOLDER_LOADERS.append(load)


def register_follow_up(name: str, follow_up: FollowUp) -> None:
    """Register a step that must follow every destruction.

    Args:
        name: the step's name.
        follow_up: the step.
    """
    _FOLLOW_UPS[name] = follow_up


def list_holdings(agreements: Collection[str] | None = None) -> list[Holding]:
    """List everything that any app holds.

    Args:
        agreements: references of the agreements to consider; all if None.

    Returns:
        The holdings.
    """
    return [
        holding
        for holder in _load_data_holders().values()
        for holding in holder.holdings(agreements)
        if agreements is None or holding.agreement in agreements
    ]


def register_file_references(list_files: FileReferences) -> None:
    """Register the files that an app's rows name: any other file may be destroyed after a wait.

    Args:
        list_files: lists the files of the store that are named in any row of the app, also in rows
            about data that were destroyed.
    """
    _FILE_REFERENCES.append(list_files)


def list_recorded_files() -> set[str]:
    """List every file of the store that any record names, also where it was destroyed.

    Returns:
        The files, as ``zone/digest``.
    """
    return {name for list_files in _FILE_REFERENCES for name in list_files()}


def find_data_holder(reference: str) -> DataHolder:
    """Find the data holder of one holding.

    Args:
        reference: the holding's reference, such as `delivery:12`.

    Returns:
        The data holder.
    """
    return _load_data_holders()[reference.partition(":")[0]]


def describe_holdings(references: Sequence[str]) -> list[HoldingDetail]:
    """Describe holdings, each with every file to be destroyed with it.

    Each holder is asked once for all of its own, so that it reads the store once.

    Args:
        references: references of holdings.

    Returns:
        Their details, in the same order.
    """
    references_by_kind: dict[str, list[str]] = defaultdict(list)
    for reference in references:
        references_by_kind[reference.partition(":")[0]].append(reference)
    holders = _load_data_holders()
    details = {
        reference: detail
        for kind, own in references_by_kind.items()
        for reference, detail in zip(own, holders[kind].items(own), strict=True)
    }
    return [details[reference] for reference in references]


def list_follow_ups() -> Mapping[str, FollowUp]:
    """List the steps that must follow a destruction.

    Returns:
        The steps by name.
    """
    return dict(_FOLLOW_UPS)


def _load_data_holders() -> dict[str, DataHolder]:
    return {holder.kind: holder for holder in (load() for load in _HOLDER_LOADERS)}
