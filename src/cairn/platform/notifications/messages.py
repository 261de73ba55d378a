"""Write the text of an email, and keep it encrypted until it is sent."""

from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from cairn.platform.accounts.api import User
from cairn.platform.inbox.api import InboxTask
from cairn.platform.sealing.api import FieldSealer, derive_subkey

_KEY_LABEL: Final = "email"


def compose_task_message(user: User, tasks: Sequence[InboxTask], language: str) -> tuple[str, str]:
    """Write the message that names tasks: titles, counts and links, nothing else of their content.

    Args:
        user: the person.
        tasks: the tasks, with titles in that language.
        language: code of the language, such as "es".

    Returns:
        Subject and text.
    """
    with override(language):
        count = len(tasks)
        subject = ngettext(
            "Cairn: a task waits for you", "Cairn: %(count)s tasks wait for you", count
        ) % {"count": count}
        lines = [_describe_task(task) for task in tasks]
        text = _(
            "Hello %(name)s,\n\n%(tasks)s\n\nYou must sign in to read more.\n\nTo get these "
            "messages once a day, or not at all: %(choice)s\n"
        ) % {
            "name": user.name,
            "tasks": "\n\n".join(lines),
            "choice": build_address(reverse("web:mail_choice")),
        }
    return subject, text


def _describe_task(task: InboxTask) -> str:
    lines = [f"- {task.count} {task.title}", *task.mail_detail.splitlines()]
    return "\n  ".join([*lines, build_address(task.url)])


def build_address(path: str) -> str:
    """Build the full address of a page for an email.

    Args:
        path: its path.

    Returns:
        The address, with the site's first host name.
    """
    return f"{settings.CAIRN_SITE}{path}"


def seal_text(address: str, text: str) -> bytes:
    """Encrypt the text of a message.

    Args:
        address: the recipient's address, to which the text is bound.
        text: the text.

    Returns:
        The encrypted text.
    """
    return _make_sealer().seal(address, text.encode())


def unseal_text(address: str, sealed: bytes | memoryview) -> str:
    """Decrypt the text of a message.

    Args:
        address: the recipient's address.
        sealed: the encrypted text.

    Returns:
        The text.
    """
    return _make_sealer().unseal(address, sealed).decode()


def _make_sealer() -> FieldSealer:
    return FieldSealer(derive_subkey(_KEY_LABEL))
