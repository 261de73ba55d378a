"""A certificate of destruction on paper."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from cairn.agreements.printing.letters import NoFont, beyond, font_files, plain
from cairn.disclosures.queries import names
from cairn.retention.models import CAUSES, DestructionCertificate

_WIDE: Final = 0
_LINE: Final = 6
_OWN: Final = "own"


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    size: int = 10
    bold: bool = False


def pdf(row: DestructionCertificate) -> bytes:
    """The certificate as a PDF of a page or more. Raises `NoFont`."""
    texts = tuple(_texts(row))
    letter = beyond(text.text for text in texts)
    fonts = font_files() if letter else None
    if letter and fonts is None:
        raise NoFont(letter)
    paper = FPDF(format="letter")
    paper.set_title(f"Certificate of destruction {row.number}")
    paper.set_lang("en-US")
    paper.set_margin(20)
    if fonts:
        for style, file in zip(("", "B"), fonts, strict=True):
            paper.add_font(_OWN, style, str(file))
    paper.add_page()
    for text in texts:
        paper.set_font(_OWN if fonts else "helvetica", "B" if text.bold else "", text.size)
        said = text.text if fonts else plain(text.text)
        paper.multi_cell(_WIDE, _LINE, said, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(paper.output())


def _texts(row: DestructionCertificate) -> Iterator[_Text]:
    said = row.content
    yield _Text("Certificate of destruction", size=18, bold=True)
    yield _Text(f"{row.number}, issued {row.issued_at:%Y-%m-%d} by {row.issued_by.name}")
    for name, value in _facts(said):
        yield _Text(f"{name}: {value}")
    for title, lines in (
        ("How", (said["method"],)),
        ("Backups", (said["backups"],)),
        ("What stays", tuple(said["kept"])),
        ("Each file", tuple(_files(said["destroyed"]))),
    ):
        yield _Text(title, size=13, bold=True)
        yield from map(_Text, lines)
    yield _Text(f"sha256 of this certificate's data: {row.digest}", size=8)
    yield _Text("Signature of the recipient: ______________________   Date: ____________")
    yield _Text("General guidance, not legal advice.", size=8)


def _facts(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    known = names()
    yield "Agreement", said["agreement"]
    yield "Whose data", known.get(said["owner"], said["owner"])
    yield "Held by", ", ".join(known.get(slug, slug) for slug in said["holders"])
    yield "Why", str(dict(CAUSES)[said["cause"]])
    yield "To be destroyed by", said["due"]
    yield "Files destroyed", str(said["files"])
    yield "Rows in them", f"{said['rows']:,}"
    for zone, count in said["by_zone"].items():
        yield f"In the zone {zone}", str(count)
    for name, count in said["afterwards"].items():
        yield name.capitalize(), str(count)


def _files(destroyed: list[dict[str, Any]]) -> Iterator[str]:
    for one in destroyed:
        yield one["name"]
        for file in one["files"]:
            yield f"   {file['zone']}, {file['rows']:,} rows, sha256 {file['sha256']}"
