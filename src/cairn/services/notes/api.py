"""Public face of cairn.services.notes: what other packages may import."""

from cairn.services.notes.actions import *
from cairn.services.notes.appointment_actions import *
from cairn.services.notes.appointment_queries import *
from cairn.services.notes.family_copies import *
from cairn.services.notes.models import *
