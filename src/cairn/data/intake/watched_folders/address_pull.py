"""Ask a watched address once, and receive its records like a file of a folder.

The server is asked only where the agreement and the access requirements allow its sender to hand
in files on that day. The same records change nothing.
"""

import hashlib
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from django.utils import timezone

from cairn.data.intake.actions import receipt, watched_folders
from cairn.data.intake.facts import FileOrigin
from cairn.data.intake.models import FolderFileOutcome, WatchedFolder
from cairn.data.intake.watched_folders.folder_pass import (
    FILE_PROBLEMS,
    NOT_ALLOWED,
    OnReceived,
    SortedFile,
    build_folder_submission,
    receive_folder_file,
)
from cairn.policy.questions import list_reasons_for_sender
from cairn.warehouse.rest_sources import RestFile, RestSource, read_rest_source

__all__ = ["build_file_origin", "pull_address"]

_UNREADABLE_SEAL: Final = (
    "The stored secret cannot be decrypted with this installation's key. Set the environment "
    "variable of the secret, and run once more: cairn watch {file}"
)


def build_file_origin(file: RestFile) -> FileOrigin:
    """Build what the server of an address says of its records.

    Args:
        file: the records.

    Returns:
        What may say the day of the data, in the installation's time zone.
    """
    modified_at = file.modified_at
    return FileOrigin(file.sent_name, timezone.localdate(modified_at) if modified_at else None)


def pull_address(folder: WatchedFolder, at: datetime, *, on_received: OnReceived) -> SortedFile:
    """Ask a watched address for its records, and receive them.

    Args:
        folder: the watched address.
        at: the time.
        on_received: called with the accepted delivery, in the transaction that records it.

    Returns:
        What became of the records.
    """
    file, outcome, reason = RestFile(folder.source_name, b""), FolderFileOutcome.REFUSED, ""
    decision = receipt.decide_submission(build_folder_submission(folder, at))
    if decision.allowed:
        try:
            source = RestSource.parse(folder.source_name, folder.source)
            file = read_rest_source(folder.source_name, source, folder.unseal_secret())
            outcome, reason = receive_folder_file(
                folder, file.name, file.content, at, on_received, build_file_origin(file)
            )
        except FILE_PROBLEMS as problem:
            reason = str(problem)
        except InvalidTag:
            reason = _UNREADABLE_SEAL.format(file=f"{folder.source_name}.toml")
    else:
        reason = " ".join(list_reasons_for_sender(decision) or (NOT_ALLOWED,))
    watched_folders.record_folder_file(
        folder=folder,
        name=file.name,
        content_digest=hashlib.sha256(file.content).hexdigest(),
        outcome=outcome,
        reason=reason,
        by=None,
        at=at,
    )
    return SortedFile(file.name, outcome, reason)
