"""Take an agreement with several legal bases apart: each part is an agreement of its own (ADR 23).

A part has its own basis, criteria, purposes and data, and shares everything else with the whole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cairn.policy.facts.agreements.agreement import (
    AgreementFact,
    AgreementPart,
    FindingOverrideFact,
)

__all__ = [
    "build_part_reference",
    "expand_agreement_parts",
    "find_part_agreement",
    "list_part_agreements",
    "prefix_part_key",
    "split_part_key",
]

_SEPARATOR = "/"


def build_part_reference(reference: str, part: str) -> str:
    """Build the reference of a part, such as "RC-DSA-01/B".

    Args:
        reference: reference of the whole agreement.
        part: letter of the part.

    Returns:
        The reference.
    """
    return f"{reference}{_SEPARATOR}{part}"


def prefix_part_key(part: str, key: str) -> str:
    """Name a criterion or the subject of a finding within its part, such as "B/use_limit".

    Args:
        part: letter of the part.
        key: the key; may be empty.

    Returns:
        The key with its part.
    """
    return f"{part}{_SEPARATOR}{key}"


def split_part_key(key: str) -> tuple[str, str]:
    """Split a key into its part and the key within the part.

    Args:
        key: a key such as "B/use_limit", or one of an agreement without parts.

    Returns:
        The letter of the part, empty for an agreement without parts, and the key.
    """
    part, separator, name = key.partition(_SEPARATOR)
    is_part = bool(separator) and len(part) == 1 and part.isupper()
    return (part, name) if is_part else ("", key)


def list_part_agreements(agreement: AgreementFact) -> tuple[AgreementFact, ...]:
    """List the parts of an agreement, each as an agreement of its own.

    Args:
        agreement: the whole agreement.

    Returns:
        Its parts in the order of the text; none for an agreement without parts.
    """
    return tuple(_build_part_agreement(agreement, part) for part in agreement.parts)


def expand_agreement_parts(agreements: Iterable[AgreementFact]) -> tuple[AgreementFact, ...]:
    """Add to agreements the parts of each that are not among them.

    Args:
        agreements: agreements on record.

    Returns:
        The agreements in order, each followed by its missing parts.
    """
    listed = tuple(agreements)
    known = {agreement.reference for agreement in listed}
    return tuple(
        item
        for agreement in listed
        for item in (
            agreement,
            *(part for part in list_part_agreements(agreement) if part.reference not in known),
        )
    )


def find_part_agreement(agreement: AgreementFact, part: str) -> AgreementFact | None:
    """Find one part of an agreement, as an agreement of its own.

    Args:
        agreement: the whole agreement.
        part: letter of the part.

    Returns:
        The part; ``None`` if the text has no such part, for example no longer.
    """
    parts = (item for item in agreement.parts if item.id == part)
    return next((_build_part_agreement(agreement, item) for item in parts), None)


def _build_part_agreement(whole: AgreementFact, part: AgreementPart) -> AgreementFact:
    return replace(
        whole,
        reference=build_part_reference(whole.reference, part.id),
        title=f"{whole.title} (Part {part.id})",
        basis=part.basis,
        basis_clause=part.basis_clause,
        purposes=part.purposes,
        purpose_clause=part.purpose_clause,
        criteria=part.criteria,
        criterion_facts=part.criterion_facts,
        data=part.data,
        parts=(),
        part_of=whole.reference,
        amends=build_part_reference(whole.amends, part.id) if whole.amends else "",
        changes=tuple(change for change in whole.changes if change.part in ("", part.id)),
        overrides=tuple(_select_part_overrides(whole.overrides, part.id)),
    )


def _select_part_overrides(
    overrides: Iterable[FindingOverrideFact], part: str
) -> Iterator[FindingOverrideFact]:
    """Yield the overrides of the shared text, and those of one part by their keys within it."""
    for override in overrides:
        rule, _, about = override.finding.partition(" ")
        about_part, name = split_part_key(about)
        if about_part in ("", part):
            yield replace(override, finding=f"{rule} {name}".rstrip())
