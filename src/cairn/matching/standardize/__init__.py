"""Standardize identifying fields, so that records can be compared. Nothing is linked here.

`record_keys` extracts the identifying fields of conformed rows. `record_table` standardizes a whole
table, `row_mappings` a few rows, both with the functions of `field_values`, `addresses` and
`nicknames`. `explanation` says what was changed and why.
"""

from cairn.matching.standardize.explanation import *
from cairn.matching.standardize.field_values import *
from cairn.matching.standardize.nicknames import *
from cairn.matching.standardize.record_keys import *
from cairn.matching.standardize.record_table import *
from cairn.matching.standardize.row_mappings import *
