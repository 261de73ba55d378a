"""Public face of cairn.governance.agreements: what other packages may import."""

from cairn.governance.agreements.actions.agreement_record import load_agreement
from cairn.governance.agreements.actions.draft_lifecycle import begin_draft, submit_draft_to_counsel
from cairn.governance.agreements.actions.termination import close_agreement
from cairn.governance.agreements.documents.exhibits import build_data_schedule
from cairn.governance.agreements.documents.parts import (
    build_data_part,
    build_legal_basis_part,
    build_parties_part,
    build_purpose_part,
    build_term_part,
)
from cairn.governance.agreements.documents.phrases import LEGAL_BASIS_PHRASES, TIER_PHRASES
from cairn.governance.agreements.documents.safeguards import (
    build_publication_part,
    build_retention_part,
)
from cairn.governance.agreements.documents.structure import DocumentPart
from cairn.governance.agreements.facts import (
    find_agreement_data_owners,
    load_agreement_fact,
    load_agreement_facts,
)
from cairn.governance.agreements.models import Agreement, Draft
from cairn.governance.agreements.printing.pdf_fonts import (
    MissingFont,
    find_font_files,
    find_unsupported_letter,
    replace_typographic_characters,
)
from cairn.governance.agreements.queries.agreement_inbox import (
    list_agreement_deadlines,
    list_agreement_tasks,
)
from cairn.governance.agreements.queries.visible_agreements import (
    AgreementListing,
    find_visible_agreement,
    list_visible_agreements,
)

__all__ = [
    "LEGAL_BASIS_PHRASES",
    "TIER_PHRASES",
    "Agreement",
    "AgreementListing",
    "DocumentPart",
    "Draft",
    "MissingFont",
    "begin_draft",
    "build_data_part",
    "build_data_schedule",
    "build_legal_basis_part",
    "build_parties_part",
    "build_publication_part",
    "build_purpose_part",
    "build_retention_part",
    "build_term_part",
    "close_agreement",
    "find_agreement_data_owners",
    "find_font_files",
    "find_unsupported_letter",
    "find_visible_agreement",
    "list_agreement_deadlines",
    "list_agreement_tasks",
    "list_visible_agreements",
    "load_agreement",
    "load_agreement_fact",
    "load_agreement_facts",
    "replace_typographic_characters",
    "submit_draft_to_counsel",
]
