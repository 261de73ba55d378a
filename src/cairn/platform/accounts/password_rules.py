"""Refuse passwords that are long but as easy to guess as a common one."""

import re
from typing import Final

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cairn.platform.accounts.models import User

_MIN_DIFFERENT_CHARACTERS: Final = 5
_APPENDED: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")


class DisguisedPasswordValidator:
    """Refuse a common password that is repeated or has digits and signs around it.

    Such a password passes a rule about length, and guessing programs try it early (NIST SP
    800-63B, section 3.1.1.2).
    """

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: User | None = None) -> None:
        """Check one password.

        Args:
            password: the password.
            user: the person; not used.

        Raises:
            ValidationError: it is too easy to guess.
        """
        text = password.casefold().strip()
        unit = find_repeated_part(text)
        cores = {unit, _APPENDED.sub("", text), find_repeated_part(_APPENDED.sub("", text))}
        if len(set(text)) < _MIN_DIFFERENT_CHARACTERS or any(
            core in self._common for core in cores
        ):
            raise ValidationError(
                _("This password is a common one in another form. Use several unrelated words."),
                code="password_disguised",
            )

    def get_help_text(self) -> str:
        """Return the rule for the page where a password is chosen."""
        return _("Your password cannot be a common one that is repeated or has digits added.")


def find_repeated_part(text: str) -> str:
    """Find the shortest part that a text repeats.

    Args:
        text: the text.

    Returns:
        The part; the whole text if nothing repeats.
    """
    start = (text + text).find(text, 1)
    return text[:start] if 0 < start < len(text) else text
