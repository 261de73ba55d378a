"""Lifecycle of a duty to destroy: due or demanded, done, certified, accepted."""

from typing import Final

from cairn.policy.lifecycles.state_machine import Transition
from cairn.policy.vocabulary import Action, DutyState

_S = DutyState

DESTRUCTION_TRANSITIONS: Final = (
    Transition(_S.DUE, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.DUE, "demand", _S.DEMANDED, Action.DEMAND_DESTRUCTION),
    Transition(_S.DEMANDED, "take back", _S.DUE, Action.DEMAND_DESTRUCTION),
    Transition(_S.DEMANDED, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.RUNNING, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.RUNNING, "certify", _S.CERTIFIED, Action.DESTROY),
    Transition(_S.CERTIFIED, "dispute", _S.DISPUTED, Action.ACCEPT_CERTIFICATE),
    Transition(_S.DISPUTED, "begin", _S.RUNNING, Action.DESTROY),
    Transition(_S.CERTIFIED, "accept", _S.ACCEPTED, Action.ACCEPT_CERTIFICATE),
)
