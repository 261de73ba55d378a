"""The cell-key method: noise that belongs to the people counted, not to the table they are in.

Each record has a key, drawn from a secret and its id; the keys of a cell's records add up to the
cell's key, and that looks up how far its number is moved. So the same people have the same noise
wherever they are counted, and counting them again and again tells nothing more; one person more or
less, and the noise is another. The method of the Australian Bureau of Statistics (Fraser and
Wooton, 2005; Thompson, Broadfoot and Elazar, "Methodology for the Automatic Confidentialisation of
Statistical Outputs from Remote Servers at the Australian Bureau of Statistics", UNECE work session
on statistical data confidentiality, Ottawa 2013).

What it is against: subtracting one table from another, and small cells. What it is not against:
somebody who knows the secret; a fact that is true of nearly everyone in a large group; averaging
over tables made with different secrets, or from counts by different dimensions, where the same
people get other noise. The parts of a table do not add up to its totals.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Final

from cairn.disclosure.alternatives.noise import KEYS, Noise
from cairn.disclosure.alternatives.perturbed import Perturbed, audited, true_counts
from cairn.disclosure.lattice import build
from cairn.disclosure.reasons import counted
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Cells, Key, Request

STANDARD: Final = Noise()

LEAST_SECRET: Final = 32
"""Bytes of a secret: as many as of the hash that it keys (SHA-256)."""


def record_key(secret: bytes, record: str) -> int:
    """The key of one record, from a secret and its id: the same in every table."""
    return _key(secret, "record", [record])


def keys_of_counts(cells: Cells, secret: bytes) -> dict[Key, int]:
    """A key for each finest cell where only counts are known, from what it counts and how many.

    The same cells give the same noise in whatever table they are added up. The same people
    counted by other dimensions do not: then nobody can tell that they are the same.
    """
    return {
        key: _key(secret, "cell", [*sorted(zip(cells.dims, key, strict=True)), n])
        for key, n in cells.counts.items()
        if n
    }


def perturbed(
    request: Request, rule: Rule, keys: Mapping[Key, int], noise: Noise = STANDARD
) -> Perturbed:
    """Move every number by the noise of the people it counts.

    Args:
        request: the finest cells and the tables.
        rule: what an attacker must be left with.
        keys: for each finest cell that has people, the sum of the keys of their records.
        noise: the perturbation table.

    Raises:
        TooNarrowError: an attacker could move the numbers back.
    """
    counts = true_counts(build(request))
    found = counted(Cells(request.cells.dims, keys), counts)
    cells = {key: noise.moved(n, found[key]) for key, n in counts.items()}
    return audited(request, rule, cells, noise.limit)


def _key(secret: bytes, kind: str, parts: Iterable[object]) -> int:
    if len(secret) < LEAST_SECRET:
        raise ValueError(f"A secret of at least {LEAST_SECRET} bytes is needed for record keys.")
    said = repr((kind, *parts)).encode()
    return int.from_bytes(hmac.digest(secret, said, hashlib.sha256)[:8], "big") % KEYS
