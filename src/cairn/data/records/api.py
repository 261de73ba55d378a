"""Public face of cairn.data.records: what other packages may import."""

from cairn.data.records.queries import *
from cairn.data.records.student_rows import *
