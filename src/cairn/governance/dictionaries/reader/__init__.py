"""Read a provider's data dictionary, in any layout, into entries and a report of oddities.

It reads no data row: a dictionary describes columns. It does not use the database, so a
command can read a dictionary without one.
"""

from cairn.governance.dictionaries.reader.class_guess import guess_element_class
from cairn.governance.dictionaries.reader.entries import (
    BadDictionary,
    DictionaryEntry,
    DictionaryReport,
    read_dictionary_file,
)

__all__ = [
    "BadDictionary",
    "DictionaryEntry",
    "DictionaryReport",
    "guess_element_class",
    "read_dictionary_file",
]
