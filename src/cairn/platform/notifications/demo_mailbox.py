"""Keep the demo's email in a folder, where a page shows it. No message leaves the machine."""

import mailbox
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

__all__ = ["DemoMail", "DemoMailboxBackend", "is_demo_mailbox", "list_demo_mail", "read_demo_mail"]

_LINK: Final = re.compile(r"(https?://\S+)")


class DemoMailboxBackend(BaseEmailBackend):
    """Put each message into a Maildir folder."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store the messages.

        Args:
            email_messages: the messages.

        Returns:
            How many.
        """
        box = _open_mailbox()
        for message in email_messages:
            box.add(message.message().as_bytes())
        return len(email_messages)


@dataclass(frozen=True, slots=True)
class DemoMail:
    """One message of the demo's mailbox.

    Attributes:
        key: its name in the mailbox.
        to: address of the recipient.
        subject: subject line.
        sent_at: when it was sent.
        parts: its text, in parts: words, and the path of a page of this site in between.
    """

    key: str
    to: str
    subject: str
    sent_at: datetime
    parts: tuple[tuple[str, bool], ...]


def is_demo_mailbox() -> bool:
    """Return whether this installation keeps its email in the demo's mailbox.

    Returns:
        True for the demo.
    """
    backend = f"{DemoMailboxBackend.__module__}.{DemoMailboxBackend.__qualname__}"
    return bool(backend == settings.CAIRN_EMAIL_BACKEND)


def list_demo_mail() -> list[DemoMail]:
    """List the messages, the newest first.

    Returns:
        The messages.
    """
    box = _open_mailbox()
    mails = [_parse_mail(key, box.get_bytes(key)) for key in box.keys()]  # noqa: SIM118
    return sorted(mails, key=lambda mail: (mail.sent_at, mail.key), reverse=True)


def read_demo_mail(key: str) -> DemoMail | None:
    """Read one message.

    Args:
        key: its name in the mailbox.

    Returns:
        The message; None if there is none.
    """
    box = _open_mailbox()
    return _parse_mail(key, box.get_bytes(key)) if key in box else None


def _open_mailbox() -> "mailbox.Maildir":
    folder = Path(settings.CAIRN_DATA) / "mailbox"
    for name in ("cur", "new", "tmp"):  # `create` makes none of them in a folder that exists
        (folder / name).mkdir(parents=True, exist_ok=True)
    return mailbox.Maildir(folder, create=True)


def _parse_mail(key: str, content: bytes) -> DemoMail:
    message: Any = message_from_bytes(content, policy=policy.default)
    text = message.get_content().strip()
    sent_at = message["Date"].datetime if message["Date"] else datetime.now(UTC)
    return DemoMail(
        key=key,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        sent_at=sent_at,
        parts=tuple(_split_links(text)),
    )


def _split_links(text: str) -> list[tuple[str, bool]]:
    """Split a text at its links to this site, which become paths: the demo may use any port."""
    parts = []
    for part in _LINK.split(text):
        is_link = part.startswith(f"{settings.CAIRN_SITE}/")
        parts.append((part.removeprefix(settings.CAIRN_SITE) if is_link else part, is_link))
    return [part for part in parts if part[0]]
