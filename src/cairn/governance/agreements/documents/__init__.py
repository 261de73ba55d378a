"""Write an agreement's terms as a plain-language document.

The page, the Word file, the PDF and the public register all use these words.
"""

from cairn.governance.agreements.documents.exhibits import build_exhibits
from cairn.governance.agreements.documents.parts import (
    build_access_part,
    build_changes_part,
    build_data_part,
    build_dependencies_part,
    build_legal_basis_part,
    build_parties_part,
    build_promises_part,
    build_purpose_part,
    build_term_part,
    build_termination_part,
)
from cairn.governance.agreements.documents.phrases import PARTY_ROLE_PHRASES, TIER_PHRASES
from cairn.governance.agreements.documents.safeguards import (
    build_delivery_part,
    build_publication_part,
    build_retention_part,
    build_security_part,
)
from cairn.governance.agreements.documents.structure import AgreementDocument, SignatureBlock
from cairn.policy.facts import AgreementFact, Party
from cairn.policy.vocabulary import AgreementState

_PART_BUILDERS = (
    build_parties_part,
    build_dependencies_part,
    build_changes_part,
    build_purpose_part,
    build_legal_basis_part,
    build_data_part,
    build_access_part,
    build_delivery_part,
    build_security_part,
    build_retention_part,
    build_publication_part,
    build_term_part,
    build_termination_part,
    build_promises_part,
)


def build_agreement_document(terms: AgreementFact) -> AgreementDocument:
    """Build the complete document of an agreement, with the signatures it carries.

    Args:
        terms: the agreement.

    Returns:
        The document.
    """
    parts = (part(terms) for part in _PART_BUILDERS)
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
    AgreementState.DRAFT: "Draft: not for signature, not to be relied on",
    AgreementState.COUNSEL_REVIEW: "With counsel: not for signature, not to be relied on",
    AgreementState.OUT_FOR_SIGNATURE: "For signature: not to be relied on before all have signed",
    AgreementState.TERMINATED: "Terminated",
    AgreementState.CLOSING: "Ended; what was received is being destroyed",
    AgreementState.CLOSED: "Closed",
}
