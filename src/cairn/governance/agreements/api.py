"""Public face of cairn.governance.agreements: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.governance.agreements.actions.draft_lifecycle import *
    from cairn.governance.agreements.actions.signature_and_record import *
    from cairn.governance.agreements.actions.termination import *
    from cairn.governance.agreements.documents.exhibits import *
    from cairn.governance.agreements.documents.parts import *
    from cairn.governance.agreements.documents.phrases import *
    from cairn.governance.agreements.documents.safeguards import *
    from cairn.governance.agreements.documents.structure import *
    from cairn.governance.agreements.facts import *
    from cairn.governance.agreements.forms.agreement_number import *
    from cairn.governance.agreements.models import *
    from cairn.governance.agreements.printing.pdf_fonts import *
    from cairn.governance.agreements.queries.agreement_inbox import *
    from cairn.governance.agreements.queries.signed_pages import *
    from cairn.governance.agreements.queries.visible_agreements import *
    from cairn.governance.agreements.queries.visible_drafts import *
else:
    __getattr__ = load_exports_on_demand(__name__)
