"""Public face of cairn.data.surveys: what other packages may import."""

from cairn.data.surveys.actions import *
from cairn.data.surveys.answer_file import *
from cairn.data.surveys.models import *
from cairn.data.surveys.queries import *
