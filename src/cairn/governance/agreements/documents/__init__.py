"""Write an agreement's terms as a contract in plain English.

The page, the Word file, the PDF and the public register all use these words.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cairn.governance.agreements.documents import clause_sections as sections
from cairn.governance.agreements.documents.agreement_parts import (
    build_data_by_part,
    build_legal_bases_by_part,
    build_purposes_by_part,
    build_schedules_by_part,
    merge_parts,
)
from cairn.governance.agreements.documents.clause_sections import build_section_clauses
from cairn.governance.agreements.documents.defined_terms import (
    build_definitions_part,
    build_parties_part,
    name_party,
    rename_document,
)
from cairn.governance.agreements.documents.exhibits import build_exhibits, list_taken_letters
from cairn.governance.agreements.documents.parts import (
    build_changes_part,
    build_data_part,
    build_dependencies_part,
    build_legal_basis_part,
    build_purpose_part,
    build_term_part,
    build_termination_part,
)
from cairn.governance.agreements.documents.phrases import PARTY_ROLE_PHRASES, TIER_PHRASES
from cairn.governance.agreements.documents.safeguards import (
    build_access_part,
    build_delivery_part,
    build_publication_part,
    build_redisclosure_part,
    build_remedies_part,
    build_retention_part,
    build_security_part,
)
from cairn.governance.agreements.documents.structure import (
    NOT_ADVICE_NOTICE,
    RECORDED_CLAUSE_NOTICE,
    UNSIGNED_NOTICE,
    AgreementDocument,
    DocumentPart,
    SignatureBlock,
)
from cairn.policy.facts import AgreementFact, ClauseKind, Party
from cairn.policy.vocabulary import AgreementState

_PartBuilder = Callable[[AgreementFact], DocumentPart]

_SECTION_REFERENCE: Final = re.compile(r"Section “([^”]+)”")
_UNSIGNED_STATES: Final = frozenset(
    {AgreementState.DRAFT, AgreementState.COUNSEL_REVIEW, AgreementState.OUT_FOR_SIGNATURE}
)


def _build_empty_part(heading: str) -> _PartBuilder:
    """Build a part that holds only clauses of the text."""
    return lambda _terms: DocumentPart(heading)


# The sections of the contract in order, each with the kinds of clauses that belong there.
_SECTIONS: Final[tuple[tuple[_PartBuilder, tuple[ClauseKind, ...]], ...]] = (
    (build_parties_part, ()),
    (build_dependencies_part, ()),
    (build_changes_part, ()),
    (build_definitions_part, sections.DEFINITION_KINDS),
    (build_purpose_part, sections.PURPOSE_KINDS),
    (build_legal_basis_part, sections.AUTHORITY_KINDS),
    (_build_empty_part("Roles and responsibilities"), sections.ROLE_KINDS),
    (build_data_part, sections.DATA_KINDS),
    (build_delivery_part, ()),
    (build_access_part, sections.USE_KINDS),
    (build_redisclosure_part, sections.REDISCLOSURE_KINDS),
    (build_security_part, sections.SECURITY_KINDS),
    (_build_empty_part("Breach notification"), sections.BREACH_KINDS),
    (build_retention_part, sections.RETENTION_KINDS),
    (build_publication_part, sections.PUBLICATION_KINDS),
    (_build_empty_part("Rights of families"), sections.FAMILY_KINDS),
    (build_term_part, ()),
    (build_termination_part, ()),
    (build_remedies_part, sections.REMEDY_KINDS),
    (_build_empty_part("Miscellaneous"), sections.MISCELLANEOUS_KINDS),
)


# The sections that an agreement with parts writes part by part.
_SECTIONS_BY_PART: Final[dict[_PartBuilder, _PartBuilder]] = {
    build_purpose_part: build_purposes_by_part,
    build_legal_basis_part: build_legal_bases_by_part,
    build_data_part: build_data_by_part,
}


def build_agreement_document(terms: AgreementFact) -> AgreementDocument:
    """Build the complete document of an agreement, with the signatures it carries.

    Args:
        terms: the agreement.

    Returns:
        The document.
    """
    built = (_build_section(terms, build_part, kinds) for build_part, kinds in _SECTIONS)
    parts = _number_section_references([part for part in built if part.has_content])
    exhibits = tuple(
        _rename_in_part(_drop_repeated_labels(exhibit), terms)
        for exhibit in (
            *build_schedules_by_part(terms),
            *build_exhibits(merge_parts(terms)),
        )
    )
    return AgreementDocument(
        kind=TIER_PHRASES[terms.tier],
        reference=terms.reference,
        title=terms.title,
        parts=parts,
        exhibits=exhibits,
        signatures=tuple(_build_signature_block(party) for party in terms.parties),
        digest=terms.text_digest,
        status=_STATUS_NOTICES.get(terms.state, ""),
        taken_letters=list_taken_letters(terms),
        notices=_build_notices(terms, parts),
    )


def _number_section_references(parts: list[DocumentPart]) -> tuple[DocumentPart, ...]:
    """Number each reference to a section: Section “Purpose” becomes “Section 3 (Purpose)”.

    The texts name a section by its heading, since its number differs from document to document.
    """
    numbers = {part.heading: number for number, part in enumerate(parts, start=1)}

    def number_reference(match: re.Match[str]) -> str:
        heading = match[1]
        return f"Section {numbers[heading]} ({heading})" if heading in numbers else match[0]

    def number_references(text: str) -> str:
        return _SECTION_REFERENCE.sub(number_reference, text)

    return tuple(
        replace(
            part,
            clauses=tuple(
                replace(clause, text=number_references(clause.text)) for clause in part.clauses
            ),
            tables=tuple(
                replace(table, rows=tuple(tuple(map(number_references, row)) for row in table.rows))
                for table in part.tables
            ),
        )
        for part in parts
    )


def _build_notices(terms: AgreementFact, parts: tuple[DocumentPart, ...]) -> tuple[str, ...]:
    has_recorded_clauses = any(
        clause.source and not clause.is_law for part in parts for clause in part.clauses
    )
    return (
        NOT_ADVICE_NOTICE,
        *((UNSIGNED_NOTICE,) if terms.state in _UNSIGNED_STATES else ()),
        *((RECORDED_CLAUSE_NOTICE,) if has_recorded_clauses else ()),
    )


def _build_section(
    terms: AgreementFact, build_part: _PartBuilder, kinds: tuple[ClauseKind, ...]
) -> DocumentPart:
    """Build one section: what the terms state, then the text's own clauses of these kinds."""
    if terms.parts and build_part in _SECTIONS_BY_PART:
        built = _SECTIONS_BY_PART[build_part](terms)
    else:
        built = build_part(merge_parts(terms))
    part = _rename_in_part(built, terms)
    clauses = part.clauses + build_section_clauses(terms, kinds, part.heading)
    return _drop_repeated_labels(replace(part, clauses=clauses))


