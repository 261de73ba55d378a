"""Public face of cairn.governance.consents: what other packages may import."""

from cairn.governance.consents.actions.answers import OptOutEndings
from cairn.governance.consents.actions.children import (
    find_or_create_child,
    record_child_nations,
    record_school_statement,
    withhold_elements,
)
from cairn.governance.consents.actions.consent_forms import ConsentFormContent, publish_consent_form
from cairn.governance.consents.actions.consents import revoke_consent, verify_consents
from cairn.governance.consents.actions.family_page import (
    answer_consent_form,
    end_own_opt_outs,
    opt_out_child,
    revoke_own_consent,
    undo_own_revocation,
)
from cairn.governance.consents.actions.opt_outs import record_opt_outs, withdraw_opt_outs
from cairn.governance.consents.actions.papers import destroy_paper_scan, record_signed_papers
from cairn.governance.consents.actions.rosters import add_children_to_roster, confirm_roster_entries
from cairn.governance.consents.facts import (
    list_active_opt_outs,
    list_opt_outs_of_people,
    load_children_with_restrictions,
    load_person_fact,
    load_person_facts,
    load_school_declarations,
    map_child_organizations,
    map_children_to_nations,
)
from cairn.governance.consents.iso_27560 import build_consent_record
from cairn.governance.consents.models.child import Child, RosterEntry
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.form import ConsentForm
from cairn.governance.consents.models.opt_outs import OptOut
from cairn.governance.consents.models.statement import Says, Statement, Subject
from cairn.governance.consents.paper_list import SignedPaper, read_paper_list
from cairn.governance.consents.plain_language import (
    describe_basis_for_families,
    describe_element,
    describe_element_for_families,
    describe_purposes_for_families,
    describe_records_for_families,
)
from cairn.governance.consents.protected_identity import (
    ChildLabel,
    compute_child_key,
    compute_signer_key,
    seal_fields,
    unseal_child_label,
    unseal_fields,
)
from cairn.governance.consents.queries.consents import (
    ConsentDetail,
    list_consent_revocations,
    list_consents,
    list_permitted_organizations,
    load_consent_details,
)
from cairn.governance.consents.queries.inbox import list_consent_tasks
from cairn.governance.consents.queries.scans import (
    compute_scan_digest,
    find_damaged_scans,
    list_sittings_with_scan,
)
from cairn.governance.consents.school_year_choices import (
    compute_school_year,
    list_recent_school_years,
)
from cairn.governance.consents.signer_lines import (
    FamilySignature,
    UnreadableSignerLine,
    parse_signer_lines,
)
from cairn.governance.consents.withheld_elements import ADDRESS_CHOICE, list_address_elements

__all__ = [
    "ADDRESS_CHOICE",
    "Child",
    "ChildLabel",
    "Consent",
    "ConsentDetail",
    "ConsentForm",
    "ConsentFormContent",
    "FamilySignature",
    "OptOut",
    "OptOutEndings",
    "RosterEntry",
    "Says",
    "SignedPaper",
    "Sitting",
    "Statement",
    "Subject",
    "UnreadableSignerLine",
    "add_children_to_roster",
    "answer_consent_form",
    "build_consent_record",
    "compute_child_key",
    "compute_scan_digest",
    "compute_school_year",
    "compute_signer_key",
    "confirm_roster_entries",
    "describe_basis_for_families",
    "describe_element",
    "describe_element_for_families",
    "describe_purposes_for_families",
    "describe_records_for_families",
    "destroy_paper_scan",
    "end_own_opt_outs",
    "find_damaged_scans",
    "find_or_create_child",
    "list_active_opt_outs",
    "list_address_elements",
    "list_consent_revocations",
    "list_consent_tasks",
    "list_consents",
    "list_opt_outs_of_people",
    "list_permitted_organizations",
    "list_recent_school_years",
    "list_sittings_with_scan",
    "load_children_with_restrictions",
    "load_consent_details",
    "load_person_fact",
    "load_person_facts",
    "load_school_declarations",
    "map_child_organizations",
    "map_children_to_nations",
    "opt_out_child",
    "parse_signer_lines",
    "publish_consent_form",
    "read_paper_list",
    "record_child_nations",
    "record_opt_outs",
    "record_school_statement",
    "record_signed_papers",
    "revoke_consent",
    "revoke_own_consent",
    "seal_fields",
    "undo_own_revocation",
    "unseal_child_label",
    "unseal_fields",
    "verify_consents",
    "withdraw_opt_outs",
    "withhold_elements",
]
