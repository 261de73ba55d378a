"""Public face of cairn.services.families: what other packages may import."""

from cairn.services.families.actions import print_letters
from cairn.services.families.forms import DEFAULT_LETTER_WEEKS, parse_letter_line
from cairn.services.families.letter_rendering import render_letters
from cairn.services.families.queries import list_copy_deadlines, list_family_tasks

__all__ = [
    "DEFAULT_LETTER_WEEKS",
    "list_copy_deadlines",
    "list_family_tasks",
    "parse_letter_line",
    "print_letters",
    "render_letters",
]
