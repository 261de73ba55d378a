"""Public face of cairn.governance.retention: what other packages may import."""

from cairn.governance.retention.actions import *
from cairn.governance.retention.certificate import *
from cairn.governance.retention.data_holders import *
from cairn.governance.retention.facts import *
from cairn.governance.retention.models import *
from cairn.governance.retention.queries import *
