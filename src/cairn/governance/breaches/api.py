"""Public face of cairn.governance.breaches: what other packages may import."""

from cairn.governance.breaches.queries import *
