"""Hold what agreement is worth in one community; learned without labels, stored as JSON.

Weights are log2 posterior odds (bits): the likelihood ratios of Fellegi and Sunter (1969) times the
share of each kind of pair, against twins, siblings and strangers together.
"""

import json
import re
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

from cairn.matching.comparison import (
    COMPARISONS,
    GIVEN_NAME_COMPARISON,
    RARITY_GRADES,
    SURNAME_COMPARISON,
    decode_patterns,
)
from cairn.policy.engine import StoredNameKind, find_stored_name

__all__ = ["MatchModel", "ModelVersionMismatch"]

_STANDARDIZATION_VERSION: Final = 2
"""Raise this when standardization changes, since the same words then compare differently."""


def _describe_comparisons() -> str:
    """Describe standardization and comparisons in the text that the version hashes.

    Class names are the stored ones: a stored model outlives the renaming of a class.
    """
    return re.sub(
        r"\w+(?=\()",
        lambda match: find_stored_name(StoredNameKind.COMPARISON_CLASS, match[0]),
        repr((_STANDARDIZATION_VERSION, COMPARISONS)),
    )


MODEL_VERSION: Final = sha256(_describe_comparisons().encode()).hexdigest()[:12]
"""Changes with standardization and comparisons; another version must be learned again."""

Weights: TypeAlias = npt.NDArray[np.float64]

PAIR_KINDS: Final = ("same", "twins", "siblings", "strangers")
"""The kinds of pairs, by how the two records are related."""

_GRADE_EDGES: Final = tuple(reversed(RARITY_GRADES))


class ModelVersionMismatch(Exception):
    """A stored model was learned with other comparisons and must be learned again."""


