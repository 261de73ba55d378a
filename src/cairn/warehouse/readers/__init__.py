"""Read partners' files into sheets of text, in memory; the raw file is never written.

One module reads one format. The content decides what a file is; its name only helps the
messages.
"""

from cairn.warehouse.readers.child_process import (
    ReadLimits,
    read_file_in_child_process,
)
from cairn.warehouse.readers.encoded_file import contains_encodings
from cairn.warehouse.readers.file_reader import FileReader, read_file

__all__ = [
    "FileReader",
    "ReadLimits",
    "contains_encodings",
    "read_file",
    "read_file_in_child_process",
]
