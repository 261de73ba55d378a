"""Who holds data that may have to be destroyed: a list that the rooms above enter themselves in.

Retention stands below the rooms that hold data, so that they can ask it whether a recipient has
done its duty. What they hold, and how it is destroyed, each of them says through a keeper.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cairn.accounts.models import User
from cairn.rules.duty import Holding


@dataclass(frozen=True, slots=True)
class GoneFile:
    """One file that was destroyed: where it stood, the sha256 of its bytes, and its rows."""

    zone: str
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is held, as a page shows it before it goes: files by zone, with their rows."""

    reference: str
    name: str
    address: str
    files: tuple[GoneFile, ...]


class Keeper(Protocol):
    """A room that holds data; `kind` begins the references of its holdings (`delivery:12`)."""

    kind: str

    def holdings(self) -> Iterable[Holding]:
        """Everything this room holds now."""

    def item(self, reference: str) -> Item:
        """One holding, with every file that would go with it."""

    def destroy(self, reference: str, *, by: User, at: datetime) -> Item:
        """Destroys one holding in the caller's transaction; what went with it."""


After = Callable[[User, datetime], Mapping[str, int]]
"""What a room does once holdings are gone (take their names out of an index); its counts."""

_KEEPERS: dict[str, Keeper] = {}
_AFTER: dict[str, After] = {}


def register(keeper: Keeper) -> None:
    """Enters a keeper; a second one of the same kind takes its place."""
    _KEEPERS[keeper.kind] = keeper


def register_after(name: str, after: After) -> None:
    """Enters what must follow a destruction."""
    _AFTER[name] = after


def holdings() -> list[Holding]:
    """Everything that any room holds."""
    return [holding for keeper in _KEEPERS.values() for holding in keeper.holdings()]


def keeper_of(reference: str) -> Keeper:
    """The keeper of one holding."""
    return _KEEPERS[reference.partition(":")[0]]


def afterwards() -> Mapping[str, After]:
    """What must follow a destruction, by name."""
    return dict(_AFTER)
