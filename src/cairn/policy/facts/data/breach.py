"""Define the facts of a breach: where it happened, and which data owners know of it."""

from dataclasses import dataclass

from cairn.policy.vocabulary import BreachState

__all__ = ["BreachFact"]


@dataclass(frozen=True, slots=True)
class BreachFact:
    """Describe one breach of data under an agreement.

    Attributes:
        organization: slug of the organization where it happened.
        owners: slugs of the data owners of the agreement.
        notified: slugs of the data owners that were notified.
        state: present state.
        remedy: what was done, in words; empty while it is not stated.
    """

    organization: str
    owners: frozenset[str]
    notified: frozenset[str]
    state: BreachState
    remedy: str = ""
