"""Public face of cairn.governance.dictionaries: what other packages may import."""

from cairn.governance.dictionaries.actions import *
from cairn.governance.dictionaries.element_search import *
from cairn.governance.dictionaries.queries import *