@dataclass(frozen=True)
class MatchModel:
    """Probabilities of levels for four kinds of pairs, and how common names are.

    Attributes:
        same: share of pairs of one person among all pairs of records.
        twins: share of pairs of twins.
        siblings: share of pairs of other siblings.
        levels: comparison → kind of pair → P(level number), from number 1.
        given: share of records with each given name that many records have.
        family: the same for surnames.
        shared: addresses, phone numbers and the like of so many families that they identify no
            household (shelters, schools, help lines).
        loose_ids: sources that give one local ID to a whole family, or a new one each year.
        namesakes: how many times as many strangers share both names as would if names were
            independent.
        rosters: source → birth year → evidence (bits) of a student's absence from that source
            (`twin_resolution`).
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
        """Return the model as text that `from_json` reads."""
        return json.dumps(
            {
                **asdict(self),
                "shared": sorted(self.shared),
                "loose_ids": sorted(self.loose_ids),
                "version": MODEL_VERSION,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "MatchModel":
        """Read a stored model.

        Raises:
            ModelVersionMismatch: the model was learned with other comparisons.
        """
        stored: dict[str, Any] = json.loads(text)
        if stored.pop("version", None) != MODEL_VERSION:
            raise ModelVersionMismatch(
                "This model was trained with different comparisons. Train it again."
            )
        stored_sets = {name: frozenset(stored[name]) for name in ("shared", "loose_ids")}
        return cls(**{**stored, **stored_sets})

    def prepare(self, standard: pa.Table) -> pa.Table:
        """Add the model's knowledge of names to standard records; drop shared household values."""
        given, family = standard["given"], standard["family"]
        words = standard["family_words"]
        columns = {
            "given_grade": _grade_column(given, lambda name: _grade_name(self.given, name)),
            "given_odd": pc.equal(
                _grade_column(given, lambda known_name: _grade_name(self.given, known_name)),
                len(RARITY_GRADES),
            ),
            "family_grade": _grade_column(family, lambda name: _grade_name(self.family, name)),
            "family_odd": pc.equal(
                _grade_column(family, lambda known_name: _grade_name(self.family, known_name)),
                len(RARITY_GRADES),
            ),
            "family_rare": _filter_list_values(
                words,
                _test_list_values(
                    words,
                    lambda surname_word: _grade_name(self.family, surname_word) >= _RARE_GRADE,
                ),
            ),
        }
        household = standard["household"]
        is_household_value = pc.invert(
            pc.is_in(_flatten_lists(household), pa.array(sorted(self.shared), pa.string()))
        )
        has_loose_ids = pc.is_in(standard["source"], pa.array(sorted(self.loose_ids), pa.string()))
        ids = pc.if_else(has_loose_ids, pa.scalar(None, pa.string()), standard["local_id"])
        table = _replace_columns(
            standard, household=_filter_list_values(household, is_household_value), local_id=ids
        )
        for name, column in columns.items():
            table = table.append_column(name, column)
        return table

    def prepare_row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Prepare one standardized row, as `prepare` does a table."""
        given = _grade_name(self.given, row["given"])
        family = _grade_name(self.family, row["family"])
        return {
            **row,
            "given_grade": given,
            "given_odd": given == len(RARITY_GRADES),
            "family_grade": family,
            "family_odd": family == len(RARITY_GRADES),
            "family_rare": [
                surname_word
                for surname_word in row["family_words"]
                if _grade_name(self.family, surname_word) >= _RARE_GRADE
            ],
            "household": [value for value in row["household"] if value not in self.shared],
            "local_id": None if row["source"] in self.loose_ids else row["local_id"],
        }

    def compute_weights(self, patterns: npt.NDArray[np.integer]) -> Weights:
        """Compute the bits of evidence for one person, against all other kinds together."""
        return self.compute_weights_and_twins(patterns)[0]

    def compute_weights_and_twins(
        self, patterns: npt.NDArray[np.integer]
    ) -> tuple[Weights, npt.NDArray[np.bool_]]:
        """Compute the weights, and which pairs are most likely twins if not one child."""
        likelihoods = self.compute_log_joint_probabilities(patterns)
        same_likelihoods, other_likelihoods = likelihoods[0], likelihoods[1:]
        twins = other_likelihoods.argmax(axis=0) == PAIR_KINDS.index("twins") - 1
        return np.asarray(
            same_likelihoods - np.logaddexp2.reduce(other_likelihoods, axis=0)
        ), np.asarray(twins)

    def compute_log_joint_probabilities(self, patterns: npt.NDArray[np.integer]) -> Weights:
        """Compute log2 of P(kind of pair and pattern), one row for each kind in `PAIR_KINDS`."""
        numbers = decode_patterns(patterns)
        log_likelihoods = np.empty((len(PAIR_KINDS), len(patterns)))
        for row, (kind, share) in enumerate(
            zip(PAIR_KINDS, (self.same, self.twins, self.siblings, 1.0), strict=True)
        ):
            log_likelihoods[row] = np.log2(share)
            for index, level_bits in enumerate(self._level_bits[kind]):
                log_likelihoods[row] += level_bits[numbers[:, index]]
        log_likelihoods[PAIR_KINDS.index("strangers")] += _has_same_full_name(numbers) * np.log2(
            self.namesakes
        )
        return log_likelihoods

    @cached_property
    def _level_bits(self) -> dict[str, list[Weights]]:
        """Return for each kind and comparison log2 P(level number); 0 for missing."""
        return {
            kind: [
                np.log2(np.concatenate([[1.0], self.levels[comparison.name][kind]]))
                for comparison in COMPARISONS
            ]
            for kind in PAIR_KINDS
        }


def _replace_columns(table: pa.Table, **columns: pa.Array | pa.ChunkedArray) -> pa.Table:
    for name, column in columns.items():
        table = table.set_column(table.schema.get_field_index(name), name, column)
    return table


def _has_same_full_name(numbers: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Decide where given name and surname are the same; it is the first level of both."""
    is_same = np.ones(len(numbers), bool)
    for comparison in (GIVEN_NAME_COMPARISON, SURNAME_COMPARISON):
        number = numbers[:, COMPARISONS.index(comparison)]
        is_same &= (number > 0) & (number <= comparison.levels[0].width)
    return is_same


_RARE_GRADE: Final = 2


def _grade_name(shares: Mapping[str, float], name: str) -> int:
    """Grade a name: 0 for the most common names, `len(RARITY_GRADES)` for the rarest."""
    return len(RARITY_GRADES) - bisect_left(_GRADE_EDGES, shares.get(name, 0.0))


def _grade_column(column: pa.ChunkedArray, grade_name: Any) -> pa.Array:
    encoded = column.combine_chunks().dictionary_encode()
    grades = pa.array([grade_name(name) for name in encoded.dictionary.to_pylist()], pa.int32())
    return pc.fill_null(grades.take(encoded.indices), len(RARITY_GRADES))


def _flatten_lists(lists: pa.ChunkedArray) -> pa.Array:
    return lists.combine_chunks().flatten()


def _test_list_values(lists: pa.ChunkedArray, accepts: Any) -> pa.Array:
    encoded = _flatten_lists(lists).dictionary_encode()
    accepted = pa.array([accepts(value) for value in encoded.dictionary.to_pylist()], pa.bool_())
    return accepted.take(encoded.indices)


def _filter_list_values(lists: pa.ChunkedArray, keep: pa.Array) -> pa.Array:
    """Keep only those values of the lists for which `keep` is true."""
    is_kept = keep.to_numpy(zero_copy_only=False).astype(bool)
    lengths = pc.list_value_length(lists.combine_chunks()).to_numpy(zero_copy_only=False)
    before = np.concatenate([[0], np.cumsum(is_kept)])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    return pa.ListArray.from_arrays(
        pa.array(before[ends].astype(np.int32)), _flatten_lists(lists).filter(pa.array(is_kept))
    )
