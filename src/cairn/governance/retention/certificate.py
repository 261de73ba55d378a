"""Build the certificate of a destruction: what can be verified, and what it does not cover."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cairn.governance.retention.models import DestructionRun
from cairn.warehouse.store import FILE_KEYS_FOLDER

DESTRUCTION_METHOD: Final = (
    "Every file was encrypted under a key of its own. That key was overwritten and removed, and "
    "then the file; without the key the bytes cannot be read again."
)

KEPT_AFTER_DESTRUCTION: Final = (
    "Figures that were published before are public and name no child; they stay.",
    "The record of what was delivered and disclosed stays (34 CFR 99.32(a)(2)); it names no child.",
)

BACKUP_NOTICE: Final = (
    f"A backup of the zones opens nothing without the keys. Backups of the folder "
    f"{FILE_KEYS_FOLDER} made "
    "before this day still hold the keys of these files: destroy those backups now, or by the end "
    "of the days for which your office keeps them."
)


def build_certificate_content(
    run: DestructionRun, number: str, by: str, at: datetime
) -> dict[str, Any]:
    """Build everything that a certificate states, as plain data.

    Args:
        run: the destruction run.
        number: the certificate's number.
        by: the name of the person who issues it.
        at: the moment of issue.

    Returns:
        JSON-compatible data.
    """
    files = [file for entry in run.done for file in entry["files"]]
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
        "method": DESTRUCTION_METHOD,
        "destroyed": run.done,
        "files": len(files),
        "by_zone": dict(sorted(Counter(file["zone"] for file in files).items())),
        "rows": sum(file["rows"] for file in files),
        "backups": BACKUP_NOTICE,
        "kept": list(KEPT_AFTER_DESTRUCTION),
    }


def compute_certificate_digest(certificate_content: Mapping[str, Any]) -> str:
    """Compute the SHA-256 (hex) of a certificate's JSON in its canonical form.

    Args:
        certificate_content: the certificate's content.

    Returns:
        64 hexadecimal digits.
    """
    text = json.dumps(
        certificate_content, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()
