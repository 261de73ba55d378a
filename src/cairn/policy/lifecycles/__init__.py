"""State tables of every noun with a lifecycle, for pages, documents and their tests."""

from typing import Final

from cairn.policy.lifecycles.agreement import AGREEMENT_TRANSITIONS
from cairn.policy.lifecycles.consent import CONSENT_TRANSITIONS
from cairn.policy.lifecycles.delivery import DELIVERY_TRANSITIONS
from cairn.policy.lifecycles.destruction import DESTRUCTION_TRANSITIONS
from cairn.policy.lifecycles.extract import EXTRACT_TRANSITIONS
from cairn.policy.lifecycles.project import (
    DATA_USE_STATES,
    PROJECT_TRANSITIONS,
    STATES_THROUGH_APPROVAL,
)
from cairn.policy.lifecycles.release import RELEASE_TRANSITIONS
from cairn.policy.lifecycles.state_machine import Lifecycle, find_next_state, list_states_allowing
from cairn.policy.lifecycles.training import TRAINING_TRANSITIONS, TrainingState

__all__ = [
    "AGREEMENT_TRANSITIONS",
    "CONSENT_TRANSITIONS",
    "DATA_USE_STATES",
    "DELIVERY_TRANSITIONS",
    "DESTRUCTION_TRANSITIONS",
    "EXTRACT_TRANSITIONS",
    "PROJECT_TRANSITIONS",
    "RELEASE_TRANSITIONS",
    "STATES_THROUGH_APPROVAL",
    "TrainingState",
    "find_next_state",
    "list_states_allowing",
]


LIFECYCLES: Final = (
    Lifecycle("release", RELEASE_TRANSITIONS),
    Lifecycle("extract", EXTRACT_TRANSITIONS),
    Lifecycle("delivery", DELIVERY_TRANSITIONS),
    Lifecycle("agreement", AGREEMENT_TRANSITIONS),
    Lifecycle("project", PROJECT_TRANSITIONS),
    Lifecycle("destruction", DESTRUCTION_TRANSITIONS),
    Lifecycle("consent", CONSENT_TRANSITIONS),
    Lifecycle("training", TRAINING_TRANSITIONS),
)
