"""Public face of cairn.governance.partners: what other packages may import."""

from cairn.governance.partners.actions.first_user import create_first_user, has_first_user
from cairn.governance.partners.actions.person_records import (
    add_organization,
    add_person,
    describe_organization,
)
from cairn.governance.partners.actions.security_records import (
    adopt_security_plan,
    record_assessment,
)
from cairn.governance.partners.actions.training_records import attest_training
from cairn.governance.partners.facts import (
    get_organization_slug,
    load_actor,
    load_organization_fact,
    load_organization_facts,
)
from cairn.governance.partners.models.organizations import Affiliation, Organization
from cairn.governance.partners.operators import find_operator
from cairn.governance.partners.queries.partner_inbox import (
    list_partner_deadlines,
    list_partner_tasks,
)
from cairn.governance.partners.queries.partner_people import list_visible_people
from cairn.governance.partners.queries.security_status import may_see_security
from cairn.governance.partners.questionnaire import (
    AnswerGrade,
    list_questionnaires_for,
    load_questionnaires,
)
from cairn.governance.partners.security_plan import write_security_plan
from cairn.governance.partners.staff_request import (
    StaffRequest,
    get_form_status,
    load_staff_request,
)

__all__ = [
    "Affiliation",
    "AnswerGrade",
    "Organization",
    "StaffRequest",
    "add_organization",
    "add_person",
    "adopt_security_plan",
    "attest_training",
    "create_first_user",
    "describe_organization",
    "find_operator",
    "get_form_status",
    "get_organization_slug",
    "has_first_user",
    "list_partner_deadlines",
    "list_partner_tasks",
    "list_questionnaires_for",
    "list_visible_people",
    "load_actor",
    "load_organization_fact",
    "load_organization_facts",
    "load_questionnaires",
    "load_staff_request",
    "may_see_security",
    "record_assessment",
    "write_security_plan",
]
