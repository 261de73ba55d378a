"""One request to use data about children."""

from dataclasses import dataclass
from typing import Final

from cairn.policy.vocabulary import Action, Level, Purpose

__all__ = ["FIGURE_RELEASE_ACTIONS", "FILE_ACTIONS", "SENDING_ACTIONS", "USE_ACTIONS", "UseRequest"]

DIRECT_SERVICE_ACTIONS: Final = frozenset({Action.VIEW, Action.LIST, Action.REFER})
"""Uses in which a person who serves a child sees that child's records."""

SENDING_ACTIONS: Final = frozenset({Action.EXPORT, Action.DELIVER, Action.REFER})
"""Uses that send records to another place."""

FILE_ACTIONS: Final = frozenset({Action.EXPORT, Action.DELIVER})
"""Uses that send records as a file, which an agreement may name."""

FIGURE_RELEASE_ACTIONS: Final = frozenset({Action.RELEASE, Action.PUBLISH})
"""Uses of protected figures: they hold no child's row and identify no child."""

USE_ACTIONS: Final = (
    DIRECT_SERVICE_ACTIONS
    | SENDING_ACTIONS
    | FIGURE_RELEASE_ACTIONS
    | {Action.MATCH, Action.AGGREGATE, Action.PARENT_VIEW, Action.EMERGENCY}
)


@dataclass(frozen=True, slots=True)
class UseRequest:
    """A request: the actor, the action, and the elements and children concerned.

    Args:
        actor: id of the person.
        acting_for: organization that the person acts for.
        action: the use.
        purpose: purpose of the use.
        elements: data elements as ``record.field``.
        level: how close the data are to one child.
        people: ids of the children.
        project: reference of the project, if any.
        channel: channel by which the data are sent, if they are.
        recipient: organization that receives the data; empty: ``acting_for`` itself.
        first_year: first school year ("2025-26"; empty: that of the authorization).
        last_year: last school year (empty: that of the authorization).
        file: name of the file in which the data are sent.
    """

    actor: str
    acting_for: str
    action: Action
    purpose: Purpose
    elements: frozenset[str]
    level: Level
    people: tuple[str, ...]
    project: str = ""
    channel: str = ""
    recipient: str = ""
    first_year: str = ""
    last_year: str = ""
    file: str = ""

    @property
    def receiver(self) -> str:
        """Return the organization that would have the data."""
        return self.recipient or self.acting_for

    @property
    def caseload(self) -> bool:
        """Tell whether the children must be on the receiver's own roster, as it serves each one."""
        serves = self.purpose is Purpose.SERVICE_COORDINATION and self.action in SENDING_ACTIONS
        return self.action in DIRECT_SERVICE_ACTIONS or serves
