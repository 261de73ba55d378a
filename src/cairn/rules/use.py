"""One use of data about children, as somebody asks for it."""

from dataclasses import dataclass
from typing import Final

from cairn.rules.vocabulary import Action, Level, Purpose

ONE_BY_ONE: Final = frozenset({Action.VIEW, Action.LIST, Action.REFER})
"""Uses in which somebody who serves a child sees that child's records."""

TRAVELS: Final = frozenset({Action.EXPORT, Action.DELIVER, Action.REFER})
"""Uses in which records leave the place where they are."""

AS_A_FILE: Final = frozenset({Action.EXPORT, Action.DELIVER})
"""Uses in which records leave as a file, which an agreement may name."""

PUTS_OUT: Final = frozenset({Action.RELEASE, Action.PUBLISH})
"""Uses of figures that were made safe: no child's row is in them, and none is named."""

USES: Final = (
    ONE_BY_ONE
    | TRAVELS
    | PUTS_OUT
    | {Action.MATCH, Action.AGGREGATE, Action.PARENT_VIEW, Action.EMERGENCY}
)


@dataclass(frozen=True, slots=True)
class UseRequest:
    """Who would do what with which elements of which children.

    ``actor`` acts for the organization ``acting_for``; the data go to ``recipient``, which is
    ``acting_for`` itself where it is empty. ``elements`` are ``record.field``, of school years
    from ``first_year`` to ``last_year`` ("2025-26"; empty: those of the authorization).
    ``people`` are ids; ``channel`` is how data travel where they do, ``file`` the name of the file
    that holds them then.
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
        """The organization that would have the data."""
        return self.recipient or self.acting_for

    @property
    def caseload(self) -> bool:
        """Whether the children must be on the receiver's own roster: it serves each of them."""
        serves = self.purpose is Purpose.SERVICE_COORDINATION and self.action in TRAVELS
        return self.action in ONE_BY_ONE or serves
