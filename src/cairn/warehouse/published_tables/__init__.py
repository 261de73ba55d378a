"""Read tables that an agency has published: places, periods, groups, and figures with their signs.

Such a table has no rows of children. Its figures may be suppressed or blurred by their owner, and
stay so: an interval is kept as an interval.
"""

from cairn.warehouse.published_tables.column_roles import *
from cairn.warehouse.published_tables.indicator_rows import *
from cairn.warehouse.published_tables.published_values import *
