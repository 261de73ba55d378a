"""The index's door to the engine: what is worth comparing, and how much speaks for one child."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import numpy as np
import pyarrow as pa

from cairn.linkage.models import FittedModel
from cairn.linkage.sealing import Sealer
from cairn.warehouse.linking import blocking
from cairn.warehouse.linking.groups import Pairs
from cairn.warehouse.linking.linking import compare
from cairn.warehouse.linking.model import Model, OtherVersion
from cairn.warehouse.linking.scoring import score
from cairn.warehouse.linking.standard import standardize

CEILING: Final = blocking.CEILING
_FEW: Final = 400
"""Records that are compared one by one; for more of them an engine is worth its start."""

NO_PAIRS: Final = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))


@dataclass(frozen=True)
class Fitted:
    """A model with the name by which evidence of it is known."""

    model: Model
    version: str


def fitted(sealer: Sealer) -> Fitted | None:
    """The model that the index weighs by; none before the first run, or after a new method."""
    row = FittedModel.objects.first()
    if row is None:
        return None
    try:
        model = Model.from_json(sealer.unseal(row.version, bytes(row.sealed)).decode())
    except OtherVersion:
        return None
    return Fitted(model, row.version)


def fit(standard: pa.Table, sealer: Sealer, at: datetime) -> Pairs:
    """Every pair of all these records worth comparing, by a model that is fitted to them and kept;
    of nobody, none."""
    if not len(standard):
        return NO_PAIRS
    found = compare(standard)
    keep(found.model, sealer, at)
    return found.pairs


def keep(model: Model, sealer: Sealer, at: datetime) -> Fitted:
    """Keep a newly fitted model; earlier ones go, since they hold names."""
    text = model.to_json()
    version = sha256(text.encode()).hexdigest()[:16]
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


__all__ = ["CEILING", "Fitted", "Pairs", "evidence", "fit", "fitted", "keys", "standardize"]
