"""Build the certificate of a destruction, and print it as a PDF.

It says what can be verified, and what it does not cover.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from cairn.governance.agreements import api as agreements_api
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.governance.retention.data_holders import label_zone
from cairn.governance.retention.models import (
    DUTY_CAUSE_CHOICES,
    DestructionCertificate,
    DestructionRun,
)
from cairn.warehouse.store import FILE_KEYS_FOLDER

__all__ = ["print_certificate_pdf"]

DESTRUCTION_METHOD: Final = (
    "Each file was encrypted with its own key. The key was overwritten and deleted first, and then "
    "the file was deleted. Without the key, the file cannot be read."
)

KEPT_AFTER_DESTRUCTION: Final = (
    "Figures that were already published. They are public and identify no child.",
    "The record of data submissions and disclosures (34 CFR 99.32(a)(2)). It names no child.",
)

NIGHTLY_BACKUP_NOTICE: Final = (
    "Backups hold no keys. The keys are backed up at another place, where each night replaces them "
    "as a whole. By the end of the next day, no backup that Cairn made contains a key of these "
    "files, or opens a copy of the databases from before this date."
)
"""Where this installation makes its backups itself: the stated period is one day."""

BACKUP_NOTICE: Final = (
    "Backups of the data files cannot be read without the keys. Backups of the folder "
    f"{FILE_KEYS_FOLDER} made before this date still contain the keys of these files. Destroy "
    f"those "
    "backups now, or by the end of your office's backup retention period."
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
        "backups": BACKUP_NOTICE if settings.CAIRN_BACKUP is None else NIGHTLY_BACKUP_NOTICE,
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


_FULL_WIDTH: Final = 0
_LINE_HEIGHT: Final = 6
_INSTALLED_FONT: Final = "own"


@dataclass(frozen=True, slots=True)
class _StyledText:
    text: str
    size: int = 10
    bold: bool = False


def print_certificate_pdf(row: DestructionCertificate) -> bytes:
    """Print a certificate as a PDF of one or more pages.

    Args:
        row: the certificate's row.

    Returns:
        The bytes of the file.

    Raises:
        MissingFont: no font on this machine has a letter of the text.
    """
    # Every command and worker loads this module; only a certificate needs a PDF library.
    from fpdf import FPDF  # noqa: PLC0415
    from fpdf.enums import XPos, YPos  # noqa: PLC0415

    styled_texts = tuple(_list_texts(row))
    letter = agreements_api.find_unsupported_letter(text.text for text in styled_texts)
    fonts = agreements_api.find_font_files() if letter else None
    if letter and fonts is None:
        raise agreements_api.MissingFont(letter)
    document = FPDF(format="letter")
    document.set_title(f"Certificate of destruction {row.number}")
    document.set_lang("en-US")
    document.set_margin(20)
    if fonts:
        for style, file in zip(("", "B"), fonts, strict=True):
            document.add_font(_INSTALLED_FONT, style, str(file))
    document.add_page()
    for text in styled_texts:
        document.set_font(
            _INSTALLED_FONT if fonts else "helvetica", "B" if text.bold else "", text.size
        )
        printable = text.text if fonts else agreements_api.replace_typographic_characters(text.text)
        document.multi_cell(
            _FULL_WIDTH, _LINE_HEIGHT, printable, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
    return bytes(document.output())


def _list_texts(row: DestructionCertificate) -> Iterator[_StyledText]:
    certificate_content = row.content
    yield _StyledText("Certificate of destruction", size=18, bold=True)
    yield _StyledText(
        f"{row.number}, issued {date_format(localtime(row.issued_at), 'DATE_FORMAT')} "
        f"by {row.issued_by.name}"
    )
    for name, value in _list_facts(certificate_content):
        yield _StyledText(f"{name}: {value}")
    for title, lines in (
        ("Method", (certificate_content["method"],)),
        ("Backups", (certificate_content["backups"],)),
        ("Records that are kept", tuple(certificate_content["kept"])),
        ("Destroyed files", tuple(_list_files(certificate_content["destroyed"]))),
    ):
        yield _StyledText(title, size=13, bold=True)
        yield from map(_StyledText, lines)
    yield _StyledText(f"SHA-256 of this certificate: {row.digest}", size=8)
    yield _StyledText("Signature of the recipient: ______________________   Date: ____________")
    yield _StyledText("This is general guidance, not legal advice.", size=8)


def _list_facts(certificate_content: dict[str, Any]) -> Iterator[tuple[str, str]]:
    organization_names = load_organization_names()
    yield "Agreement", certificate_content["agreement"]
    yield (
        "Data owner",
        organization_names.get(certificate_content["owner"], certificate_content["owner"]),
    )
    yield (
        "Held by",
        ", ".join(organization_names.get(slug, slug) for slug in certificate_content["holders"]),
    )
    yield "Reason", str(dict(DUTY_CAUSE_CHOICES)[certificate_content["cause"]])
    due_on = date.fromisoformat(certificate_content["due"])
    yield "Destroy by", date_format(due_on, "DATE_FORMAT")
    yield "Files destroyed", str(certificate_content["files"])
    yield "Rows", f"{certificate_content['rows']:,}"
    for zone, count in certificate_content["by_zone"].items():
        yield f"Files: {label_zone(zone)}", str(count)
    for name, count in certificate_content["afterwards"].items():
        yield name.capitalize(), str(count)


def _list_files(destroyed: list[dict[str, Any]]) -> Iterator[str]:
    for entry in destroyed:
        yield entry["name"]
        for file in entry["files"]:
            yield f"   {label_zone(file['zone'])}, {file['rows']:,} rows, sha256 {file['sha256']}"
