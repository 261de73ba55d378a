"""Public face of cairn.governance.dictionaries: what other packages may import."""

from cairn.governance.dictionaries.actions import confirm_guessed_classes, import_dictionary
from cairn.governance.dictionaries.queries import find_special_classes, load_current_dictionaries

__all__ = [
    "confirm_guessed_classes",
    "find_special_classes",
    "import_dictionary",
    "load_current_dictionaries",
]
