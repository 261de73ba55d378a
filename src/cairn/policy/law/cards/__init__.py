"""Collect the rule cards, one module a source; the reference page prints ``CARDS``."""

from typing import Final

from cairn.policy.law.cards.governance import access as access_cards
from cairn.policy.law.cards.governance import agreement as agreement_cards
from cairn.policy.law.cards.governance import agreement_draft as agreement_draft_cards
from cairn.policy.law.cards.governance import agreement_validity as agreement_validity_cards
from cairn.policy.law.cards.governance import clearance as clearance_cards
from cairn.policy.law.cards.governance import committee as committee_cards
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.governance import disclosure_log as disclosure_log_cards
from cairn.policy.law.cards.governance import family as family_cards
from cairn.policy.law.cards.governance import pilot as pilot_cards
from cairn.policy.law.cards.governance import project as project_cards
from cairn.policy.law.cards.governance import record_matching as record_matching_cards
from cairn.policy.law.cards.governance import retention as retention_cards
from cairn.policy.law.cards.legal_bases import audit_evaluation as audit_evaluation_cards
from cairn.policy.law.cards.legal_bases import benefit_records as benefit_records_cards
from cairn.policy.law.cards.legal_bases import consent as consent_cards
from cairn.policy.law.cards.legal_bases import directory_information as directory_information_cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import health_records as health_records_cards
from cairn.policy.law.cards.legal_bases import minimization as minimization_cards
from cairn.policy.law.cards.legal_bases import record_code as record_code_cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.law.cards.legal_bases import school_official as school_official_cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.law.cards.legal_bases import state_law as state_law_cards
from cairn.policy.law.cards.legal_bases import studies as studies_cards
from cairn.policy.law.cards.outputs import category_merging as category_merging_cards
from cairn.policy.law.cards.outputs import dashboard_target as dashboard_target_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.law.cards.outputs import extract_text as extract_text_cards
from cairn.policy.law.cards.outputs import own_figures as own_figures_cards
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.law.cards.outputs import release_narrative as release_narrative_cards

CARD_MODULES: Final = (
    access_cards,
    clearance_cards,
    committee_cards,
    agreement_cards,
    agreement_draft_cards,
    agreement_validity_cards,
    consent_cards,
    school_official_cards,
    studies_cards,
    audit_evaluation_cards,
    directory_information_cards,
    exceptional_bases_cards,
    family_cards,
    data_use_cards,
    redisclosure_cards,
    disclosure_log_cards,
    record_code_cards,
    special_classes_cards,
    health_records_cards,
    benefit_records_cards,
    state_law_cards,
    minimization_cards,
    project_cards,
    pilot_cards,
    retention_cards,
    record_matching_cards,
    release_cards,
    extract_cards,
    extract_text_cards,
    release_narrative_cards,
    category_merging_cards,
    dashboard_target_cards,
    own_figures_cards,
)

CARDS: Final = tuple(card for source in CARD_MODULES for card in source.ALL)
