"""Name notes and contacts in plain words that have a Spanish translation."""

from collections.abc import Mapping
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrPromise

from cairn.services.notes.api import ContactOutcome, CopiedText, NoteKind
from cairn.services.programs.api import ContactChannel

_WORDS: Final[Mapping[str, StrPromise]] = {
    NoteKind.ACADEMIC: gettext_lazy("Learning"),
    NoteKind.BEHAVIOR: gettext_lazy("Behavior"),
    NoteKind.HEALTH: gettext_lazy("Health"),
    NoteKind.FAMILY: gettext_lazy("Family"),
    NoteKind.OTHER: gettext_lazy("Other topic"),
    ContactChannel.CALL: gettext_lazy("Phone call"),
    ContactChannel.TEXT: gettext_lazy("Text message"),
    ContactChannel.EMAIL: gettext_lazy("Email"),
    ContactChannel.IN_PERSON: gettext_lazy("In person"),
    ContactChannel.LETTER: gettext_lazy("Letter"),
    ContactOutcome.REACHED: gettext_lazy("family reached"),
    ContactOutcome.LEFT_MESSAGE: gettext_lazy("message left"),
    ContactOutcome.NO_ANSWER: gettext_lazy("no answer"),
}
_LANGUAGES: Final[Mapping[str, str]] = {"spanish": "es", "español": "es"}


def write_text_heading(item: CopiedText) -> str:
    """Write the heading of a note or a contact in the active language."""
    kind = _("Contact") if item.outcome else _("Note")
    words = ", ".join(str(_WORDS[code]) for code in (item.kind, item.outcome) if code)
    return f"{kind}, {date_format(item.day)}: {words}"


def find_copy_language(preferred: str) -> str:
    """Find the code of the language of a copy: what the family prefers if Cairn has it, or English.

    Args:
        preferred: language that the family prefers, in English; empty if it is not known.

    Returns:
        The code, such as "es".
    """
    return _LANGUAGES.get(preferred.strip().casefold(), "en")
