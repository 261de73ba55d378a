"""The index's door to the engine: what is worth comparing, and how much speaks for one child."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

import numpy as np
import pyarrow as pa
from django.conf import settings

from cairn.linkage.bulk import rows
from cairn.linkage.comparing import Weighed
from cairn.linkage.models import FittedModel
from cairn.linkage.sealing import Sealer
from cairn.warehouse.linking import patterns as packed
from cairn.warehouse.linking.engines import opened
from cairn.warehouse.linking.explaining import Explanation, explain
from cairn.warehouse.linking.groups import Pairs, Places
from cairn.warehouse.linking.linking import compare, people
from cairn.warehouse.linking.model import Model, OtherVersion
from cairn.warehouse.linking.scoring import Opened
from cairn.warehouse.linking.standard import standardize

_LONGEST: Final = 15.0
"""Bits of the longest bar."""
_NO_PAIRS: Final = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
_NOT_ONE: Final = np.zeros(0, np.bool_)


@dataclass(frozen=True)
class Fitted:
    """A model with the name by which evidence of it is known."""

    model: Model
    version: str


def fitted(sealer: Sealer) -> Fitted | None:
    """The model that the index weighs by; none before the first run, or after a new method."""
    newest = rows("SELECT version FROM linkage_fittedmodel ORDER BY at DESC, id DESC LIMIT 1")
    return _opened(newest[0][0], sealer) if newest else None


def outdated(sealer: Sealer) -> bool:
    """Whether the index was weighed by comparisons that this version no longer makes."""
    return FittedModel.objects.exists() and fitted(sealer) is None


@lru_cache(maxsize=2)
def _opened(version: str, sealer: Sealer) -> Fitted | None:
    """A model is large and read for every child that somebody types in: it is opened once."""
    row = FittedModel.objects.get(version=version)
    try:
        model = Model.from_json(sealer.unseal(version, bytes(row.sealed)).decode())
    except OtherVersion:
        return None
    return Fitted(model, version)


def fit(
    standard: pa.Table, sealer: Sealer, at: datetime, together: Places, apart: Places
) -> tuple[Weighed, Model | None]:
    """Who is who among all these records, by a model that is fitted to them and kept."""
    if not len(standard):
        return _nobody(), None
    found = compare(standard, on=engine())
    person, model = people(standard, found, together=together, apart=apart)
    keep(model, sealer, at)
    return Weighed(found.pairs, found.twins, person), model


def beside(standard: pa.Table, together: Places, apart: Places) -> tuple[Places, Model | None]:
    """As ``fit``, but the model is not kept: the people, and the model."""
    if not len(standard):
        return _nobody().person, None
    return people(standard, compare(standard, on=engine()), together=together, apart=apart)


def _nobody() -> Weighed:
    return Weighed(_NO_PAIRS, _NOT_ONE, np.zeros(0, np.int64))


def engine() -> Opened:
    """What compares all records of the index: the engine that this installation names."""
    return opened(settings.CAIRN_ENGINE)


def version(text: str) -> str:
    """Names a model by what it says."""
    return sha256(text.encode()).hexdigest()[:16]


def keep(model: Model, sealer: Sealer, at: datetime) -> Fitted:
    """Keep a newly fitted model; earlier ones go, since they hold names."""
    text = model.to_json()
    name = version(text)
    FittedModel.objects.exclude(version=name).delete()
    FittedModel.objects.get_or_create(
        version=name, defaults={"sealed": sealer.seal(name, text.encode()), "at": at}
    )
    return Fitted(model, name)


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
    found = {r["record_key"]: r for r in model.prepare(standardize(said)).to_pylist()}
    patterns = sorted(
        {packed.of(found[a], found[b]) for a in one for b in other if a in found and b in found},
        key=lambda pattern: -float(model.weights(np.array([pattern]))[0]),
    )
    told = list(dict.fromkeys([*patterns[:1], *patterns[-1:]]))
    return tuple(_explained(explain(pattern, model)) for pattern in told)


def _explained(found: Explanation) -> Explained:
    parts = tuple(Part(p.fact, p.finding, p.bits) for p in found.evidence)
    return Explained(found.sentence, found.weight, parts)


__all__ = [
    "Explained",
    "Fitted",
    "Part",
    "beside",
    "explained",
    "fit",
    "fitted",
    "keep",
    "outdated",
    "version",
]
