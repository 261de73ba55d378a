"""A person's clearance: learning, ready for the workshop, cleared until a day, lapsed.

No row holds this state: ``training_state`` computes it for a date from what was signed and passed.
"""

from datetime import date
from enum import StrEnum
from typing import Final

from cairn.rules.clearance import Clearance
from cairn.rules.lifecycle import Step
from cairn.rules.vocabulary import Action


class TrainingState(StrEnum):
    """Where somebody stands with what is asked of everyone with access."""

    LEARNING = "learning"
    READY = "ready"
    CLEARED = "cleared"
    LAPSED = "lapsed"


_S = TrainingState

TRAINING: Final = (
    Step(_S.LEARNING, "sign", _S.LEARNING, Action.TAKE_TRAINING),
    Step(_S.LEARNING, "pass a module", _S.LEARNING, Action.TAKE_TRAINING),
    Step(_S.LEARNING, "pass the last module", _S.READY, Action.TAKE_TRAINING),
    Step(_S.READY, "sign", _S.READY, Action.TAKE_TRAINING),
    Step(_S.READY, "take part in the workshop", _S.CLEARED, Action.ATTEST_TRAINING),
    Step(_S.CLEARED, "renew", _S.CLEARED, Action.TAKE_TRAINING),
    Step(_S.CLEARED, "run out", _S.LAPSED, Action.TAKE_TRAINING),
    Step(_S.LAPSED, "renew", _S.CLEARED, Action.TAKE_TRAINING),
    Step(_S.LAPSED, "take part in the workshop", _S.CLEARED, Action.ATTEST_TRAINING),
)


def training_state(clearance: Clearance, on: date) -> TrainingState:
    """The state of somebody's clearance on a date."""
    if clearance.until(on) is not None:
        return TrainingState.CLEARED
    if any(first <= on for first, _last in clearance.spans()):
        return TrainingState.LAPSED
    return TrainingState.LEARNING if clearance.missing(on) else TrainingState.READY
