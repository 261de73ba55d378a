"""Note the newest audit line outside of the database, so that a rollback of the whole shows.

A person with SQL only can put back an older copy of every row, which agrees with itself. So after
each commit with an audit line, the numbers and digests of the newest lines are written into a file
of the data folder, sealed with the master key.
"""

import json
from hmac import compare_digest
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from cairn.platform.audit.models import AuditLine
from cairn.platform.audit.row_seals import (
    find_lost_row_heads,
    read_row_heads,
    write_text_atomically,
)
from cairn.platform.audit.seal_store import RowFinding
from cairn.platform.sealing.api import compute_keyed_hash

_HEADS_FILE: Final = "audit-heads"
_HEADS_LABEL: Final = "audit-heads"
_AUDIT_LOG: Final = "audit"


def read_heads() -> dict[str, str]:
    """Read the number and digest of the newest line of the audit log and of row changes.

    Returns:
        `NUMBER:DIGEST` by name; "audit" is the audit log, the others are databases.
    """
    newest = AuditLine.objects.order_by("-sequence").values_list("sequence", "hash").first()
    return {_AUDIT_LOG: "{}:{}".format(*(newest or (0, ""))), **read_row_heads()}


def write_heads() -> None:
    """Write the heads into the data folder. A file that a crash cut short counts as none."""
    heads = read_heads()
    content = json.dumps({"heads": heads, "seal": _seal_heads(heads)})
    write_text_atomically(Path(settings.CAIRN_DATA, _HEADS_FILE), content)


def find_lost_heads(heads: dict[str, str] | None = None) -> list[RowFinding]:
    """Find what was rolled back since the heads were noted.

    Args:
        heads: what `read_heads` returned earlier; None for those of the file.

    Returns:
        One finding for each log that does not contain its noted line.
    """
    noted = _load_heads() if heads is None else heads
    findings = find_lost_row_heads(noted)
    number, _, digest = noted.get(_AUDIT_LOG, "0:").partition(":")
    is_kept = AuditLine.objects.filter(sequence=int(number), hash=digest).exists()
    if int(number) and not is_kept:
        message = f"The audit log was rolled back: it no longer contains entry {number} as noted."
        findings.append(RowFinding("audit_auditline", number, message))
    return findings


def _load_heads() -> dict[str, str]:
    try:
        content: dict[str, Any] = json.loads(
            Path(settings.CAIRN_DATA, _HEADS_FILE).read_text("ascii")
        )
        heads = {str(name): str(head) for name, head in content["heads"].items()}
        is_ours = compare_digest(str(content["seal"]), _seal_heads(heads))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return heads if is_ours else {}


def _seal_heads(heads: dict[str, str]) -> str:
    return compute_keyed_hash(_HEADS_LABEL, json.dumps(sorted(heads.items())).encode())
