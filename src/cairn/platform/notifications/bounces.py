"""Read reports of email that could not be delivered (RFC 3464), from files of a mailbox."""

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Final

__all__ = ["BounceReport", "BounceSummary", "parse_bounce_report", "read_bounce_reports"]

_TOKEN: Final = re.compile(r"<cairn\.([0-9a-f]{32})@")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MAX_REPORT_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class BounceReport:
    """One report about one message that Cairn sent.

    Attributes:
        token: names the message; from its Message-ID, which a stranger cannot guess.
        status: status code of RFC 3463, such as "5.1.1" for an address that does not exist.
    """

    token: str
    status: str


@dataclass(frozen=True, slots=True)
class BounceSummary:
    """What became of the reports in a file.

    Attributes:
        recorded: reports that marked a message as bounced.
        known: reports about messages that had been marked before.
        other: messages that are no report of a failure, or are about no message of Cairn.
    """

    recorded: int
    known: int
    other: int


def read_bounce_reports(path: Path) -> Iterator[BounceReport | None]:
    """Read every message of an mbox file, a Maildir folder or one message file.

    Args:
        path: the file or folder.

    Yields:
        The report of each message; None for a message that is no report of a failure.
    """
    if path.is_dir():
        maildir = mailbox.Maildir(path, create=False)
        yield from (parse_bounce_report(maildir.get_bytes(key)) for key in sorted(maildir.keys()))
        return
    with path.open("rb") as file:
        is_mbox = file.read(5) == b"From "
    if not is_mbox:
        yield parse_bounce_report(path.read_bytes()[:_MAX_REPORT_BYTES])
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.keys():  # noqa: SIM118 - a mailbox iterates over its messages
            yield parse_bounce_report(box.get_bytes(key)[:_MAX_REPORT_BYTES])
    finally:
        box.close()


def parse_bounce_report(content: bytes) -> BounceReport | None:
    """Read one report. A delay is no failure: the mail server still tries.

    Args:
        content: the message, as it was received.

    Returns:
        The report; None if the message reports no failure, or about no message of Cairn.
    """
    message = message_from_bytes(content)
    token, status = "", ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _find_failure_status(part)
        elif kind in ("message/rfc822", "text/rfc822-headers", "message/global-headers"):
            token = token or _find_token(part)
    return BounceReport(token, status) if token and status else None


def _find_failure_status(part: Message) -> str:
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            code = _STATUS.search(str(block.get("Status", "")))
            return code.group() if code else "5.0.0"
    return ""


def _find_token(part: Message) -> str:
    """Find the Message-ID of the message that was returned, whole or by its headers."""
    payload = part.get_payload()
    inner = payload if isinstance(payload, list) else [message_from_bytes(str(payload).encode())]
    headers = " ".join(
        str(message.get("Message-ID", "")) for message in inner if isinstance(message, Message)
    )
    found = _TOKEN.search(headers)
    return found[1] if found else ""
