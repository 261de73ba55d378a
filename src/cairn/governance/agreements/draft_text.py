"""Make the text of a draft from a template or from an existing agreement."""

import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase
from typing import Any, Final

from cairn.governance.agreements.state_names import STATE_NAMES
from cairn.governance.agreements.toml_format.writer import write_tables
from cairn.policy.facts import prefix_part_key
from cairn.policy.vocabulary import LegalBasis

# Keys that belong to one signed paper and are not copied into another text.
_PAPER_KEYS: Final = ("terminated_on", "fixed_on", "text_digest")

_SIGNATURE_KEYS: Final = (
    "approved_on",
    "signed_by",
    "signed_capacity",
    "signed_on",
    "signed_how",
    "signed_digest",
)

_CONFIRMATION_KEYS: Final = ("confirmed_by", "confirmed_for", "confirmed_on")

_CONTACT_KEYS: Final = ("contacts", "receivers")
_PART_KEYS: Final = ("purposes", "purpose_clause")
_PROVIDER: Final = "provider"
_STATE_BLANK: Final = "[name of the state]"


@dataclass(frozen=True, slots=True)
class PartnerIdentity:
    """An organization to fill into a text."""

    slug: str
    name: str
    kind: str
    state: str = ""
    """Two-letter code of its state; empty if it is not on record."""


def fill_partner_text(
    text: str, *, reference: str, title: str, writer: PartnerIdentity, partner: PartnerIdentity
) -> str:
    """Fill a text for one partner: the partner provides the data, the writer takes the other
    blanks.

    The law of the partner's state governs, where the text leaves the state blank; without a state
    on record, the blank stays, and the findings say so.

    Where the text names another provider, as an agreement used as a pattern does, the partner
    replaces that provider everywhere. Signatures do not carry over.

    Args:
        text: the pattern (TOML).
        reference: the new text's reference.
        title: the new text's title.
        writer: the organization that writes the draft.
        partner: the organization that provides data.

    Returns:
        The new text (TOML).
    """
    raw = _strip_contacts(strip_signatures(text))
    parties = raw.get("parties", [])
    others = [
        party for party in parties if party.get("role") == _PROVIDER and party.get("organization")
    ]
    if others:
        old = others[0]
        raw = _replace_provider(raw, old, partner)
    raw["parties"] = [_fill_party(party, writer, partner) for party in raw.get("parties", [])]
    raw["reference"], raw["title"] = reference, title
    state = STATE_NAMES.get(partner.state) or STATE_NAMES.get(writer.state)
    if state:
        raw = _replace_in_value(raw, (_STATE_BLANK, state), ("", ""))
    return write_tables(raw)


def copy_text(text: str, *, reference: str, title: str) -> str:
    """Copy a text under a new reference and title, without signatures and contacts.

    Args:
        text: the text to copy (TOML).
        reference: the new text's reference.
        title: the new text's title.

    Returns:
        The new text (TOML).
    """
    raw = _strip_contacts(strip_signatures(text))
    return write_tables({**raw, "reference": reference, "title": title})


def _strip_contacts(raw: dict[str, Any]) -> dict[str, Any]:
    """Leave out the people of one agreement, who are not the people of another."""
    delivery = raw.get("delivery")
    if not isinstance(delivery, dict):
        return raw
    kept = {key: value for key, value in delivery.items() if key not in _CONTACT_KEYS}
    return {**raw, "delivery": kept}


def add_elements(text: str, elements: Collection[str], part: str = "") -> str:
    """Add data elements to a text, each to the table of its record type.

    A new table has the years and the clause of the first one.

    Args:
        text: the text (TOML).
        elements: elements as ``record.field``.
        part: letter of the part that shares them; empty for a text without parts.

    Returns:
        The new text (TOML).
    """
    raw = tomllib.loads(text)
    rows: list[dict[str, Any]] = raw.setdefault("data", [])
    own_rows = [row for row in rows if row.get("part", "") == part]
    first: dict[str, Any] = own_rows[0] if own_rows else rows[0] if rows else {}
    pattern: dict[str, Any] = {key: first[key] for key in ("years", "clause") if key in first}
    for element in elements:
        record, _dot, field = element.partition(".")
        row = next((row for row in own_rows if row.get("record") == record), None)
        if row is None:
            row = {"record": record, "elements": [], **({"part": part} if part else {}), **pattern}
            rows.append(row)
            own_rows.append(row)
        row["elements"] = list(dict.fromkeys([*row.get("elements", []), field]))
    return write_tables(raw)


