"""Public face of cairn.governance.training: what other packages may import."""

from cairn.governance.training.actions import *
from cairn.governance.training.confidentiality import *
from cairn.governance.training.course_catalog import *
from cairn.governance.training.facts import *
from cairn.governance.training.models import *
