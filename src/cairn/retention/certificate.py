"""The certificate of a destruction as facts: what can be checked, and what it does not cover."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cairn.retention.models import DestructionRun
from cairn.warehouse.file_keys import FOLDER

METHOD: Final = (
    "Every file was encrypted under a key of its own. That key was overwritten and removed, and "
    "then the file; without the key the bytes cannot be read again."
)
KEPT: Final = (
    "Figures that were published before are public and name no child; they stay.",
    "The record of what was delivered and disclosed stays (34 CFR 99.32(a)(2)); it names no child.",
)
BACKUPS: Final = (
    f"A backup of the zones opens nothing without the keys. Backups of the folder {FOLDER} made "
    "before this day still hold the keys of these files: destroy those backups now, or by the end "
    "of the days for which your office keeps them."
)


def content(run: DestructionRun, number: str, by: str, at: datetime) -> dict[str, Any]:
    """Everything a certificate says, as plain data."""
    files = [file for one in run.done for file in one["files"]]
    return {
        "number": number,
        "agreement": run.agreement,
        "owner": run.owner,
        "holders": run.holders,
        "cause": run.cause,
        "due": run.due_on.isoformat(),
        "begun": run.begun_at.isoformat(timespec="seconds"),
        "issued": at.isoformat(timespec="seconds"),
        "issued_by": by,
        "method": METHOD,
        "destroyed": run.done,
        "files": len(files),
        "by_zone": dict(sorted(Counter(file["zone"] for file in files).items())),
        "rows": sum(file["rows"] for file in files),
        "backups": BACKUPS,
        "kept": list(KEPT),
    }


def digest(said: Mapping[str, Any]) -> str:
    """The sha256 of a certificate's JSON in its one spelling."""
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
