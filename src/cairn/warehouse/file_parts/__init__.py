"""Split a file that covers several parts of a period, such as sites or schools, by a column."""

from cairn.warehouse.file_parts.part_columns import *
from cairn.warehouse.file_parts.part_split import *
from cairn.warehouse.file_parts.row_assignment import *
from cairn.warehouse.file_parts.student_days import *
