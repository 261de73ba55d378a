"""Write release and extract files, and one table in the formats that researchers open.

Every format writer takes a `LabeledTable` and returns bytes: an extract is never a readable
file on a disk of the installation.
"""

from cairn.warehouse.exporters.correction_file import *
from cairn.warehouse.exporters.csv_format import *
from cairn.warehouse.exporters.excel_workbook import *
from cairn.warehouse.exporters.extract_files import *
from cairn.warehouse.exporters.labeled_table import *
from cairn.warehouse.exporters.parquet_format import *
from cairn.warehouse.exporters.r_format import *
from cairn.warehouse.exporters.release_files import *
from cairn.warehouse.exporters.spss_format import *
from cairn.warehouse.exporters.stata_format import *
