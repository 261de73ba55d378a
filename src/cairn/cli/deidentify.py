"""`cairn deidentify`: free text is cleaned by a machine, read by a person, and only then used."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.voice import AsJson, speaking


def deidentify(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file with the free text; CSV or Excel.")
    ],
    *,
    column: Annotated[
        str, typer.Option("--column", metavar="COLUMN", help="The column that people wrote in.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.csv",
            help="Where to write what is to be read; with --reviewed, the file with clean texts.",
        ),
    ] = None,
    named_by: Annotated[
        list[str] | None,
        typer.Option(
            "--named-by",
            metavar="COLUMN",
            help="A column of names in the same file (a child's, a guardian's); repeat.",
        ),
    ] = None,
    names: Annotated[
        Path | None,
        typer.Option(
            "--names", metavar="NAMES.txt", help="More names to look for, one on each line."
        ),
    ] = None,
    reviewed: Annotated[
        Path | None,
        typer.Option(
            "--reviewed",
            metavar="REVIEW.csv",
            help="What a person has read and decided, of every text.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose how free text can be told without saying of whom; use it once a person has read it.

    Example: cairn deidentify visits.csv --column notes --named-by student,guardian --out review.csv

    review.csv has each different text once, with a proposal in which names, dates, telephone
    numbers, addresses, ids and links have a stand-in such as [NAME]. No machine finds a story that
    everybody in town knows: read each, write accept, edit (with your own words under final) or
    refuse under decision, and your name under reviewer. It tells as much as the file itself:
    keep it as close. Then

    Example: cairn deidentify visits.csv --column notes --reviewed review.csv --out clean.csv

    writes the file with the texts as they were decided, those refused left blank. Nothing is
    written while one text is undecided. Ends with 0 when it was written, 1 when texts wait for a
    decision, 2 when the command or a file must be mended.
    """
    with speaking(as_json=as_json) as voice:
        from cairn.cli.deidentifying import Order, finish, propose

        order = Order(file, column, out, tuple(named_by or ()), names)
        if reviewed is None:
            propose(voice, order)
        else:
            finish(voice, order, reviewed)
