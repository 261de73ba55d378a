"""The one decision of a use: may this person do this with these elements of these children?"""

from dataclasses import dataclass

from cairn.rules.vocabulary import Action, Level, Purpose


@dataclass(frozen=True, slots=True)
class UseRequest:
    """One use of data about children, as somebody asks for it.

    ``actor`` acts for the organization ``acting_for``; the data go to ``recipient``, which is
    ``acting_for`` itself where it is empty. ``elements`` are ``record.field``, of school years
    from ``first_year`` to ``last_year`` ("2025-26"; empty: those of the authorization).
    ``people`` are ids; ``channel`` is how data travel where they do.
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

    @property
    def receiver(self) -> str:
        """The organization that would have the data."""
        return self.recipient or self.acting_for
