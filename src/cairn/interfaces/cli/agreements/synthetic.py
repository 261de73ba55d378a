"""Define `cairn synthetic`: write synthetic records in the shape that an agreement gives."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.output import JsonOption, run_command


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
    as_json: JsonOption = False,
) -> None:
    """Invent a file to try with, in the shape of an agreement: no child's data are in it.

    Example: cairn synthetic examples/river-county/agreements/RC-DSA-01.toml --out pilot.csv

    Needs no server and no data folder. Values come from types, lists of codes and a dictionary's
    own values; names and ids say that they are invented. The children are the same in
    every file made for one agreement, so that the files can be linked. It is sent under the
    agreement of a pilot: cairn receive pilot.csv … --synthetic "made with cairn synthetic"
    """
    with run_command(as_json=as_json) as output:
        from cairn.interfaces.cli.agreements.synthetic_file import (
            SyntheticFileOptions,
            write_synthetic_file,
        )

        write_synthetic_file(output, SyntheticFileOptions(agreement, record, rows, out, dictionary))
