"""Reword the advice of a linter finding for the form.

A finding uses the spelling of the TOML file; the form shows labels and section headings.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cairn.governance.agreements.forms.format_fields import build_field_label
from cairn.governance.agreements.forms.section import KEYS_SET_ELSEWHERE, find_section_name
from cairn.governance.agreements.toml_format.declaration import FORMAT_TABLES, TABLE_BY_KEY
from cairn.policy.law import list_criteria_keys
from cairn.policy.vocabulary import LegalBasis

_TOP_KEY: Final = ""
"""The key of the top of the text."""

_TABLES_BY_FIELD: Final = {
    key: [table.key for table in FORMAT_TABLES if key in {field.key for field in table.fields}]
    for key in {field.key for table in FORMAT_TABLES for field in table.fields}
}

_CRITERIA_KEYS: Final = frozenset(key for basis in LegalBasis for key in list_criteria_keys(basis))

_TOML_SPELLING: Final = re.compile(
    r"""
      (?P<entry>an?\ \[\[(?P<entry_of>\w+)\]\]\ table)
    | (?P<under>under\ \[\[?(?P<under_of>\w+)\]\]?)
    | (?P<table>(?:the\ table\ |an?\ )?\[\[?(?P<table_of>\w+)\]\]?(?:\ table)?)
    | (?P<said>\b(?P<key>[a-z_]+)\ =\ (?P<value>\[[^\]]*\]|"[^"]*"(?:\ or\ "[^"]*")*|true))
    | (?P<equals>\b(?P<equals_key>[a-z_]+)\ =(?=\ ))
    | (?P<kind>clauses?\ of\ kind)
    | (?P<code>"[a-z_]+")
    | (?P<keys>(?<=Enter\ )[a-z_]+(?:,\ [a-z_]+)*(?:\ and\ [a-z_]+)?(?=[,.:]|\ under\ \[|\ with\ ))
    | (?P<word>(?<![\w.“])[a-z]+(?:_[a-z0-9]+)+(?!\w|\.\w))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class FormSectionLink:
    """A section of the form: its name in the URL, and its heading."""

    name: str
    heading: str


@dataclass(frozen=True, slots=True)
class FormAdvice:
    """A sentence in the words of the form, and the sections and keys that it mentions."""

    sentence: str
    places: tuple[FormSectionLink, ...]
    keys: tuple[str, ...] = ()


def reword_advice_for_form(sentence: str) -> FormAdvice:
    """Reword a finding's advice without the spelling of the TOML file.

    ``Enter period_days under [retention].`` becomes ``Enter “Period days” in “Retention”.``

    Args:
        sentence: the advice as the linter writes it.

    Returns:
        The reworded sentence and the sections that it mentions.
    """
    tables: dict[str, None] = {}
    keys: dict[str, None] = {}

    def reword_match(section_keys: re.Match[str]) -> str:
        group_name = section_keys.lastgroup or ""
        for group in ("entry_of", "under_of", "table_of"):
            if section_keys[group] in TABLE_BY_KEY:
                tables[section_keys[group]] = None
                return _PHRASE_BY_GROUP[group].format(TABLE_BY_KEY[section_keys[group]].heading)
        if group_name == "kind":
            tables["clauses"] = None
            return section_keys[0]
        named_keys = _find_keys(section_keys)
        if section_keys["code"] or (section_keys["word"] and not named_keys):
            word = section_keys[0].strip('"').replace("_", " ")
            return f"“{word}”"
        if not named_keys:
            return section_keys[0]
        keys.update(dict.fromkeys(named_keys))
        return _reword_keys(section_keys, named_keys)

    reworded = _TOML_SPELLING.sub(reword_match, sentence)
    section_keys = dict.fromkeys((*tables, *_find_tables_of_keys(keys, tables)))
    return FormAdvice(
        reworded,
        tuple(
            FormSectionLink(
                find_section_name(TABLE_BY_KEY[section_key]), TABLE_BY_KEY[section_key].heading
            )
            for section_key in section_keys
        ),
        tuple(keys),
    )


_PHRASE_BY_GROUP: Final = {
    "entry_of": "an entry in “{}”",
    "under_of": "in “{}”",
    "table_of": "“{}”",
}


def _find_keys(match: re.Match[str]) -> list[str]:
    """Return the keys that a piece of a sentence names; none if one of its words is not a key."""
    piece = match["key"] or match["equals_key"] or match["word"] or match["keys"] or ""
    words = re.findall(r"[a-z_0-9]+", piece.replace(" and ", ", "))
    return (
        words if all(word in _TABLES_BY_FIELD or word in _CRITERIA_KEYS for word in words) else []
    )


def _reword_keys(match: re.Match[str], keys: Iterable[str]) -> str:
    """Reword keys as labels, with the value to enter there."""
    labels = [f"“{build_field_label(key)}”" for key in keys]
    if match["value"]:
        value = re.sub(r'[\[\]"]', "", match["value"]).replace("_", " ")
        value = {"true": "yes", "…": ""}.get(value, value)
        return f"{labels[0]}: {value}" if value else labels[0]
    if match["equals"]:
        return f"{labels[0]}:"
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


def _find_tables_of_keys(keys: Iterable[str], tables: Iterable[str]) -> Iterable[str]:
    """Yield the table of each key: one that the sentence names, else the top, else the only one.

    Keys that are set by signing or termination have no place in the form.
    """
    named_tables = set(tables)
    for key in keys:
        candidate_tables = _TABLES_BY_FIELD.get(key, ["legal_basis"])
        if key in KEYS_SET_ELSEWHERE or named_tables.intersection(candidate_tables):
            continue
        yield _TOP_KEY if _TOP_KEY in candidate_tables else candidate_tables[0]