def _rename_in_part(part: DocumentPart, terms: AgreementFact) -> DocumentPart:
    """Let the general sentences of a part call the document by its own name."""
    return replace(
        part,
        clauses=tuple(
            replace(clause, text=rename_document(clause.text, terms)) for clause in part.clauses
        ),
        tables=tuple(
            replace(table, caption=rename_document(table.caption, terms)) for table in part.tables
        ),
    )


def _drop_repeated_labels(part: DocumentPart) -> DocumentPart:
    """Drop the label of each clause that is recorded under the heading of its part."""
    return replace(
        part,
        clauses=tuple(
            replace(clause, source="") if clause.source == part.heading else clause
            for clause in part.clauses
        ),
    )


def _build_signature_block(party: Party) -> SignatureBlock:
    return SignatureBlock(
        party=name_party(party),
        role=PARTY_ROLE_PHRASES[party.role],
        name=party.signed_by,
        capacity=party.signed_capacity,
        on=party.signed_on,
        how=party.signed_how,
    )


_STATUS_NOTICES = {
    AgreementState.DRAFT: "Draft: not in force and not ready for signature",
    AgreementState.COUNSEL_REVIEW: "In counsel review: not in force and not ready for signature",
    AgreementState.OUT_FOR_SIGNATURE: "Out for signature: not in force until every Party signs",
    AgreementState.TERMINATED: "Terminated",
    AgreementState.CLOSING: "Ended: data received under it are being destroyed",
    AgreementState.CLOSED: "Closed",
}
