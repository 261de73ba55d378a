"""What the levels of agreement are worth in one community. Learned without labels, kept as JSON."""

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.comparisons import COMPARISONS, FAMILY, GIVEN, GRADES

_READING: Final = 2
"""Counts up when records are read otherwise than before: then the same words compare otherwise."""
VERSION: Final = sha256(repr((_READING, COMPARISONS)).encode()).hexdigest()[:12]
"""Changes with the reading and the comparisons: a model of another version is learned anew."""

Weights: TypeAlias = npt.NDArray[np.float64]
KINDS: Final = ("same", "twins", "siblings", "strangers")
"""Of pairs, by who they are."""
_EDGES: Final = tuple(reversed(GRADES))


class OtherVersion(Exception):
    """A kept model was learned with other comparisons; learn it anew."""


@dataclass(frozen=True)
class Model:
    """Probabilities of levels for four kinds of pairs, and how common names are.

    ``same``, ``twins`` and ``siblings`` are shares of all pairs of records. ``levels`` is
    comparison → kind → P(level number), from number 1. ``given`` and ``family`` hold the shares
    of names that many records bear; ``shared`` the addresses, phones and the like of so many
    families that they say nothing of a household (shelters, schools, help lines), ``loose_ids``
    the sources whose own ids are no child's but a family's or a year's. ``namesakes``: how many
    times as many strangers share both names as if names did not go together. ``rosters``: source →
    birth year → what it says that a child of that age is not in the source (``rosters.worth``).
    """

    same: float
    twins: float
    siblings: float
    levels: Mapping[str, Mapping[str, list[float]]]
    given: Mapping[str, float] = field(default_factory=dict)
    family: Mapping[str, float] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    loose_ids: frozenset[str] = frozenset()
    namesakes: float = 1.0
    records: int = 0
    rosters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def to_json(self) -> str:
        """As text that ``from_json`` reads."""
        return json.dumps(
            {
                **asdict(self),
                "shared": sorted(self.shared),
                "loose_ids": sorted(self.loose_ids),
                "version": VERSION,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Model":
        """The model that was kept. Raises ``OtherVersion``."""
        kept: dict[str, Any] = json.loads(text)
        if kept.pop("version", None) != VERSION:
            raise OtherVersion("This model was learned with other comparisons. Learn it anew.")
        sets = {name: frozenset(kept[name]) for name in ("shared", "loose_ids")}
        return cls(**{**kept, **sets})

    def prepare(self, standard: pa.Table) -> pa.Table:
        """The standard rows with what the model knows of their names, and without the household's
        values that many families share."""
        given, family = standard["given"], standard["family"]
        words = standard["family_words"]
        columns = {
            "given_grade": _mapped(given, lambda name: _grade(self.given, name)),
            "given_odd": pc.equal(_mapped(given, lambda n: _grade(self.given, n)), len(GRADES)),
            "family_grade": _mapped(family, lambda name: _grade(self.family, name)),
            "family_odd": pc.equal(_mapped(family, lambda n: _grade(self.family, n)), len(GRADES)),
            "family_rare": _kept(words, _each(words, lambda w: _grade(self.family, w) >= _RARE)),
        }
        household = standard["household"]
        keep = pc.invert(pc.is_in(_values(household), pa.array(sorted(self.shared), pa.string())))
        loose = pc.is_in(standard["source"], pa.array(sorted(self.loose_ids), pa.string()))
        ids = pc.if_else(loose, pa.scalar(None, pa.string()), standard["local_id"])
        table = _with(standard, household=_kept(household, keep), local_id=ids)
        for name, column in columns.items():
            table = table.append_column(name, column)
        return table

    def prepare_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """As ``prepare``, one standard row."""
        given = _grade(self.given, row["given"])
        family = _grade(self.family, row["family"])
        return {
            **row,
            "given_grade": given,
            "given_odd": given == len(GRADES),
            "family_grade": family,
            "family_odd": family == len(GRADES),
            "family_rare": [w for w in row["family_words"] if _grade(self.family, w) >= _RARE],
            "household": [value for value in row["household"] if value not in self.shared],
            "local_id": None if row["source"] in self.loose_ids else row["local_id"],
        }

    def weights(self, patterns: npt.NDArray[np.integer]) -> Weights:
        """Bits of evidence for one person, against twins, siblings and strangers together."""
        return self.weighed(patterns)[0]

    def weighed(self, patterns: npt.NDArray[np.integer]) -> tuple[Weights, npt.NDArray[np.bool_]]:
        """The same, and which pairs, if they are not one child, are likeliest twins."""
        likely = self.likelihoods(patterns)
        same, others = likely[0], likely[1:]
        twins = others.argmax(axis=0) == KINDS.index("twins") - 1
        return np.asarray(same - np.logaddexp2.reduce(others, axis=0)), np.asarray(twins)

    def likelihoods(self, patterns: npt.NDArray[np.integer]) -> Weights:
        """log2 of P(kind of pair and pattern), one row for each of ``KINDS``."""
        numbers = packed.numbers(patterns)
        found = np.empty((len(KINDS), len(patterns)))
        for row, (kind, share) in enumerate(
            zip(KINDS, (self.same, self.twins, self.siblings, 1.0), strict=True)
        ):
            found[row] = np.log2(share)
            for place, table in enumerate(self._bits[kind]):
                found[row] += table[numbers[:, place]]
        found[KINDS.index("strangers")] += _same_name(numbers) * np.log2(self.namesakes)
        return found

    @cached_property
    def _bits(self) -> dict[str, list[Weights]]:
        """Kind → for each comparison log2 P(level number); 0 for missing."""
        return {
            kind: [np.log2(np.concatenate([[1.0], self.levels[c.name][kind]])) for c in COMPARISONS]
            for kind in KINDS
        }


def _with(table: pa.Table, **columns: pa.Array | pa.ChunkedArray) -> pa.Table:
    for name, column in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def _same_name(numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Where given name and surname are the same; it is the first level of both."""
    found = np.ones(len(numbers), bool)
    for comparison in (GIVEN, FAMILY):
        number = numbers[:, COMPARISONS.index(comparison)]
        found &= (number > 0) & (number <= comparison.levels[0].width)
    return found


_RARE: Final = 2


def _grade(shares: Mapping[str, float], name: str) -> int:
    """0 for the commonest names, ``len(GRADES)`` for those that hardly anybody bears."""
    return len(GRADES) - bisect_left(_EDGES, shares.get(name, 0.0))


def _mapped(column: pa.ChunkedArray, grade: Any) -> pa.Array:
    encoded = column.combine_chunks().dictionary_encode()
    grades = pa.array([grade(name) for name in encoded.dictionary.to_pylist()], pa.int32())
    return pc.fill_null(grades.take(encoded.indices), len(GRADES))


def _values(lists: pa.ChunkedArray) -> pa.Array:
    return lists.combine_chunks().flatten()


def _each(lists: pa.ChunkedArray, test: Any) -> pa.Array:
    encoded = _values(lists).dictionary_encode()
    held = pa.array([test(value) for value in encoded.dictionary.to_pylist()], pa.bool_())
    return held.take(encoded.indices)


def _kept(lists: pa.ChunkedArray, keep: pa.Array) -> pa.Array:
    """The lists with only those of their values that ``keep`` is true for."""
    kept = keep.to_numpy(zero_copy_only=False).astype(bool)
    lengths = pc.list_value_length(lists.combine_chunks()).to_numpy(zero_copy_only=False)
    before = np.concatenate([[0], np.cumsum(kept)])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return pa.ListArray.from_arrays(
        pa.array(before[ends].astype(np.int32)), _values(lists).filter(pa.array(kept))
    )
