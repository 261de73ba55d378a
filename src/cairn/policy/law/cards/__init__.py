"""Collect the rule cards, one module a source; the reference page prints ``CARDS``."""

from typing import Final

from cairn.policy.law.cards.governance import access as access_cards
from cairn.policy.law.cards.governance import agreement as agreement_cards
from cairn.policy.law.cards.governance import agreement_draft as agreement_draft_cards
from cairn.policy.law.cards.governance import amendment as amendment_cards
from cairn.policy.law.cards.governance import breach as breach_cards
from cairn.policy.law.cards.governance import committee as committee_cards
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.governance import family as family_cards
from cairn.policy.law.cards.governance import file_request as file_request_cards
from cairn.policy.law.cards.governance import legal_process as legal_process_cards
from cairn.policy.law.cards.governance import pilot as pilot_cards
from cairn.policy.law.cards.governance import project as project_cards
from cairn.policy.law.cards.governance import record_copy as record_copy_cards
from cairn.policy.law.cards.governance import record_keeping as record_keeping_cards
from cairn.policy.law.cards.governance import survey as survey_cards
from cairn.policy.law.cards.legal_bases import annual_notice as annual_notice_cards
from cairn.policy.law.cards.legal_bases import commercial_use as commercial_use_cards
from cairn.policy.law.cards.legal_bases import consent as consent_cards
from cairn.policy.law.cards.legal_bases import exceptional_bases as exceptional_bases_cards
from cairn.policy.law.cards.legal_bases import ferpa_exceptions as ferpa_exceptions_cards
from cairn.policy.law.cards.legal_bases import health_forms as health_forms_cards
from cairn.policy.law.cards.legal_bases import minimization as minimization_cards
from cairn.policy.law.cards.legal_bases import redisclosure as redisclosure_cards
from cairn.policy.law.cards.legal_bases import special_classes as special_classes_cards
from cairn.policy.law.cards.legal_bases import state_law as state_law_cards
from cairn.policy.law.cards.outputs import dashboard as dashboard_cards
from cairn.policy.law.cards.outputs import extract as extract_cards
from cairn.policy.law.cards.outputs import indicator as indicator_cards
from cairn.policy.law.cards.outputs import partner_report as partner_report_cards
from cairn.policy.law.cards.outputs import release as release_cards
from cairn.policy.law.cards.outputs import release_audience as release_audience_cards
from cairn.policy.law.cards.outputs import release_content as release_content_cards
from cairn.policy.law.cards.outputs import release_renewal as release_renewal_cards
from cairn.policy.law.cards.outputs import survey_figures as survey_figures_cards
from cairn.policy.law.cards.services import family_timeline as family_timeline_cards
from cairn.policy.law.cards.services import participant_note as participant_note_cards
from cairn.policy.law.cards.services import program as program_cards
from cairn.policy.law.cards.services import program_day as program_day_cards
from cairn.policy.law.cards.services import staff_assignment as staff_assignment_cards
from cairn.policy.law.cards.services import student as student_cards

CARD_MODULES: Final = (
    access_cards,
    committee_cards,
    agreement_cards,
    agreement_draft_cards,
    file_request_cards,
    survey_cards,
    consent_cards,
    ferpa_exceptions_cards,
    annual_notice_cards,
    exceptional_bases_cards,
    family_cards,
    amendment_cards,
    record_copy_cards,
    breach_cards,
    legal_process_cards,
    data_use_cards,
    redisclosure_cards,
    commercial_use_cards,
    record_keeping_cards,
    extract_cards,
    special_classes_cards,
    health_forms_cards,
    state_law_cards,
    minimization_cards,
    project_cards,
    pilot_cards,
    partner_report_cards,
    release_cards,
    release_content_cards,
    release_audience_cards,
    release_renewal_cards,
    survey_figures_cards,
    dashboard_cards,
    indicator_cards,
    participant_note_cards,
    program_cards,
    program_day_cards,
    staff_assignment_cards,
    family_timeline_cards,
    student_cards,
)

CARDS: Final = tuple(card for source in CARD_MODULES for card in source.ALL)
