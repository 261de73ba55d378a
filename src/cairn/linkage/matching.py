"""The index's door to the engine: what is worth comparing, and how much speaks for one child."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.linkage.models import FittedModel
from cairn.linkage.sealing import Sealer
from cairn.warehouse.linking import blocking
from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.explaining import Explanation, explain
from cairn.warehouse.linking.groups import THRESHOLD, Pairs
from cairn.warehouse.linking.linking import compare
from cairn.warehouse.linking.model import Model, OtherVersion
from cairn.warehouse.linking.scoring import score
from cairn.warehouse.linking.standard import standardize

CEILING: Final = blocking.CEILING
_LONGEST: Final = 15.0
"""Bits of the longest bar."""
_FEW: Final = 500
"""Records that are compared one by one; for more of them an engine is worth its start."""

NO_PAIRS: Final = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


@dataclass(frozen=True)
class Fitted:
    """A model with the name by which evidence of it is known."""

    model: Model
    version: str


def fitted(sealer: Sealer) -> Fitted | None:
    """The model that the index weighs by; none before the first run, or after a new method."""
    version = FittedModel.objects.values_list("version", flat=True).first()
    return None if version is None else _opened(version, sealer)


@lru_cache(maxsize=2)
def _opened(version: str, sealer: Sealer) -> Fitted | None:
    """A model is large and read for every child that somebody types in: it is opened once."""
    row = FittedModel.objects.get(version=version)
    try:
        model = Model.from_json(sealer.unseal(version, bytes(row.sealed)).decode())
    except OtherVersion:
        return None
    return Fitted(model, version)


def fit(standard: pa.Table, sealer: Sealer, at: datetime) -> Pairs:
    """Every pair of all these records worth comparing, by a model that is fitted to them and kept;
    of nobody, none."""
    if not len(standard):
        return NO_PAIRS
    found = compare(standard)
    keep(found.model, sealer, at)
    return found.pairs


def beside(standard: pa.Table) -> tuple[Pairs, str]:
    """As ``fit``, but the model is not kept; the version that it would have."""
    if not len(standard):
        return NO_PAIRS, ""
    found = compare(standard)
    return found.pairs, _version(found.model.to_json())


def _version(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]


def keep(model: Model, sealer: Sealer, at: datetime) -> Fitted:
    """Keep a newly fitted model; earlier ones go, since they hold names."""
    text = model.to_json()
    version = _version(text)
    FittedModel.objects.exclude(version=version).delete()
    FittedModel.objects.get_or_create(
        version=version, defaults={"sealed": sealer.seal(version, text.encode()), "at": at}
    )
    return Fitted(model, version)


def keys(standard: pa.Table, sealer: Sealer) -> dict[str, list[int]]:
    """Record key → the keyed hashes of what it may share with another record of its child."""
    found: dict[str, list[int]] = {key: [] for key in standard["record_key"].to_pylist()}
    texts = blocking.keys(standard)
    for record, text in zip(texts["record_key"].to_pylist(), texts["key"].to_pylist(), strict=True):
        found[record].append(sealer.blocking(text))
    return found


@dataclass(frozen=True)
class Part:
    """What one kind of fact weighs, for one child (above 0) or against, and how long its bar is
    (0 to 100)."""

    fact: str
    finding: str
    bits: float

    @property
    def length(self) -> int:
        return round(min(abs(self.bits), _LONGEST) / _LONGEST * 100)


@dataclass(frozen=True)
class Explained:
    """Why two records, one of each side, weigh what they weigh: a sentence and its parts."""

    sentence: str
    weight: float
    parts: tuple[Part, ...]


def explained(
    said: pa.Table, one: Collection[str], other: Collection[str], model: Model
) -> tuple[Explained, ...]:
    """What speaks most for one child between two groups of records, and what most against it;
    once, where one pair says both."""
    rows = {r["record_key"]: r for r in model.prepare(standardize(said)).to_pylist()}
    patterns = sorted(
        {packed.of(rows[a], rows[b]) for a in one for b in other if a in rows and b in rows},
        key=lambda pattern: -float(model.weights(np.array([pattern]))[0]),
    )
    told = list(dict.fromkeys([*patterns[:1], *patterns[-1:]]))
    return tuple(_explained(explain(pattern, model)) for pattern in told)


def _explained(found: Explanation) -> Explained:
    parts = tuple(Part(p.fact, p.finding, p.bits) for p in found.evidence)
    return Explained(found.sentence, found.weight, parts)


def near(come: pa.Table, standing: pa.Table, model: Model) -> set[str]:
    """The keys of standing records that could be one child with one that comes."""
    if len(come) + len(standing) <= _FEW:
        found = score(come, standing, model)
        strong = found.filter(pc.greater_equal(found["weight"], THRESHOLD))
        return set(strong["right"].to_pylist())
    both = pa.concat_tables([come, standing]).sort_by("record_key")
    names = both["record_key"].to_pylist()
    coming = set(come["record_key"].to_pylist())
    pairs = compare(both, model).pairs
    strong = pairs.weight >= THRESHOLD
    return {
        name
        for a, b in zip(pairs.left[strong].tolist(), pairs.right[strong].tolist(), strict=True)
        if (names[a] in coming) != (names[b] in coming)
        for name in (names[a], names[b])
        if name not in coming
    }


def evidence(standard: pa.Table, model: Model) -> Pairs:
    """Every pair of these records worth comparing, by their places in the table, in bits."""
    if not len(standard):
        return NO_PAIRS
    if len(standard) > _FEW:
        return compare(standard, model).pairs
    place = {key: n for n, key in enumerate(standard["record_key"].to_pylist())}
    found = score(standard, standard, model)
    return Pairs(
        np.array([place[key] for key in found["left"].to_pylist()], np.int64),
        np.array([place[key] for key in found["right"].to_pylist()], np.int64),
        found["weight"].to_numpy(),
    )


__all__ = [
    "CEILING",
    "Explained",
    "Fitted",
    "Pairs",
    "Part",
    "beside",
    "evidence",
    "explained",
    "fit",
    "fitted",
    "keys",
    "near",
    "standardize",
]
