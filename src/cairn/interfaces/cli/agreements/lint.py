"""Define `cairn lint`: report what a written agreement lacks, before anyone relies on it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.output import JsonOption, run_command


def lint(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE.toml…", help="Files, or folders.", exists=True),
    ] = None,
    *,
    dictionaries: Annotated[
        list[str] | None,
        typer.Option(
            "--dictionary",
            metavar="[ORG=]FILE",
            help="A provider's data dictionary (CSV or Excel); may be given several times.",
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="The day to read it for; today."),
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the written form, and end.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read agreements as counsel would: what the law, good practice and plain sense miss.

    Example: cairn lint examples/river-county/agreements

    Needs no server and no data folder. Ends with code 1 when the law asks for something that a
    text lacks, or a text cannot be read.
    """
    with run_command(as_json=as_json) as output:
        from cairn.interfaces.cli.agreements.lint_report import (
            lint_agreement_files,
            print_agreement_schema,
        )

        if schema:
            print_agreement_schema()
        else:
            lint_agreement_files(output, files or [], dictionaries or [], on.date() if on else None)
