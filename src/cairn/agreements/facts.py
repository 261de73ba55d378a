"""Rows → facts: the one door between the tables of this room and `rules`."""

from functools import lru_cache

from cairn.agreements.models import Agreement
from cairn.agreements.toml_format import parse
from cairn.rules import agreement as law


def agreement(row: Agreement) -> law.Agreement:
    """What was agreed, as its newest text says."""
    return _parsed(row.text)


@lru_cache(maxsize=256)
def _parsed(text: str) -> law.Agreement:
    # Facts are frozen, and the same text always says the same.
    return parse(text)
