"""Public face of cairn.governance.consents: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.consents.actions.annual_notices import *
    from cairn.governance.consents.actions.children import *
    from cairn.governance.consents.actions.consent_forms import *
    from cairn.governance.consents.actions.consents import *
    from cairn.governance.consents.actions.family_page import *
    from cairn.governance.consents.actions.opt_outs import *
    from cairn.governance.consents.annual_notice_facts import *
    from cairn.governance.consents.facts import *
    from cairn.governance.consents.iso_27560 import *
    from cairn.governance.consents.models.annual_notices import *
    from cairn.governance.consents.models.child import *
    from cairn.governance.consents.models.consent import *
    from cairn.governance.consents.models.consent_form import *
    from cairn.governance.consents.models.opt_outs import *
    from cairn.governance.consents.plain_language import *
    from cairn.governance.consents.protected_identity import *
    from cairn.governance.consents.providers import *
    from cairn.governance.consents.queries.consents import *
    from cairn.governance.consents.queries.inbox import *
    from cairn.governance.consents.queries.statements import *
    from cairn.governance.consents.school_year_choices import *
    from cairn.governance.consents.signature_lists import *
    from cairn.governance.consents.use_facts import *
else:
    __getattr__ = load_exports_on_demand(__name__)
