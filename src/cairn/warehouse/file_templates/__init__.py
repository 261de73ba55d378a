"""Describe the file that an agreement asks for: its columns as a Table Schema and as a template.

All names, types and codes come from the data element catalogue.
"""

from cairn.warehouse.file_templates.file_template import *
from cairn.warehouse.file_templates.table_schema import *
from cairn.warehouse.file_templates.template_export import *
