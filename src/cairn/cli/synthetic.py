"""`cairn synthetic`: a file of invented children in the shape that an agreement gives."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.voice import AsJson, speaking


def synthetic(
    agreement: Annotated[
        Path, typer.Argument(metavar="AGREEMENT.toml", help="The agreement's text.", exists=True)
    ],
    *,
    record: Annotated[
        str, typer.Option("--record", help="The kind of records; else the first that it names.")
    ] = "",
    rows: Annotated[
        int, typer.Option("--rows", min=1, max=5000, help="How many rows to invent.")
    ] = 100,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="Where to write it.")],
    dictionary: Annotated[
        Path | None,
        typer.Option(
            "--dictionary",
            metavar="FILE",
            exists=True,
            help="The provider's data dictionary: its own lists of values are used.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Invent a file to try with, in the shape of an agreement: no child's data are in it.

    Example: cairn synthetic examples/river-county/agreements/RC-DSA-01.toml --out pilot.csv

    Needs no server and no data folder. Types, lists of codes and a dictionary's own values say what
    may stand in a column; names and ids say that they are invented. The children are the same in
    every file made for one agreement, so that the files can be linked. It is sent under the
    agreement of a pilot: cairn receive pilot.csv … --synthetic "made with cairn synthetic"
    """
    with speaking(as_json=as_json) as voice:
        from cairn.cli.inventing import Order, invent

        invent(voice, Order(agreement, record, rows, out, dictionary))
