"""Public face of cairn.governance.partners: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.partners.actions.person_records import *
    from cairn.governance.partners.actions.security_records import *
    from cairn.governance.partners.facts import *
    from cairn.governance.partners.kept_pages import *
    from cairn.governance.partners.models import *
    from cairn.governance.partners.program_names import *
    from cairn.governance.partners.queries.access_steps import *
    from cairn.governance.partners.queries.partner_inbox import *
    from cairn.governance.partners.queries.partner_people import *
    from cairn.governance.partners.queries.security_status import *
    from cairn.governance.partners.queries.state_law import *
    from cairn.governance.partners.questionnaire import *
    from cairn.governance.partners.requesters import *
    from cairn.governance.partners.security_plan import *
else:
    __getattr__ = load_exports_on_demand(__name__)
