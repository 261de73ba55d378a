"""State tables of every noun with a lifecycle, for pages, documents and their tests."""

from cairn.policy.lifecycles.state_machine import *
from cairn.policy.lifecycles.state_tables import *
