"""Perturb counts by the cell-key method: the noise belongs to the people counted.

Each record has a key, drawn from a secret and its id; the keys of a cell's records add up to the
cell's key, and that looks up how far its number is moved. So the same people have the same noise
wherever they are counted, and counting them again and again reveals nothing more; one person more
or less, and the noise is another. The method of the Australian Bureau of Statistics (Fraser and
Wooton, 2005; Thompson, Broadfoot and Elazar, "Methodology for the Automatic Confidentialisation of
Statistical Outputs from Remote Servers at the Australian Bureau of Statistics", UNECE work session
on statistical data confidentiality, Ottawa 2013).

It protects against subtracting one table from another, and it protects small cells. It does not
protect against an attacker who knows the secret; against a fact that is true of nearly everyone in
a large group; or against averaging over tables made with different secrets, or from counts by
different dimensions, where the same people get other noise. The parts of a table do not add up to
its totals.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cairn.sdc import tables
from cairn.sdc.perturbation import perturbation_audit
from cairn.sdc.tables import CellCounts, Key, SuppressionRule, TableRequest

__all__ = [
    "MINIMUM_SECRET_BYTES",
    "STANDARD_NOISE",
    "compute_keys_from_counts",
    "compute_record_key",
    "perturb_by_cell_key",
]

KEY_SPACE: Final = 2**32
"""Cell keys are whole numbers from zero to one less than this."""

_MOST_NEWTON_STEPS: Final = 200
_TOLERANCE: Final = 1e-9

_PROBABILITY_GRAIN: Final = 2**20
"""Probabilities are kept to this grain, so that every machine looks up the same move."""


@dataclass(frozen=True, slots=True)
class PerturbationTable:
    """Define how far a count may be moved, and how often, by the cell-key method.

    For each count the moves have mean zero and one variance, never exceed a limit, keep zero at
    zero, and lead to no negative number and to none below the least that may be shown. Of all such
    distributions the one with maximum entropy is taken (Marley and Leaver, "A Method for
    Confidentialising User-Defined Tables", 58th World Statistics Congress, 2011; Giessing,
    "Computational Issues in the Design of Transition Probabilities and Disclosure Risk Estimation
    for Additive Noise", Privacy in Statistical Databases 2016).

    Args:
        limit: no count is moved further.
        variance: of the moves of every count but zero.
        least: the smallest number above zero that is ever shown.

    Raises:
        ValueError: no moves have that variance within the limit.
    """

    limit: int = 5
    variance: float = 3.0
    least: int = 3

    def __post_init__(self) -> None:
        for n in range(1, self.limit + self.least + 1):
            _solve_chances(self, n)

    def list_chances(self, n: int) -> dict[int, float]:
        """List how likely each move of a count is; a move that is not listed does not happen."""
        if n == 0:
            return {0: 1.0}
        moves, chances = _solve_chances(self, min(n, self.limit + self.least))
        return dict(zip(moves.tolist(), chances.tolist(), strict=True))

    def move_count(self, n: int, key: int) -> int:
        """Look up the number to be shown for a count by its cell key."""
        if n == 0:
            return 0
        moves, chances = _solve_chances(self, min(n, self.limit + self.least))
        ends = np.rint(np.cumsum(chances) * _PROBABILITY_GRAIN) * (KEY_SPACE // _PROBABILITY_GRAIN)
        move_index = int(np.searchsorted(ends, key % KEY_SPACE, side="right"))
        return n + int(moves[min(move_index, len(moves) - 1)])


@lru_cache(maxsize=256)
def _solve_chances(
    noise: PerturbationTable, n: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Compute the moves of a count and their chances, ``exp(a * v + b * v * v)`` up to scale.

    Newton's method finds ``a`` and ``b`` for the required mean and variance.
    """
    moves = np.array(
        [
            move
            for move in range(-noise.limit, noise.limit + 1)
            if n + move == 0 or n + move >= noise.least
        ],
        np.int64,
    )
    moments = np.array([moves, moves * moves - noise.variance], np.float64)
    dual = np.zeros(2)
    for _ in range(_MOST_NEWTON_STEPS):
        logs = dual @ moments
        weights = np.exp(logs - logs.max())
        chances = weights / weights.sum()
        deviation = moments @ chances
        if np.abs(deviation).max() < _TOLERANCE:
            return moves, chances
        spread = (moments * chances) @ moments.T - np.outer(deviation, deviation)
        step = np.linalg.lstsq(spread, deviation, rcond=None)[0]
        dual -= step / max(1.0, float(np.abs(step).max()))
    raise ValueError(
        f"No moves of at most {noise.limit} have mean zero and variance {noise.variance} for a "
        f"count of {n} where nothing below {noise.least} is shown."
    )


STANDARD_NOISE: Final = PerturbationTable()

MINIMUM_SECRET_BYTES: Final = 32
"""Bytes of a secret: as many as of the hash that it keys (SHA-256)."""


def compute_record_key(secret: bytes, record: str) -> int:
    """Compute the key of one record from a secret and its id: the same in every table.

    Args:
        secret: at least 32 bytes.
        record: id of the record.

    Returns:
        A whole number from 0 up to 2**32 - 1.

    Raises:
        ValueError: the secret is too short.
    """
    return _hash_key(secret, "record", [record])


def compute_keys_from_counts(cells: CellCounts, secret: bytes) -> dict[Key, int]:
    """Compute a key for each finest cell where only counts are known.

    The key follows from what the cell counts and how many. The same cells give the same noise in
    any table they are added up in. The same people counted by other dimensions do not: the method
    cannot recognize that they are the same.

    Args:
        cells: the finest counts.
        secret: at least 32 bytes.

    Returns:
        The key by finest cell; cells without people have none.

    Raises:
        ValueError: the secret is too short.
    """
    return {
        key: _hash_key(secret, "cell", [*sorted(zip(cells.dims, key, strict=True)), n])
        for key, n in cells.counts.items()
        if n
    }


def perturb_by_cell_key(
    request: TableRequest,
    rule: SuppressionRule,
    keys: Mapping[Key, int],
    noise: PerturbationTable = STANDARD_NOISE,
) -> perturbation_audit.PerturbedTables:
    """Move every number by the noise of the people it counts.

    Args:
        request: the finest cells and the tables.
        rule: what an attacker must be left with.
        keys: for each finest cell that has people, the sum of the keys of their records.
        noise: the perturbation table.

    Returns:
        The moved numbers with the attacker's audit.

    Raises:
        UnfitRequestError: there are too many cells.
        PerturbationTooNarrowError: an attacker could move the numbers back.
    """
    counts = perturbation_audit.list_true_counts(tables.build_lattice(request))
    cell_keys = tables.count_cells(CellCounts(request.cells.dims, keys), counts)
    cells = {key: noise.move_count(n, cell_keys[key]) for key, n in counts.items()}
    return perturbation_audit.audit_perturbation(request, rule, cells, noise.limit)


def _hash_key(secret: bytes, kind: str, parts: Iterable[object]) -> int:
    if len(secret) < MINIMUM_SECRET_BYTES:
        raise ValueError(
            f"A secret of at least {MINIMUM_SECRET_BYTES} bytes is needed for record keys."
        )
    message = repr((kind, *parts)).encode()
    return int.from_bytes(hmac.digest(secret, message, hashlib.sha256)[:8], "big") % KEY_SPACE
