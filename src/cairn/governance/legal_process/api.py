"""Public face of cairn.governance.legal_process: what other packages may import."""

from cairn.governance.legal_process.queries import *
