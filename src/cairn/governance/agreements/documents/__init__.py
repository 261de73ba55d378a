"""Write an agreement's terms as a contract in plain English.

The page, the Word file, the PDF and the public register all use these words.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cairn.governance.agreements.documents import clause_sections as sections
from cairn.governance.agreements.documents.clause_sections import build_section_clauses
from cairn.governance.agreements.documents.defined_terms import (
    build_definitions_part,
    build_parties_part,
)
from cairn.governance.agreements.documents.exhibits import build_exhibits
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
    AgreementDocument,
    DocumentPart,
    SignatureBlock,
)
from cairn.policy.facts import AgreementFact, ClauseKind, Party
from cairn.policy.vocabulary import AgreementState

_PartBuilder = Callable[[AgreementFact], DocumentPart]


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


def build_agreement_document(terms: AgreementFact) -> AgreementDocument:
    """Build the complete document of an agreement, with the signatures it carries.

    Args:
        terms: the agreement.

    Returns:
        The document.
    """
    parts = (_build_section(terms, build_part, kinds) for build_part, kinds in _SECTIONS)
    return AgreementDocument(
        kind=TIER_PHRASES[terms.tier],
        reference=terms.reference,
        title=terms.title,
        parts=tuple(part for part in parts if part.said),
        exhibits=build_exhibits(terms),
        signatures=tuple(_build_signature_block(party) for party in terms.parties),
        digest=terms.text_digest,
        status=_STATUS_NOTICES.get(terms.state, ""),
    )


def _build_section(
    terms: AgreementFact, build_part: _PartBuilder, kinds: tuple[ClauseKind, ...]
) -> DocumentPart:
    """Build one section: what the terms state, then the text's own clauses of these kinds."""
    part = build_part(terms)
    return replace(part, clauses=part.clauses + build_section_clauses(terms, kinds, part.heading))


def _build_signature_block(party: Party) -> SignatureBlock:
    return SignatureBlock(
        party=party.name,
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
