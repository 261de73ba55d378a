"""Public face of cairn.services.programs: what other packages may import."""

from cairn.platform.deferred_imports import TYPE_CHECKING, load_exports_on_demand

if TYPE_CHECKING:
    from cairn.services.programs.actions import *
    from cairn.services.programs.child_records.child_programs import *
    from cairn.services.programs.child_records.own_records import *
    from cairn.services.programs.delivery import *
    from cairn.services.programs.dosage import *
    from cairn.services.programs.facts import *
    from cairn.services.programs.forms import *
    from cairn.services.programs.funder_report.report_counts import *
    from cairn.services.programs.funder_report.report_queries import *
    from cairn.services.programs.funding.actions import *
    from cairn.services.programs.incidents.actions import *
    from cairn.services.programs.incidents.incident_records import *
    from cairn.services.programs.meals.actions import *
    from cairn.services.programs.meals.meal_records import *
    from cairn.services.programs.models import *
    from cairn.services.programs.offline.actions import *
    from cairn.services.programs.participant_identity import *
    from cairn.services.programs.pick_up.actions import *
    from cairn.services.programs.pick_up.pick_up_records import *
    from cairn.services.programs.queries import *
    from cairn.services.programs.record_files import *
    from cairn.services.programs.registration.actions import *
    from cairn.services.programs.registration.place_offers import *
    from cairn.services.programs.registration.registration_identity import *
    from cairn.services.programs.retention.actions import *
    from cairn.services.programs.retention.due_records import *
    from cairn.services.programs.retention.participant_erasers import *
    from cairn.services.programs.staff.actions import *
    from cairn.services.programs.staff.assignments import *
    from cairn.services.programs.staff.daily_tasks import *
    from cairn.services.programs.staff.student_sites import *
else:
    __getattr__ = load_exports_on_demand(__name__)