def remove_elements(text: str, elements: Collection[str]) -> str:
    """Remove data elements from a text, and a table of data with its last element.

    Args:
        text: the text (TOML).
        elements: elements as ``record.field``, or ``B/record.field`` of a part.

    Returns:
        The new text (TOML).
    """
    raw = tomllib.loads(text)
    for row in raw.get("data", []):
        part = row.get("part", "")
        row["elements"] = [
            field
            for field in row.get("elements", [])
            if _name_element(part, row.get("record", ""), field) not in elements
        ]
    raw["data"] = [row for row in raw.get("data", []) if row["elements"]]
    return write_tables(raw)


def list_element_names(text: str) -> tuple[str, ...]:
    """List the data elements of a text, those of a part with its letter: ``B/record.field``.

    Args:
        text: the text (TOML).

    Returns:
        The names in order.
    """
    return tuple(
        sorted(
            _name_element(row.get("part", ""), row.get("record", ""), field)
            for row in tomllib.loads(text).get("data", [])
            for field in row.get("elements", [])
        )
    )


def _name_element(part: str, record: str, field: str) -> str:
    element = f"{record}.{field}"
    return prefix_part_key(part, element) if part else element


def add_part(text: str) -> str:
    """Add a part to a text; the first time, its one legal basis becomes part A.

    Args:
        text: the text (TOML).

    Returns:
        The new text (TOML), with a last part that has no legal basis yet.
    """
    raw = tomllib.loads(text)
    parts: list[dict[str, Any]] = raw.get("part", [])
    if not parts:
        basis = raw.pop("legal_basis", {})
        terms: dict[str, Any] = {key: raw.pop(key) for key in _PART_KEYS if key in raw}
        parts = [{"id": ascii_uppercase[0], **basis, **terms}]
        for row in raw.get("data", []):
            row["part"] = parts[0]["id"]
    taken = {part.get("id") for part in parts}
    free = [letter for letter in ascii_uppercase if letter not in taken]
    return write_tables({**raw, "part": [*parts, *({"id": letter} for letter in free[:1])]})


def remove_part(text: str, letter: str) -> str:
    """Remove a part with its data; the last part that remains becomes the one legal basis.

    Args:
        text: the text (TOML).
        letter: letter of the part.

    Returns:
        The new text (TOML); the same text if it has no such part.
    """
    raw = tomllib.loads(text)
    parts: list[dict[str, Any]] = raw.get("part", [])
    remaining = [part for part in parts if part.get("id") != letter]
    if not remaining or len(remaining) == len(parts):
        return text
    rows = [row for row in raw.get("data", []) if row.get("part") != letter]
    raw = {**raw, "part": remaining, "data": rows}
    if len(remaining) == 1:
        (last,) = raw.pop("part")
        raw |= {key: last[key] for key in _PART_KEYS if key in last}
        kept = {key: value for key, value in last.items() if key not in ("id", *_PART_KEYS)}
        raw["legal_basis"] = {"basis": LegalBasis.NO_DISCLOSURE.value, **kept}
        for row in rows:
            row.pop("part", None)
    return write_tables({key: value for key, value in raw.items() if value != []})


def fill_known_terms(
    text: str, *, starts: date | None, ends: date | None, program_operator: str
) -> str:
    """Fill the blanks of a text that its writer can answer before anything else is written.

    Args:
        text: the text (TOML).
        starts: the first day of the agreement; None if it is not known yet.
        ends: its last day; None if it is not known yet.
        program_operator: slug of the organization that runs the evaluated program; empty if it is
            not known. It is entered only where the text has a blank for it.

    Returns:
        The text (TOML) with these terms.
    """
    raw = tomllib.loads(text)
    days = {"starts": starts, "ends": ends}
    raw |= {key: day for key, day in days.items() if day is not None}
    for criteria in _iterate_criteria(raw):
        operator = criteria.get("program_operator")
        if program_operator and isinstance(operator, dict) and not operator.get("value"):
            operator["value"] = program_operator
    return write_tables(raw)


