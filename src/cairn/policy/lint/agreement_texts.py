"""Read every text of an agreement: its clauses, and the words in each of its terms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Final

from cairn.policy.facts import AgreementFact

# The agreements above it are texts of their own, and typed criteria quote this text.
_OTHER_TEXTS: Final = ("above", "criterion_facts")

# What counsel wrote about the text is not part of it.
_NOT_STATED: Final = ("overrides", "text_digest")


@dataclass(frozen=True, slots=True)
class StatedText:
    """Words of an agreement: their place, such as ``clauses 2.said``, and the clause they are of.

    ``clause`` is the reference that the text gives, else the place.
    """

    place: str
    clause: str
    words: str


def iterate_texts(agreement: AgreementFact) -> Iterator[tuple[str, str]]:
    """Yield every text of an agreement with its place."""
    for text in _iterate_texts("", "", agreement):
        yield text.place, text.words


def iterate_statements(agreement: AgreementFact) -> Iterator[StatedText]:
    """Yield what an agreement states: the words of each clause and of each other term.

    Args:
        agreement: the agreement.

    Yields:
        The texts, without what counsel wrote about them.
    """
    for text in _iterate_texts("", "", agreement):
        if not text.place.startswith(_NOT_STATED):
            yield text


def _iterate_texts(place: str, clause: str, value: object) -> Iterator[StatedText]:
    if isinstance(value, str):
        yield StatedText(place, clause or place, value)
    own_clause = getattr(value, "ref", "") or getattr(value, "clause", "") or clause
    for step, member in _iterate_members(value):
        yield from _iterate_texts(f"{place}{step}".lstrip("."), own_clause, member)


def _iterate_members(value: object) -> Iterator[tuple[str, object]]:
    """Yield the members of a fact, each with the step to it."""
    if is_dataclass(value):
        field_names = (item.name for item in fields(value) if item.name not in _OTHER_TEXTS)
        yield from ((f".{name}", getattr(value, name)) for name in field_names)
    elif isinstance(value, Mapping):
        yield from ((f".{key}", member) for key, member in value.items())
    elif isinstance(value, tuple):
        yield from ((f" {number}", member) for number, member in enumerate(value, start=1))
    elif isinstance(value, frozenset):
        yield from (("", member) for member in sorted(value))
