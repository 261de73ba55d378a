"""Fit, store and apply the match model of the person index."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.utils.translation import gettext_lazy

from cairn.data.identity.comparison.record_comparer import WeighedRecords
from cairn.data.identity.models.match_history import FittedModel
from cairn.data.identity.storage.sql import select_rows
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.matching import scoring
from cairn.matching.clustering import Positions, WeightedPairs
from cairn.matching.comparison import ComparerFactory, compute_pattern, get_comparer_factory
from cairn.matching.pipeline import resolve_people
from cairn.matching.standardize import standardize_records

_MAX_BAR_BITS: Final = 15.0
"""Bits of the longest bar."""

_NO_PAIRS: Final = WeightedPairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
_NO_TWINS: Final = np.zeros(0, np.bool_)


@dataclass(frozen=True)
class StoredModel:
    """A model and the version that identifies evidence computed with it."""

    model: scoring.MatchModel
    version: str


def load_fitted_model(sealer: IdentitySealer) -> StoredModel | None:
    """Load the model that the index weighs with.

    Args:
        sealer: decrypts the model.
    Returns:
        The model, or None before the first run or after a change of method.
    """
    newest = select_rows(
        "SELECT version FROM linkage_fittedmodel ORDER BY at DESC, id DESC LIMIT 1"
    )
    return _load_model_version(newest[0][0], sealer) if newest else None


def is_model_outdated(sealer: IdentitySealer) -> bool:
    """Decide whether the index was weighed with comparisons that this version no longer makes.

    Args:
        sealer: decrypts the model.
    Returns:
        True if all records must be weighed again.
    """
    return FittedModel.objects.exists() and load_fitted_model(sealer) is None


@lru_cache(maxsize=2)
def _load_model_version(version: str, sealer: IdentitySealer) -> StoredModel | None:
    """Load a model once: it is large, and read for every child that a user types in."""
    row = FittedModel.objects.get(version=version)
    try:
        model = scoring.MatchModel.from_json(sealer.unseal(version, bytes(row.sealed)).decode())
    except scoring.ModelVersionMismatch:
        return None
    return StoredModel(model, version)


def fit_model(
    standard: pa.Table,
    sealer: IdentitySealer,
    at: datetime,
    must_link: Positions,
    cannot_link: Positions,
) -> tuple[WeighedRecords, scoring.MatchModel | None]:
    """Fit a model to all records, store it, and resolve the people.

    Args:
        standard: standardized records.
        sealer: encrypts the model.
        at: the current time.
        must_link: two rows of positions that reviewers decided are one child.
        cannot_link: two rows of positions that reviewers decided are two children.
    Returns:
        The weighed records, and the model (None if there are no records).
    """
    if not len(standard):
        return _weigh_no_records(), None
    scored_pairs = scoring.score_pairs(standard, open_comparer=choose_engine())
    person, model = resolve_people(
        standard, scored_pairs, must_link=must_link, cannot_link=cannot_link
    )
    store_model(model, sealer, at)
    return WeighedRecords(scored_pairs.pairs, scored_pairs.twins, person), model


def fit_shadow_model(
    standard: pa.Table, must_link: Positions, cannot_link: Positions
) -> tuple[Positions, scoring.MatchModel | None]:
    """Fit a model to all records and resolve the people, without storing the model.

    Args:
        standard: standardized records.
        must_link: two rows of positions that reviewers decided are one child.
        cannot_link: two rows of positions that reviewers decided are two children.
    Returns:
        The smallest position of each record's person, and the model (None if there are no records).
    """
    if not len(standard):
        return _weigh_no_records().person, None
    return resolve_people(
        standard,
        scoring.score_pairs(standard, open_comparer=choose_engine()),
        must_link=must_link,
        cannot_link=cannot_link,
    )


def _weigh_no_records() -> WeighedRecords:
    return WeighedRecords(_NO_PAIRS, _NO_TWINS, np.zeros(0, np.int64))


def choose_engine() -> ComparerFactory:
    """Choose the configured engine to compare all records of the index.

    Returns:
        A function that opens a comparer.
    """
    return get_comparer_factory(settings.CAIRN_ENGINE)


def compute_model_version(text: str) -> str:
    """Compute the version of a model from its content.

    Args:
        text: the model as JSON.
    Returns:
        16 hexadecimal digits.
    """
    return sha256(text.encode()).hexdigest()[:16]


def store_model(model: scoring.MatchModel, sealer: IdentitySealer, at: datetime) -> StoredModel:
    """Store a newly fitted model and delete earlier ones, since they hold names.

    Args:
        model: the model.
        sealer: encrypts it.
        at: the current time.
    Returns:
        The model with its version.
    """
    text = model.to_json()
    name = compute_model_version(text)
    FittedModel.objects.exclude(version=name).delete()
    FittedModel.objects.get_or_create(
        version=name, defaults={"sealed": sealer.seal(name, text.encode()), "at": at}
    )
    return StoredModel(model, name)


@dataclass(frozen=True)
class EvidencePart:
    """The weight of one kind of fact, for one child (above 0) or against (below 0).

    `length`: the length of its bar, 0 to 100.
    """

    fact: str
    finding: str
    bits: float

    @property
    def length(self) -> int:
        return round(min(abs(self.bits), _MAX_BAR_BITS) / _MAX_BAR_BITS * 100)


_FACT_LABELS: Final = {
    "given name": gettext_lazy("First name"),
    "surname": gettext_lazy("Last name"),
    "birth date": gettext_lazy("Birth date"),
    "household": gettext_lazy("Address and contact"),
    "state id": gettext_lazy("State student ID"),
    "roster": gettext_lazy("Local student ID"),
    "middle name": gettext_lazy("Middle name"),
    "gender": gettext_lazy("Sex"),
}


@dataclass(frozen=True)
class ExplainedPair:
    """Why two records, one of each side, weigh what they weigh: a sentence and its parts."""

    sentence: str
    weight: float
    parts: tuple[EvidencePart, ...]


def explain_groups(
    statements: pa.Table,
    left_keys: Collection[str],
    right_keys: Collection[str],
    model: scoring.MatchModel,
) -> tuple[ExplainedPair, ...]:
    """Explain the strongest pair for one child between two groups, and the strongest against.

    Args:
        statements: everything that is stated of the records.
        left_keys: record keys of one side.
        right_keys: record keys of the other side.
        model: the model that weighs pairs.
    Returns:
        Two explanations; one if the same pair is both.
    """
    prepared_rows = {
        prepared_row["record_key"]: prepared_row
        for prepared_row in model.prepare(standardize_records(statements)).to_pylist()
    }
    patterns = sorted(
        {
            compute_pattern(prepared_rows[left], prepared_rows[right])
            for left in left_keys
            for right in right_keys
            if left in prepared_rows and right in prepared_rows
        },
        key=lambda pattern: -float(model.compute_weights(np.array([pattern]))[0]),
    )
    extreme_patterns = list(dict.fromkeys([*patterns[:1], *patterns[-1:]]))
    return tuple(
        _describe_explanation(scoring.explain_pattern(pattern, model))
        for pattern in extreme_patterns
    )


def _describe_explanation(explanation: scoring.MatchExplanation) -> ExplainedPair:
    parts = tuple(
        EvidencePart(str(_FACT_LABELS.get(piece.fact, piece.fact)), piece.words, piece.bits)
        for piece in explanation.evidence
    )
    return ExplainedPair(explanation.sentence, explanation.weight, parts)
