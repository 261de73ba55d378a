"""The attacker: narrow each withheld cell as far as the published tables alone allow."""

from cairn.sdc.audit.attacker_knowledge import *
from cairn.sdc.audit.audit_hints import *
from cairn.sdc.audit.band_attack import *
from cairn.sdc.audit.component_solver import *
from cairn.sdc.audit.feasible_tables import *
from cairn.sdc.audit.integer_model import *
from cairn.sdc.audit.integer_points import *
from cairn.sdc.audit.last_people import *
from cairn.sdc.audit.published_ranges import *
from cairn.sdc.audit.table_audit import *
from cairn.sdc.audit.table_shape import *
from cairn.sdc.audit.table_steps import *