def convert_to_pilot_text(
    text: str, *, reference: str, title: str, pilot_goal: str, under: Collection[str]
) -> str:
    """Copy a text as the agreement of a pilot, without signatures.

    The pilot depends only on the agreements in `under`, and amends and joins nothing, so it
    does not affect any real agreement.

    Args:
        text: the text to copy (TOML).
        reference: the pilot's reference.
        title: the pilot's title.
        pilot_goal: a sentence that says what the pilot tries.
        under: references of the agreements that the pilot may depend on.

    Returns:
        The new text (TOML).
    """
    raw = {
        key: value
        for key, value in strip_signatures(text).items()
        if key not in ("amends", "joins")
    }
    raw["under"] = [name for name in raw.get("under", []) if name in under]
    return write_tables({**raw, "reference": reference, "title": title, "pilot": pilot_goal})


def complete_party_details(
    raw: Mapping[str, Any], partners: Mapping[str, PartnerIdentity]
) -> dict[str, Any]:
    """Add the name and kind of every party that is a registered partner, where the text lacks them.

    What the writer entered stays unchanged.

    Args:
        raw: the text as TOML tables.
        partners: registered partners by slug.

    Returns:
        The tables with the parties completed.
    """
    parties = raw.get("parties", [])
    parties_with_partner = [
        (party, partners.get(party.get("organization", ""))) for party in parties
    ]
    rows = [
        {"name": registered.name, "kind": registered.kind, **party} if registered else party
        for party, registered in parties_with_partner
    ]
    return {**raw, "parties": rows} if rows else dict(raw)


def strip_signatures(text: str) -> dict[str, Any]:
    """Read a text without the signatures, confirmations and other values of one signed paper.

    Args:
        text: the text (TOML).

    Returns:
        Its TOML tables.
    """
    raw = {key: value for key, value in tomllib.loads(text).items() if key not in _PAPER_KEYS}
    parties = raw.get("parties", [])
    raw["parties"] = [
        {key: value for key, value in party.items() if key not in _SIGNATURE_KEYS}
        for party in parties
    ]
    for criterion in (each for criteria in _iterate_criteria(raw) for each in criteria.values()):
        if isinstance(criterion, dict):
            for key in _CONFIRMATION_KEYS:
                criterion.pop(key, None)
    return raw


def _iterate_criteria(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the criteria of the legal basis, or of each part."""
    for basis in (raw.get("legal_basis", {}), *raw.get("part", [])):
        yield basis.get("criteria", {})


def build_references(pattern: str, partners: Sequence[PartnerIdentity]) -> list[str]:
    """Build one reference per partner from a pattern such as DSA-{partner}.

    Args:
        pattern: the pattern; "-{partner}" is appended if it has no blank.
        partners: the partners.

    Returns:
        The references, in the order of the partners.
    """
    blank = "{partner}"
    complete_pattern = pattern if blank in pattern else f"{pattern}-{blank}"
    return [complete_pattern.replace(blank, partner.slug.upper()) for partner in partners]


def _fill_party(
    party: Mapping[str, Any], writer: PartnerIdentity, partner: PartnerIdentity
) -> dict[str, Any]:
    if party.get("organization"):
        return dict(party)
    identity = partner if party.get("role") == _PROVIDER else writer
    return {**party, "organization": identity.slug, "name": identity.name, "kind": identity.kind}


def _replace_provider(
    raw: dict[str, Any], old_party: Mapping[str, Any], partner: PartnerIdentity
) -> dict[str, Any]:
    """Put the partner in place of the old provider.

    The name is replaced wherever it is part of a sentence; the slug only where it is the
    whole value, because inside a sentence it may be part of another word.
    """
    names = (str(old_party.get("name", "")), partner.name)
    slugs = (str(old_party["organization"]), partner.slug)
    renamed: dict[str, Any] = _replace_in_value(raw, names, slugs)
    for party in renamed["parties"]:
        if party.get("organization") == partner.slug:
            party["kind"] = partner.kind
    return renamed


def _replace_in_value(value: Any, names: tuple[str, str], slugs: tuple[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replace_in_value(item, names, slugs) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace_in_value(item, names, slugs) for item in value]
    if value == slugs[0]:
        return slugs[1]
    return value.replace(*names) if isinstance(value, str) and names[0] else value
