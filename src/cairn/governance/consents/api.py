"""Public face of cairn.governance.consents: what other packages may import."""

from cairn.governance.consents.actions.answers import *
from cairn.governance.consents.actions.children import *
from cairn.governance.consents.actions.consent_forms import *
from cairn.governance.consents.actions.consents import *
from cairn.governance.consents.actions.family_page import *
from cairn.governance.consents.actions.opt_outs import *
from cairn.governance.consents.actions.papers import *
from cairn.governance.consents.actions.rosters import *
from cairn.governance.consents.facts import *
from cairn.governance.consents.iso_27560 import *
from cairn.governance.consents.models.child import *
from cairn.governance.consents.models.consent import *
from cairn.governance.consents.models.form import *
from cairn.governance.consents.models.opt_outs import *
from cairn.governance.consents.models.statement import *
from cairn.governance.consents.paper_list import *
from cairn.governance.consents.plain_language import *
from cairn.governance.consents.protected_identity import *
from cairn.governance.consents.queries.consents import *
from cairn.governance.consents.queries.inbox import *
from cairn.governance.consents.queries.scans import *
from cairn.governance.consents.school_year_choices import *
from cairn.governance.consents.signer_lines import *
from cairn.governance.consents.withheld_elements import *
