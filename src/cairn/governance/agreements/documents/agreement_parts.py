"""Write the parts of an agreement with several legal bases: Part A, Part B, each with its exhibit.

The sections that the parts share read the data of all parts together.
"""

from collections.abc import Iterator
from dataclasses import replace
from string import ascii_uppercase

from cairn.governance.agreements.documents.defined_terms import name_data, name_provider
from cairn.governance.agreements.documents.exhibits import build_data_schedule, list_taken_letters
from cairn.governance.agreements.documents.parts import (
    build_data_part,
    build_legal_basis_part,
    build_purpose_part,
)
from cairn.governance.agreements.documents.structure import (
    DocumentClause,
    DocumentPart,
    DocumentTable,
    capitalize_first,
    join_words,
)
from cairn.policy.facts import AgreementFact, list_part_agreements


def merge_parts(terms: AgreementFact) -> AgreementFact:
    """Return an agreement with the data of all its parts, for the sections that they share.

    It serves the text alone; a decision asks each part.

    Args:
        terms: the agreement.

    Returns:
        The agreement, unchanged if it has no parts.
    """
    return replace(terms, data=terms.stated_data) if terms.parts else terms


def list_schedule_letters(terms: AgreementFact) -> tuple[str, ...]:
    """List the letters of the exhibits with the data of each part.

    Args:
        terms: an agreement with parts.

    Returns:
        One letter for each part; a letter that the text gives to another exhibit is left out.
    """
    taken = list_taken_letters(terms)
    free = [letter for letter in ascii_uppercase if letter not in taken]
    return tuple(free[: len(terms.parts)])


def build_purposes_by_part(terms: AgreementFact) -> DocumentPart:
    """Build the section about the purposes: what the parts are, and what each is for.

    Args:
        terms: an agreement with parts.

    Returns:
        The section.
    """
    letters = [f"Part {part.id}" for part in terms.parts]
    data = name_data(terms)
    opening = DocumentClause(
        f"This Agreement has {len(letters)} parts: {join_words(letters)}. Each part has its own "
        f"legal basis, purposes and data elements. The Parties may use {data} listed in one part "
        "only for the purposes of that part. All other terms apply to every part."
    )
    clauses = [
        replace(clause, text=f"Part {part.part_id}. {clause.text}")
        for part in list_part_agreements(terms)
        for clause in build_purpose_part(replace(part, project=None, milestones=())).clauses
    ]
    shared = build_purpose_part(terms)
    return replace(shared, clauses=(opening, *clauses, *shared.clauses))


def build_legal_bases_by_part(terms: AgreementFact) -> DocumentPart:
    """Build the section about the legal basis of each part and the criteria that it requires.

    Args:
        terms: an agreement with parts.

    Returns:
        The section.
    """
    clauses: list[DocumentClause] = []
    closing: list[DocumentClause] = []
    tables: list[DocumentTable] = []
    for part in list_part_agreements(terms):
        section = build_legal_basis_part(part)
        for clause in section.clauses:
            if clause.source == "34 CFR 99.31(d)":
                closing = [clause]
            else:
                clauses.append(replace(clause, text=f"Part {part.part_id}. {clause.text}"))
        tables += [
            replace(table, caption=f"Part {part.part_id}: {table.caption}")
            for table in section.tables
        ]
    return DocumentPart("Authority", (*clauses, *closing), tuple(tables))


def build_data_by_part(terms: AgreementFact) -> DocumentPart:
    """Build the section about the shared data; each part has a schedule of its own.

    Args:
        terms: an agreement with parts.

    Returns:
        The section.
    """
    section = build_data_part(merge_parts(terms))
    if not section.clauses:
        return section
    places = [
        f"Exhibit {letter} under Part {part.id}"
        for letter, part in zip(list_schedule_letters(terms), terms.parts, strict=True)
    ]
    listed = DocumentClause(
        f"{capitalize_first(name_provider(terms))} may disclose only the data elements listed in "
        f"{join_words(places)}."
    )
    first, _one_schedule, *others = section.clauses
    return replace(section, clauses=(first, listed, *others))


def build_schedules_by_part(terms: AgreementFact) -> Iterator[DocumentPart]:
    """Build the schedule of data of each part.

    Args:
        terms: an agreement with parts.

    Yields:
        One exhibit for each part, in order.
    """
    for part in list_part_agreements(terms):
        schedule = build_data_schedule(part)
        yield replace(schedule, heading=f"{schedule.heading}, Part {part.part_id}")
