"""The decision engine: a request runs through stages into a Decision with reasons and a Permit."""

from cairn.policy.engine.audience_redaction import *
from cairn.policy.engine.decision import *
from cairn.policy.engine.fact_digest import *
from cairn.policy.engine.replay import *
from cairn.policy.engine.serialization import *
from cairn.policy.engine.stages import *
from cairn.policy.engine.stored_names import *
