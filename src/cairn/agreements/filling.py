"""One text filled in for a partner: a template's blanks, or another partner's agreement."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.agreements.format import write_raw

# What belongs to one signed paper, and never to another that is made from it.
_OF_ONE_PAPER: Final = ("terminated_on", "fixed_on", "text_digest")
_OF_ONE_SIGNATURE: Final = (
    "signed_by",
    "signed_capacity",
    "signed_on",
    "signed_how",
    "signed_digest",
)
_PROVIDER: Final = "provider"


@dataclass(frozen=True, slots=True)
class Partner:
    """An organization that goes into a text."""

    slug: str
    name: str
    kind: str


def filled(text: str, *, reference: str, title: str, writer: Partner, partner: Partner) -> str:
    """The text with its own names: `partner` provides data and `writer` takes the other blanks.

    Where the text names another provider, as an agreement that serves as a pattern does, the
    partner takes that one's place wherever it is named. Signatures do not carry over.
    """
    raw = unsigned(text)
    parties = raw.get("parties", [])
    others = [p for p in parties if p.get("role") == _PROVIDER and p.get("organization")]
    if others:
        old = others[0]
        raw = _renamed(raw, old, partner)
    raw["parties"] = [_party(p, writer, partner) for p in raw.get("parties", [])]
    raw["reference"], raw["title"] = reference, title
    return write_raw(raw)


def copied(text: str, *, reference: str, title: str) -> str:
    """The text under a new reference and title, unsigned."""
    return write_raw({**unsigned(text), "reference": reference, "title": title})


def as_pilot(text: str, *, reference: str, title: str, tries: str, under: Collection[str]) -> str:
    """The text as the agreement of a pilot, unsigned. It rests on those of ``under`` alone, and
    neither amends nor joins anything: what is real is not touched by it."""
    raw = {k: v for k, v in unsigned(text).items() if k not in ("amends", "joins")}
    raw["under"] = [name for name in raw.get("under", []) if name in under]
    return write_raw({**raw, "reference": reference, "title": title, "pilot": tries})


def completed(raw: Mapping[str, Any], partners: Mapping[str, Partner]) -> dict[str, Any]:
    """The tables with the name and the kind of each party that is a registered partner, where
    the text says neither. What somebody wrote stays as it is."""
    parties = raw.get("parties", [])
    known = [(party, partners.get(party.get("organization", ""))) for party in parties]
    rows = [{"name": who.name, "kind": who.kind, **party} if who else party for party, who in known]
    return {**raw, "parties": rows} if rows else dict(raw)


def unsigned(text: str) -> dict[str, Any]:
    """The tables of a text without its signatures and what else belongs to one paper."""
    raw = {k: v for k, v in tomllib.loads(text).items() if k not in _OF_ONE_PAPER}
    parties = raw.get("parties", [])
    raw["parties"] = [
        {k: v for k, v in party.items() if k not in _OF_ONE_SIGNATURE} for party in parties
    ]
    return raw


def references(pattern: str, partners: Sequence[Partner]) -> list[str]:
    """A reference for each partner: `pattern` with its short name, such as DSA-{partner}."""
    blank = "{partner}"
    whole = pattern if blank in pattern else f"{pattern}-{blank}"
    return [whole.replace(blank, partner.slug.upper()) for partner in partners]


def _party(party: Mapping[str, Any], writer: Partner, partner: Partner) -> dict[str, Any]:
    if party.get("organization"):
        return dict(party)
    who = partner if party.get("role") == _PROVIDER else writer
    return {**party, "organization": who.slug, "name": who.name, "kind": who.kind}


def _renamed(raw: dict[str, Any], old: Mapping[str, Any], partner: Partner) -> dict[str, Any]:
    """The partner in place of the old provider: its name wherever it is part of a sentence, its
    short name where it stands alone (in a sentence it may be part of another word)."""
    names = (str(old.get("name", "")), partner.name)
    slugs = (str(old["organization"]), partner.slug)
    renamed: dict[str, Any] = _replaced(raw, names, slugs)
    for party in renamed["parties"]:
        if party.get("organization") == partner.slug:
            party["kind"] = partner.kind
    return renamed


def _replaced(value: Any, names: tuple[str, str], slugs: tuple[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(said, names, slugs) for key, said in value.items()}
    if isinstance(value, list):
        return [_replaced(said, names, slugs) for said in value]
    if value == slugs[0]:
        return slugs[1]
    return value.replace(*names) if isinstance(value, str) and names[0] else value
