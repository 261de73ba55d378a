"""Describe data: the element catalogue, column mappings, typed values and dates."""

from cairn.warehouse.schema.clock_times import *
from cairn.warehouse.schema.column_mapping import *
from cairn.warehouse.schema.column_patterns import *
from cairn.warehouse.schema.dates import *
from cairn.warehouse.schema.elements import *
from cairn.warehouse.schema.encoded_records import *
from cairn.warehouse.schema.failures import *
from cairn.warehouse.schema.fixed_width import *
from cairn.warehouse.schema.headings.class_periods import *
from cairn.warehouse.schema.mapping_rules import *
from cairn.warehouse.schema.mapping_suggestion import *
from cairn.warehouse.schema.person_names import *
from cairn.warehouse.schema.results.result_columns import *
from cairn.warehouse.schema.results.side_by_side import *
from cairn.warehouse.schema.school_years import *
from cairn.warehouse.schema.sheets import *
from cairn.warehouse.schema.survey_form import *
from cairn.warehouse.schema.surveys.survey_mapping import *
from cairn.warehouse.schema.surveys.survey_questions import *
from cairn.warehouse.schema.values import *
