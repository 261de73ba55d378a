"""Define `cairn deidentify`: a machine cleans free text, and a person reads it."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.output import JsonOption, run_command


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
    as_json: JsonOption = False,
) -> None:
    """Propose a de-identified version of free text, and write it once a person has read it.

    Example: cairn deidentify visits.csv --column notes --named-by student,guardian --out review.csv

    review.csv has each different text once, with a proposal in which names, dates, telephone
    numbers, addresses, ids and links have a stand-in such as [NAME]. No program recognizes a story
    that the whole town knows: read each, write accept, edit (with your own words under final) or
    refuse under decision, and your name under reviewer. The review file is as sensitive as
    the original. Then

    Example: cairn deidentify visits.csv --column notes --reviewed review.csv --out clean.csv

    writes the file with the texts as they were decided, those refused left blank. Nothing is
    written while one text is undecided. Ends with 0 when it was written, 1 when texts wait for a
    decision, 2 when the command or a file must be mended.
    """
    with run_command(as_json=as_json) as voice:
        from cairn.interfaces.cli.sdc.text_review import (
            DeidentifyOptions,
            write_decided_texts,
            write_proposals,
        )

        options = DeidentifyOptions(file, column, out, tuple(named_by or ()), names)
        if reviewed is None:
            write_proposals(voice, options)
        else:
            write_decided_texts(voice, options, reviewed)
