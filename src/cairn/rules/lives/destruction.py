"""The life of a duty to destroy: due or demanded, done, certified, accepted by the data's owner."""

from typing import Final

from cairn.rules.lifecycle import Step
from cairn.rules.vocabulary import Action, DutyState

_S = DutyState

DESTRUCTION: Final = (
    Step(_S.DUE, "begin", _S.RUNNING, Action.DESTROY),
    Step(_S.DUE, "demand", _S.DEMANDED, Action.DEMAND_DESTRUCTION),
    Step(_S.DEMANDED, "take back", _S.DUE, Action.DEMAND_DESTRUCTION),
    Step(_S.DEMANDED, "begin", _S.RUNNING, Action.DESTROY),
    Step(_S.RUNNING, "begin", _S.RUNNING, Action.DESTROY),
    Step(_S.RUNNING, "certify", _S.CERTIFIED, Action.DESTROY),
    Step(_S.CERTIFIED, "dispute", _S.DISPUTED, Action.ACCEPT_CERTIFICATE),
    Step(_S.DISPUTED, "begin", _S.RUNNING, Action.DESTROY),
    Step(_S.CERTIFIED, "accept", _S.ACCEPTED, Action.ACCEPT_CERTIFICATE),
)
