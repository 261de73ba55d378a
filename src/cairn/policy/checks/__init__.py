"""Checks: one function for each rule, registered with its rule cards.

``check_<what>(facts...)`` is one rule, bound to its facts until a decision runs it for a date
(`engine.stages`). ``require_<what>(facts...)`` lists the checks of a whole subject.
"""

from cairn.policy.checks.access import *
from cairn.policy.checks.agreements.agreement_draft import *
from cairn.policy.checks.agreements.agreement_reliance import *
from cairn.policy.checks.agreements.agreement_termination import *
from cairn.policy.checks.agreements.agreement_validity import *
from cairn.policy.checks.agreements.amendments import *
from cairn.policy.checks.agreements.commercial_use import *
from cairn.policy.checks.agreements.contradictions import *
from cairn.policy.checks.data_use.deidentification import *
from cairn.policy.checks.data_use.delivery import *
from cairn.policy.checks.data_use.directory_notice import *
from cairn.policy.checks.data_use.element_permissions import *
from cairn.policy.checks.data_use.file_request import *
from cairn.policy.checks.data_use.obligations import *
from cairn.policy.checks.data_use.replacement import *
from cairn.policy.checks.data_use.state_law import *
from cairn.policy.checks.data_use.survey import *
from cairn.policy.checks.data_use.use_context import *
from cairn.policy.checks.data_use.use_request import *
from cairn.policy.checks.outputs.dashboard import *
from cairn.policy.checks.outputs.extract import *
from cairn.policy.checks.outputs.indicator import *
from cairn.policy.checks.outputs.partner_report import *
from cairn.policy.checks.outputs.release_audience import *
from cairn.policy.checks.outputs.release_content import *
from cairn.policy.checks.outputs.release_renewal import *
from cairn.policy.checks.outputs.release_review import *
from cairn.policy.checks.outputs.survey_figures import *
from cairn.policy.checks.projects.committee_vote import *
from cairn.policy.checks.projects.pilot import *
from cairn.policy.checks.projects.project_authorization import *
from cairn.policy.checks.projects.project_proposal import *
from cairn.policy.checks.projects.project_requirements import *
from cairn.policy.checks.projects.project_workflow import *
from cairn.policy.checks.projects.vote_count import *
from cairn.policy.checks.records.breaches import *
from cairn.policy.checks.records.destruction_duties import *
from cairn.policy.checks.records.disclosure_log import *
from cairn.policy.checks.records.legal_process import *
from cairn.policy.checks.records.statements import *
from cairn.policy.checks.records.unrecorded_files import *
from cairn.policy.checks.services.family_timeline import *
from cairn.policy.checks.services.participant_copy import *
from cairn.policy.checks.services.participant_note import *
from cairn.policy.checks.services.participant_records import *
from cairn.policy.checks.services.program_day import *
from cairn.policy.checks.services.registration import *
from cairn.policy.checks.services.session_series import *
from cairn.policy.checks.services.staff_assignment import *
from cairn.policy.checks.services.student_page import *
from cairn.policy.checks.students.consent_status import *
from cairn.policy.checks.students.consent_validity import *
from cairn.policy.checks.students.exceptional_bases import *
from cairn.policy.checks.students.family_sharing import *
from cairn.policy.checks.students.opt_outs_and_nations import *
from cairn.policy.checks.students.record_amendment import *
from cairn.policy.checks.students.record_copy import *
from cairn.policy.checks.students.row_access import *
from cairn.policy.checks.students.school_declarations import *
from cairn.policy.checks.students.state_signers import *
from cairn.policy.checks.students.student_access import *
from cairn.policy.checks.students.tax_dependency import *
