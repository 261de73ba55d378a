"""Plain wording made from the typed terms: the page, the Word file, the PDF and the public
register all say an agreement in these words."""

from cairn.agreements.wording.document import Document, SignatureBlock
from cairn.agreements.wording.exhibits import exhibits
from cairn.agreements.wording.limits import delivery, leaving, retention, security
from cairn.agreements.wording.sharing import basis, data, purpose
from cairn.agreements.wording.standing import changes, clauses, ending, rests_on, term
from cairn.agreements.wording.who import access, parties
from cairn.agreements.wording.words import KIND, ROLE
from cairn.rules.agreement import Agreement, Party
from cairn.rules.vocabulary import AgreementState

_PARTS = (
    parties,
    rests_on,
    changes,
    purpose,
    basis,
    data,
    access,
    delivery,
    security,
    retention,
    leaving,
    term,
    ending,
    clauses,
)


def document(terms: Agreement) -> Document:
    """The whole document that these terms make, with the signatures that they carry."""
    parts = (part(terms) for part in _PARTS)
    return Document(
        kind=KIND[terms.tier],
        reference=terms.reference,
        title=terms.title,
        parts=tuple(part for part in parts if part.said),
        exhibits=exhibits(terms),
        signatures=tuple(_block(party) for party in terms.parties),
        digest=terms.text_digest,
        status=_STATUS.get(terms.state, ""),
    )


def _block(party: Party) -> SignatureBlock:
    return SignatureBlock(
        party=party.name,
        role=ROLE[party.role],
        name=party.signed_by,
        capacity=party.signed_capacity,
        on=party.signed_on,
        how=party.signed_how,
    )


_STATUS = {
    AgreementState.DRAFT: "Draft: not for signature, not to be relied on",
    AgreementState.COUNSEL_REVIEW: "With counsel: not for signature, not to be relied on",
    AgreementState.OUT_FOR_SIGNATURE: "For signature: not to be relied on before all have signed",
    AgreementState.TERMINATED: "Terminated",
    AgreementState.CLOSING: "Ended; what was received is being destroyed",
    AgreementState.CLOSED: "Closed",
}
