"""Public face of cairn.outputs.releases: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.outputs.releases.actions.disclosure_check import *
    from cairn.outputs.releases.actions.drafts import *
    from cairn.outputs.releases.actions.owner_answers import *
    from cairn.outputs.releases.actions.review_and_publication import *
    from cairn.outputs.releases.catalogue import *
    from cairn.outputs.releases.extract_models import *
    from cairn.outputs.releases.facts import *
    from cairn.outputs.releases.figures import *
    from cairn.outputs.releases.forms import *
    from cairn.outputs.releases.labels import *
    from cairn.outputs.releases.models import *
    from cairn.outputs.releases.partner_reports.actions import *
    from cairn.outputs.releases.partner_reports.partner_releases import *
    from cairn.outputs.releases.partner_reports.promises import *
    from cairn.outputs.releases.partner_reports.queries import *
    from cairn.outputs.releases.partner_reports.schedule import *
    from cairn.outputs.releases.protection.counts import *
    from cairn.outputs.releases.queries.excluded_people import *
    from cairn.outputs.releases.queries.figures import *
    from cairn.outputs.releases.queries.public_state import *
    from cairn.outputs.releases.queries.releases import *
    from cairn.outputs.releases.queries.renewals import *
    from cairn.outputs.releases.queries.sources import *
    from cairn.outputs.releases.tables import *
else:
    __getattr__ = load_exports_on_demand(__name__)
