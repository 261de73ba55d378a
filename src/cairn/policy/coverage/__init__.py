"""Public face of cairn.policy.coverage: what other packages may import."""

from cairn.policy.coverage.data_elements import *
from cairn.policy.coverage.legal_basis import *
