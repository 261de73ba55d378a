"""The catalog of data sources: the contact, the elements and the terms of each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

__all__ = [
    "CatalogSource",
    "RecordAccess",
    "SourceTerms",
    "find_catalog_source",
    "load_source_catalog",
]

_FILE: Final = "source_catalog.toml"
_CONVERTED: Final = frozenset({"topics", "terms", "records"})


class SourceTerms(StrEnum):
    """What it takes to use the figures of a source."""

    FREE = "free"
    FEE = "fee"
    REQUEST = "request"
    AGREEMENT = "agreement"


class RecordAccess(StrEnum):
    """Whether a source has records of single people, and how they are reached."""

    NONE = "none"
    RESTRICTED = "restricted"
    CONSENT = "consent"
    AGREEMENT = "agreement"


_LEVELS: Final = MappingProxyType(
    {"national": _("National"), "state": _("State"), "local": pgettext_lazy("level", "Local")}
)
_TERMS: Final = MappingProxyType(
    {
        SourceTerms.FREE: _("Free download"),
        SourceTerms.FEE: _("For a fee"),
        SourceTerms.REQUEST: _("On request"),
        SourceTerms.AGREEMENT: _("Agreement"),
    }
)
_RECORDS: Final = MappingProxyType(
    {
        RecordAccess.NONE: _("No: figures only"),
        RecordAccess.RESTRICTED: _("With a restricted-use license"),
        RecordAccess.CONSENT: _("With consent or an agreement"),
        RecordAccess.AGREEMENT: _("With an agreement"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSource:
    """One source of the catalog.

    Attributes:
        place: its place in the catalog, from 1.
        slug: its name in the address of its page.
        name: its name.
        level: national, state or local, in words.
        topics: what its data are about.
        geography: largest to smallest area.
        years: which years, or how often it is updated.
        terms: what it takes to use its figures.
        records: whether there are records of single people, and how they are reached.
        steward: the agency or person to ask.
        address: web address; empty for a kind of source that each community has its own of.
        note: what to know before using it.
    """

    place: int
    slug: str
    name: str
    level: str
    topics: tuple[str, ...]
    geography: str
    years: str
    terms: SourceTerms
    records: RecordAccess
    steward: str
    address: str
    note: str

    @property
    def level_label(self) -> str:
        """The level in words."""
        return str(_LEVELS[self.level])

    @property
    def topic_list(self) -> str:
        """The topics, in one line."""
        return ", ".join(self.topics)

    @property
    def terms_label(self) -> str:
        """What it takes to use its figures, in words."""
        return str(_TERMS[self.terms])

    @property
    def records_label(self) -> str:
        """How records of single people are reached, in words."""
        return str(_RECORDS[self.records])


def find_catalog_source(slug: str) -> CatalogSource | None:
    """Find a source by the name in its address; None if there is none."""
    return next((source for source in load_source_catalog() if source.slug == slug), None)


@cache
def load_source_catalog() -> tuple[CatalogSource, ...]:
    """Load the catalog: national sources first, then state and local ones."""
    text = files(__package__).joinpath(_FILE).read_text("utf-8")
    entries = tomllib.loads(text)["sources"]
    return tuple(_build_source(number, entry) for number, entry in enumerate(entries, 1))


def _build_source(number: int, entry: Mapping[str, Any]) -> CatalogSource:
    rest = {name: value for name, value in entry.items() if name not in _CONVERTED}
    return CatalogSource(
        place=number,
        slug=slugify(entry["name"]),
        topics=tuple(entry["topics"]),
        terms=SourceTerms(entry["terms"]),
        records=RecordAccess(entry["records"]),
        **rest,
    )
