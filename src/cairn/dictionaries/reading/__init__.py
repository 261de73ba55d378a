"""A provider's data dictionary, in whatever layout it has → entries, and what was odd about it.

No data row is ever read: a dictionary describes columns. Nothing here touches the database, so a
command can read a dictionary without one.
"""

from cairn.dictionaries.reading.entries import (
    BadDictionary,
    DataSet,
    Entry,
    Read,
    Report,
    read,
)

__all__ = ["BadDictionary", "DataSet", "Entry", "Read", "Report", "read"]
