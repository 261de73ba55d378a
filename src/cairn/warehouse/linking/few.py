"""A few records, row by row: what an engine does with millions takes one child a millisecond here.

Rows are mappings with the columns of ``standard.FIELDS``, of which any may be missing; a property
test holds their standard form to that of ``standard.standardize``.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

import numpy as np

from cairn.warehouse.linking import blocking, spelling, streets
from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.given_names import long_forms
from cairn.warehouse.linking.groups import Pairs
from cairn.warehouse.linking.linking import Compared
from cairn.warehouse.linking.model import Model
from cairn.warehouse.linking.standard import STANDARD

Row: TypeAlias = dict[str, Any]
_UNITED: Final = frozenset({"given_forms", "name_words", "other_words", "household"})
"""A key that says different things has all of these, and the least of everything else."""
_NO_BIRTH: Final = {
    field.name: None
    for field in STANDARD
    if field.name.startswith("birth_") or field.name == "new_year"
}


class Few:
    """Records that are compared one by one, as they are added."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._rows: dict[str, Row] = {}
        self._keys: dict[str, list[str]] = {}
        self._clues: dict[str, list[str]] = {}
        self._patterns: dict[tuple[str, str], int] = {}

    def add(self, said: Iterable[Mapping[str, Any]]) -> None:
        """More records, each with all that is said of it."""
        for key, row in standard_rows(said).items():
            known = self._model.prepare_row(row)
            self._rows[key], self._keys[key] = known, blocking.texts(row)
            plain = all(known[name] == row[name] for name in ("household", "local_id"))
            self._clues[key] = self._keys[key] if plain else blocking.texts(known)

    def keys(self) -> dict[str, list[str]]:
        """Record key → the texts of its blocking keys, of all that were added."""
        return self._keys

    def compared(self, names: Collection[str], others: Collection[str]) -> Compared:
        """Every pair of one of ``names`` and one of ``others`` that shares a key, each once, by
        the places of both in the order of all keys of both."""
        place = {key: n for n, key in enumerate(sorted({*names, *others}))}
        found = sorted(self._pairs(names, others, place))
        patterns = np.array([self._pattern(*two) for two in found], np.int32)
        left, right = np.array([(place[a], place[b]) for a, b in found], np.int64).reshape(-1, 2).T
        bits, twins = self._model.weighed(patterns)
        return Compared(Pairs(left, right, bits), twins, self._model)

    def standard(self, names: Iterable[str]) -> list[Row]:
        """Their rows as they are compared."""
        return [self._rows[name] for name in names]

    def _pairs(
        self, names: Collection[str], others: Collection[str], place: Mapping[str, int]
    ) -> set[tuple[str, str]]:
        bearers: dict[str, list[str]] = {}
        for key in others:
            for text in self._clues[key]:
                bearers.setdefault(text, []).append(key)
        return {
            (one, other) if place[one] < place[other] else (other, one)
            for one in names
            for text in self._clues[one]
            for other in bearers.get(text, ())
            if one != other
        }

    def _pattern(self, one: str, other: str) -> int:
        found = self._patterns.get((one, other))
        if found is None:
            found = packed.of(self._rows[one], self._rows[other])
            self._patterns[one, other] = found
        return found


def standard_rows(said: Iterable[Mapping[str, Any]]) -> dict[str, Row]:
    """Record key → its ``STANDARD`` row."""
    found: dict[str, Row] = {}
    for row in said:
        key = row["record_key"]
        one = _standard(row)
        found[key] = _folded(found[key], one) if key in found else one
    return found


def _standard(said: Mapping[str, Any]) -> Row:
    words = spelling.given_words(said.get("given_name") or "")
    preferred = spelling.given_words(said.get("preferred_name") or "")
    forms = sorted({*long_forms(words), *long_forms(preferred)})
    given = words or preferred
    middle = spelling.given_words(said.get("middle_name") or "")
    family = spelling.family_words(said.get("family_name") or "")
    postal, street = (
        _one(said, "postal_code", spelling.postal),
        _one(said, "street", streets.street),
    )
    name, email = "".join(given), said.get("email")
    gender, surname = said.get("gender"), said.get("family_name")
    return {
        "record_key": said["record_key"],
        "source": said.get("source"),
        "local_id": _one(said, "local_id", spelling.code),
        "state_id": _one(said, "state_id", spelling.code),
        "given": name or None,
        "initial": name[:1] or None,
        "given_words": given,
        "given_forms": forms,
        "middle_words": middle,
        "middle_initial": "".join(middle)[:1] or None,
        "other_words": [*middle, *spelling.email_words(email or "")],
        "family": " ".join(family) or None,
        "family_words": family,
        "name_words": [*forms, *family],
        "suffix": _one(said, "suffix", spelling.suffix)
        or (None if surname is None else spelling.suffix(surname)),
        **_NO_BIRTH,
        **(spelling.birth(_day(said.get("birth_date"))) or {}),
        "gender": gender if gender in ("F", "M") else None,
        "postal": postal,
        "household": _household(said, street, postal),
        "address": street,
    }


def _one(said: Mapping[str, Any], name: str, spell: Any) -> str | None:
    value = said.get(name)
    return None if value is None else spell(value)


def _day(said: str | date | None) -> date | None:
    return date.fromisoformat(said) if isinstance(said, str) else said


def _household(said: Mapping[str, Any], street: str | None, postal: str | None) -> list[str]:
    values = (
        ("a", street and (f"{street} {postal}" if postal else street)),
        ("e", _one(said, "email", spelling.email)),
        ("g", _one(said, "guardian_name", spelling.person)),
        ("p", _one(said, "phone", spelling.phone)),
    )
    return [f"{letter} {value}" for letter, value in values if value is not None]


def _folded(one: Row, other: Row) -> Row:
    """One record that is said in two ways."""
    return {
        name: sorted({*one[name], *other[name]})
        if name in _UNITED
        else min((v for v in (one[name], other[name]) if v is not None), default=None)
        for name in one
    }
