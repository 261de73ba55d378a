"""Which column of a dictionary says what: headers as providers write them."""

import re
from collections.abc import Iterable
from typing import Final

NAME, DEFINITION, KIND, VALUES = "name", "definition", "kind", "values"
YEARS, FIRST, LAST, DATA_SET = "years", "first", "last", "data_set"

# In the order of preference: a dictionary may have both a short and a full name.
_SPELLINGS: Final = {
    NAME: (
        "element name|data element name|field name|variable name|column name|variable|field"
        "|element|data element|column|name|item name|item|label"
    ),
    DEFINITION: (
        "definition|element definition|description|field description|data element definition"
        "|variable description|meaning|notes|comments"
    ),
    KIND: "data type|type|field type|datatype|element type|format|variable type",
    VALUES: (
        "values|valid values|permitted values|allowable values|option set|options|codes|code set"
        "|value labels|domain|possible values"
    ),
    YEARS: (
        "years available|years|school years|availability|available years|data years|year"
        "|years collected|collection years|time period|date range|data availability"
    ),
    FIRST: "first year|start year|from year|begin year|year from|start|from|first available",
    LAST: "last year|end year|to year|year to|end|to|through|last available",
    DATA_SET: "data set|dataset|table|table name|file|file name|collection|source table|entity",
}
_PUNCTUATION: Final = re.compile(r"[^a-z0-9]+")


def columns(header: Iterable[str]) -> dict[str, str]:
    """What each part of an entry is called in this header, where it has it."""
    plain = {_PUNCTUATION.sub(" ", h.casefold()).strip(): h for h in header}
    found: dict[str, str] = {}
    for part, spellings in _SPELLINGS.items():
        taken = set(found.values())
        for spelling in spellings.split("|"):
            if spelling in plain and plain[spelling] not in taken:
                found[part] = plain[spelling]
                break
    return found
