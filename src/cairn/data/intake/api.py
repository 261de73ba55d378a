"""Public face of cairn.data.intake: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.data.intake.actions.change_files import *
    from cairn.data.intake.actions.conformance import *
    from cairn.data.intake.actions.corrections import *
    from cairn.data.intake.actions.part_files import *
    from cairn.data.intake.actions.proposed_files import *
    from cairn.data.intake.actions.receipt import *
    from cairn.data.intake.actions.watched_folders import *
    from cairn.data.intake.delivery_parts import *
    from cairn.data.intake.derived_records.record_keepers import *
    from cairn.data.intake.facts import *
    from cairn.data.intake.feed_recognition import *
    from cairn.data.intake.models import *
    from cairn.data.intake.proposals.correction_preview import *
    from cairn.data.intake.proposals.data_years import *
    from cairn.data.intake.proposals.delivery_modes import *
    from cairn.data.intake.proposals.extract_dates import *
    from cairn.data.intake.proposals.file_kinds import *
    from cairn.data.intake.proposals.file_templates import *
    from cairn.data.intake.proposals.fixed_width_files import *
    from cairn.data.intake.proposals.layout_proposal import *
    from cairn.data.intake.proposals.proposal_preview import *
    from cairn.data.intake.proposals.replacement_preview import *
    from cairn.data.intake.queries import *
    from cairn.data.intake.students import *
    from cairn.data.intake.submission_reports import *
    from cairn.data.intake.tasks import *
    from cairn.data.intake.typed_records.record_receipt import *
    from cairn.data.intake.upload_recognition import *
    from cairn.data.intake.views.deliveries import *
    from cairn.data.intake.views.delivery_page import *
    from cairn.data.intake.watched_folders.address_pull import *
    from cairn.data.intake.watched_folders.folder_pass import *
else:
    __getattr__ = load_exports_on_demand(__name__)
