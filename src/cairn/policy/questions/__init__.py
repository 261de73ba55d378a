"""Policy questions: each answers whether an actor may take one action, as a Decision."""

from cairn.policy.questions.data.data_marts import *
from cairn.policy.questions.data.deliveries import *
from cairn.policy.questions.data.file_requests import *
from cairn.policy.questions.data.public_sources import *
from cairn.policy.questions.data.record_matching import *
from cairn.policy.questions.data.surveys import *
from cairn.policy.questions.data.uses import *
from cairn.policy.questions.governance.access import *
from cairn.policy.questions.governance.agreement_drafts import *
from cairn.policy.questions.governance.agreements import *
from cairn.policy.questions.governance.annual_notices import *
from cairn.policy.questions.governance.breaches import *
from cairn.policy.questions.governance.committees import *
from cairn.policy.questions.governance.consents import *
from cairn.policy.questions.governance.data_dictionaries import *
from cairn.policy.questions.governance.expiry_impact import *
from cairn.policy.questions.governance.legal_process import *
from cairn.policy.questions.governance.pilots import *
from cairn.policy.questions.governance.projects import *
from cairn.policy.questions.governance.record_amendments import *
from cairn.policy.questions.governance.record_keeping import *
from cairn.policy.questions.outputs.dashboards import *
from cairn.policy.questions.outputs.extracts import *
from cairn.policy.questions.outputs.partner_reports import *
from cairn.policy.questions.outputs.releases import *
