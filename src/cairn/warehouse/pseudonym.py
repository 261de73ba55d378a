"""Names for people inside one project: random, never derived from anything about the person.

34 CFR 99.31(b)(2): a record code must not be based on a student's personal information. So two
projects cannot be joined by it, and nobody who knows the person can compute it.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_BYTES: Final = 12


class Pseudonyms(Mapping[str, str]):
    """Person id → pseudonym, for one mart. A person met for the first time gets a new one.

    ``known`` are those the project already gave out, so that its next mart uses the same.
    """

    def __init__(self, known: Mapping[str, str] | None = None) -> None:
        self._given = dict(known or {})

    def give(self, people: Iterable[str]) -> list[str]:
        """The pseudonym of each person, in order."""
        return [self[person] for person in people]

    def __getitem__(self, person: str) -> str:
        return self._given.setdefault(person, secrets.token_hex(_BYTES))

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)
