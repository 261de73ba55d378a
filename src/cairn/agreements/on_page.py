"""What the linter says to write, for somebody who writes on the page: the name of a field and its
place in the form, where the finding itself has the spelling of the file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cairn.agreements.format.declaration import BY_KEY, SECTIONS
from cairn.agreements.forms.cells import label
from cairn.agreements.forms.section import MADE_ELSEWHERE, name_of
from cairn.rules.criteria import criteria_keys
from cairn.rules.vocabulary import LegalBasis

_TOP: Final = ""
"""The key of the top of the text."""
_FIELDS: Final = {
    key: [table.key for table in SECTIONS if key in {field.key for field in table.fields}]
    for key in {field.key for table in SECTIONS for field in table.fields}
}
_CRITERIA: Final = frozenset(key for basis in LegalBasis for key in criteria_keys(basis))
_SPELLING: Final = re.compile(
    r"""
      (?P<entry>an?\ \[\[(?P<entry_of>\w+)\]\]\ table)
    | (?P<under>under\ \[\[?(?P<under_of>\w+)\]\]?)
    | (?P<table>(?:the\ table\ |an?\ )?\[\[?(?P<table_of>\w+)\]\]?(?:\ table)?)
    | (?P<said>\b(?P<key>[a-z_]+)\ =\ (?P<value>\[[^\]]*\]|"[^"]*"(?:\ or\ "[^"]*")*|true))
    | (?P<equals>\b(?P<equals_key>[a-z_]+)\ =(?=\ ))
    | (?P<kind>clauses?\ of\ kind)
    | (?P<code>"[a-z_]+")
    | (?P<keys>(?<=Write\ )[a-z_]+(?:,\ [a-z_]+)*(?:\ and\ [a-z_]+)?(?=[,.:]|\ under\ \[|\ with\ ))
    | (?P<word>(?<![\w.“])[a-z]+(?:_[a-z0-9]+)+(?!\w|\.\w))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A section of the form: its name in an address, and its heading."""

    name: str
    heading: str


@dataclass(frozen=True, slots=True)
class OnPage:
    """A sentence in the words of the form, and the sections that it speaks of."""

    sentence: str
    places: tuple[Place, ...]


def on_page(sentence: str) -> OnPage:
    """The same advice without the spelling of the file.

    ``Write period_days under [retention].`` → ``Write “Period days” in “Retention”.``
    """
    tables: dict[str, None] = {}
    keys: dict[str, None] = {}

    def spoken(found: re.Match[str]) -> str:
        how = found.lastgroup or ""
        for group in ("entry_of", "under_of", "table_of"):
            if found[group] in BY_KEY:
                tables[found[group]] = None
                return _OF[group].format(BY_KEY[found[group]].heading)
        if how == "kind":
            tables["clauses"] = None
            return found[0]
        named = _keys_in(found)
        if found["code"] or (found["word"] and not named):
            word = found[0].strip('"').replace("_", " ")
            return f"“{word}”"
        if not named:
            return found[0]
        keys.update(dict.fromkeys(named))
        return _said(found, named)

    told = _SPELLING.sub(spoken, sentence)
    found = dict.fromkeys((*tables, *_of(keys, tables)))
    return OnPage(told, tuple(Place(name_of(BY_KEY[t]), BY_KEY[t].heading) for t in found))


_OF: Final = {"entry_of": "an entry in “{}”", "under_of": "in “{}”", "table_of": "“{}”"}


def _keys_in(found: re.Match[str]) -> list[str]:
    """The keys that a piece of a sentence names; none where one of its words is no key."""
    piece = found["key"] or found["equals_key"] or found["word"] or found["keys"] or ""
    words = re.findall(r"[a-z_0-9]+", piece.replace(" and ", ", "))
    return words if all(word in _FIELDS or word in _CRITERIA for word in words) else []


def _said(found: re.Match[str], named: Iterable[str]) -> str:
    """The labels of these keys, and what to write there."""
    labels = [f"“{label(key)}”" for key in named]
    if found["value"]:
        value = re.sub(r'[\[\]"]', "", found["value"]).replace("_", " ")
        value = {"true": "yes", "…": ""}.get(value, value)
        return f"{labels[0]}: {value}" if value else labels[0]
    if found["equals"]:
        return f"{labels[0]}:"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _of(keys: Iterable[str], tables: Iterable[str]) -> Iterable[str]:
    """The table of each key: one that the sentence names, else the top, else the only one. Some
    are filled in by signing or ending, and so have no place in the form."""
    known = set(tables)
    for key in keys:
        where = _FIELDS.get(key, ["legal_basis"])
        if key in MADE_ELSEWHERE or known.intersection(where):
            continue
        yield _TOP if _TOP in where else where[0]
