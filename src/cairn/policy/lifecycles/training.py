"""Lifecycle of a person's clearance: learning, ready for the workshop, cleared, lapsed.

No row holds this state: `find_training_state` computes it for a date from what was signed and
passed.
"""

from enum import StrEnum
from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action

__all__ = ["TrainingState"]


class TrainingState(StrEnum):
    """A person's progress with the training that everyone with access must complete."""

    LEARNING = "learning"
    READY = "ready"
    CLEARED = "cleared"
    LAPSED = "lapsed"


_S = TrainingState

TRAINING_TRANSITIONS: Final = (
    Transition(_S.LEARNING, "sign", _S.LEARNING, Action.TAKE_TRAINING),
    Transition(_S.LEARNING, "pass a module", _S.LEARNING, Action.TAKE_TRAINING),
    Transition(_S.LEARNING, "pass the last module", _S.READY, Action.TAKE_TRAINING),
    Transition(_S.READY, "sign", _S.READY, Action.TAKE_TRAINING),
    Transition(_S.READY, "take part in the workshop", _S.CLEARED, Action.ATTEST_TRAINING),
    Transition(_S.CLEARED, "renew", _S.CLEARED, Action.TAKE_TRAINING),
    Transition(_S.CLEARED, "run out", _S.LAPSED, Action.TAKE_TRAINING),
    Transition(_S.LAPSED, "renew", _S.CLEARED, Action.TAKE_TRAINING),
    Transition(_S.LAPSED, "take part in the workshop", _S.CLEARED, Action.ATTEST_TRAINING),
)
