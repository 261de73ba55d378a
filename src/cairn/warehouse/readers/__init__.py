"""Read partners' files into sheets of text, in memory; the raw file is never written.

One module reads one format. The content decides what a file is; its name only helps the
messages.
"""

from cairn.warehouse.readers.child_process import *
from cairn.warehouse.readers.file_content import *
from cairn.warehouse.readers.file_reader import *
from cairn.warehouse.readers.parquet import *
