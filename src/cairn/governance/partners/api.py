"""Public face of cairn.governance.partners: what other packages may import."""

from cairn.governance.partners.actions.first_user import *
from cairn.governance.partners.actions.person_records import *
from cairn.governance.partners.actions.security_records import *
from cairn.governance.partners.actions.training_records import *
from cairn.governance.partners.facts import *
from cairn.governance.partners.models.organizations import *
from cairn.governance.partners.operators import *
from cairn.governance.partners.queries.partner_inbox import *
from cairn.governance.partners.queries.partner_people import *
from cairn.governance.partners.queries.security_status import *
from cairn.governance.partners.questionnaire import *
from cairn.governance.partners.security_plan import *
from cairn.governance.partners.staff_request import *
