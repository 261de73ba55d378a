"""What people are called: for the aid that takes names out of free text, and for nothing else."""

from collections.abc import Iterable
from typing import Final

from cairn.intake.storehouse import key_ring
from cairn.linkage.bulk import batches
from cairn.linkage.sealing import Sealer
from cairn.linkage.statements import said_of
from cairn.linkage.whose import records_of

_NAMES: Final = ("given_name", "middle_name", "family_name", "preferred_name", "guardian_name")


def called(people: Iterable[str]) -> set[str]:
    """Every name on record of these people and their guardians, in no order and tied to nobody.

    To be used in memory; whoever asks keeps none of them.
    """
    sealer = Sealer(key_ring())
    return {
        str(said[name])
        for numbers in batches(records_of(people))
        for said in said_of(numbers, sealer)
        for name in _NAMES
        if said.get(name)
    }
