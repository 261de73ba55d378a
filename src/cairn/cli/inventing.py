"""What `cairn synthetic` does. Nothing here needs a database."""

from dataclasses import dataclass
from pathlib import Path

from cairn.agreements.format import BadAgreement, parse
from cairn.agreements.shape import shape_of
from cairn.cli.agreement_files import text_of
from cairn.cli.linting import dictionaries_of
from cairn.cli.voice import Unusable, Voice
from cairn.warehouse import invented


@dataclass(frozen=True, slots=True)
class Order:
    """The command as it was written."""

    agreement: Path
    record: str
    rows: int
    out: Path
    dictionary: Path | None


def invent(voice: Voice, order: Order) -> None:
    """Writes the file. Raises `Unusable` for what cannot be read or written."""
    try:
        terms = parse(text_of(order.agreement))
    except BadAgreement as problem:
        raise Unusable(f"{order.agreement}: {problem}") from problem
    named = sorted({term.record for term in terms.data})
    record = order.record or next(iter(named), "")
    if record not in named:
        raise Unusable(
            f"--record: {terms.reference} does not speak of “{record}”. "
            f"It speaks of: {', '.join(named) or 'no data'}."
        )
    if order.out.is_dir() or not order.out.parent.is_dir():
        raise Unusable(f"--out: {order.out} is no file in a folder that exists.")
    if order.out.exists():
        raise Unusable(f"--out: {order.out} is there already. Name another file.")
    held = tuple(dictionaries_of(str(order.dictionary))) if order.dictionary else ()
    shape = shape_of(terms, record, held)
    text = invented.file(
        record,
        shape.fields,
        rows=order.rows,
        seed=terms.reference,
        years=shape.years,
        values=shape.values,
    )
    order.out.write_text(text, encoding="utf-8")
    written = text.count("\n") - 1
    voice.facts.update(written=str(order.out), rows=written, record=record, synthetic=True)
    voice.plain(f"{written:,} invented rows of {record} are written to {order.out}.")
    voice.plain("No child's data are in it. Send it under the agreement of a pilot.")
