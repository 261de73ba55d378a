from collections.abc import Iterator

from cairn.policy.checks.agreements.agreement_validity import (
    find_agreement_circle,
    list_referenced_agreements,
)
from cairn.policy.engine import FactProblem, find_reversed_ranges
from cairn.policy.facts import Facts

__all__ = ["find_contradictions"]


def find_contradictions(facts: Facts) -> Iterator[FactProblem]:
    """Find mistakes that no single field shows.

    These are: an end before its start, a party that is not registered, an agreement that rests on
    itself or on one that is missing, one name for two things.

    Args:
        facts: everything on record.
    Returns:
        One problem per mistake, with its place and what to change.
    """
    yield from find_reversed_ranges(facts)
    registered = {organization.slug for organization in facts.organizations}
    agreements = {item.reference: item for item in facts.agreements}
    for index, agreement in enumerate(facts.agreements):
        place = f"agreements[{index}]"
        for party_index, party in enumerate(agreement.parties):
            if party.organization not in registered:
                message = f"'{party.organization}' is not registered. Add it to organizations."
                yield FactProblem(f"{place}.parties[{party_index}].organization", message)
        for program in sorted(agreement.children.programs if agreement.children else ()):
            if program not in registered:
                message = f"'{program}' is not registered. Add it to organizations."
                yield FactProblem(f"{place}.children.programs", message)
        for reference in list_referenced_agreements(agreement):
            if reference not in agreements:
                yield FactProblem(
                    place, f"depends on '{reference}', which is not in the list of agreements."
                )
        if path := find_agreement_circle(agreement, agreements):
            yield FactProblem(
                place, f"depends on itself: {' → '.join(path)}. Remove one reference."
            )
    yield from _find_duplicates("agreements", [item.reference for item in facts.agreements])
    yield from _find_duplicates(
        "organizations", [organization.slug for organization in facts.organizations]
    )
    yield from _find_duplicates("projects", [entry.reference for entry in facts.projects])
    yield from _find_duplicates("actors", [item.id for item in facts.actors])
    yield from _find_duplicates("people", [entry.id for entry in facts.people], show_name=False)


def _find_duplicates(
    field: str, names: list[str], *, show_name: bool = True
) -> Iterator[FactProblem]:
    """Find a name that is used for two things; a child's id is not repeated in the message."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            shown = f"'{name}'" if show_name else "this ID"
            yield FactProblem(f"{field}[{index}]", f"{shown} is listed twice. Keep only one.")
        seen.add(name)
