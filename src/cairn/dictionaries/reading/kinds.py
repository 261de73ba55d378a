"""What a column holds, as dictionaries write it → a plain kind; misspellings are put right."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

_KINDS: Final = {
    "text": "varchar char nvarchar nchar string text character alphanumeric alpha memo clob uuid",
    "integer": "integer int bigint smallint tinyint long whole count",
    "decimal": "decimal numeric number float double real money currency percent",
    "date": "date datetime timestamp time datetime2 smalldatetime",
    "yes or no": "boolean bool bit flag yesno logical indicator binary",
    "code": "code lookup enumeration enum category categorical list picklist dropdown",
}
_KIND_OF: Final = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_WORD: Final = re.compile(r"[a-z]+")
_CLOSE: Final = 0.72
_FEWEST_LETTERS: Final = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """The plain kind (empty when unknown), and whether the word had to be put right."""

    kind: str
    misspelt: bool = False


def kind_of(text: str) -> Kind:
    """Reads "VARCHAR(50)", "Interger" or "yes/no"; an unknown word gives no kind."""
    words = _WORD.findall(text.casefold().replace("/", "").replace("yes or no", "yesno"))
    for word in words:
        if word in _KIND_OF:
            return Kind(_KIND_OF[word])
    for word in words:
        if len(word) >= _FEWEST_LETTERS and (
            close := get_close_matches(word, _KIND_OF, n=1, cutoff=_CLOSE)
        ):
            return Kind(_KIND_OF[close[0]], misspelt=True)
    return Kind("")
