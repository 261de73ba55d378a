"""Define `cairn lint`, `agree`, `decide`, `dictionary` and `synthetic`.

They report what a written agreement lacks, put agreements on record, answer whether a use is
allowed, record what data a provider already holds, and write synthetic records in the shape that
an agreement gives. `lint`, `decide` and `synthetic` work on plain files, without a server.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command
from cairn.policy.vocabulary import Audience


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
        from cairn.interfaces.cli.agreements import agreement_files

        if schema:
            agreement_files.print_agreement_schema()
        else:
            agreement_files.lint_agreement_files(
                output, files or [], dictionaries or [], on.date() if on else None
            )


def agree(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE.toml…", help="Files, or folders.", exists=True)
    ],
    *,
    register: Annotated[
        bool,
        typer.Option("--register", help="Make partners of the parties that nobody knows yet."),
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put agreements on record: all of them, or none.

    Example: cairn agree examples/river-county/agreements --register

    The same text again changes nothing; another text for the same reference is a new version.
    A party that is not registered as a partner is a mistake, unless --register says otherwise.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.agreements import agreement_records

        agreement_records.load_agreement_files(output, files, acting, register=register)


class DecisionFile(StrEnum):
    """Name the two files that the command reads."""

    FACTS = "facts"
    REQUEST = "request"


def decide(
    *,
    facts: Annotated[
        Path | None, typer.Option(help="Everything that is on record: JSON.", dir_okay=False)
    ] = None,
    request: Annotated[
        Path | None, typer.Option(help="Who would do what: JSON.", dir_okay=False)
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="The day asked about; today if not given.")
    ] = None,
    audience: Annotated[
        Audience, typer.Option("--as", help="Who will read the answer.")
    ] = Audience.STEWARD,
    child: Annotated[
        str, typer.Option(help="With --as family: the id of the family's own child.")
    ] = "",
    schema: Annotated[
        DecisionFile | None, typer.Option(help="Print the JSON Schema of one of the files.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether a use of data about children is lawful and agreed, with every reason.

    Example: cairn decide --facts examples/decide/facts.json --request examples/decide/view.json

    Ends with 0 where something is allowed, 1 where nothing is, 2 where a file cannot be read.
    """
    with run_command(as_json=as_json) as output:
        from cairn.interfaces.cli.agreements import use_decision

        if schema is not None:
            use_decision.print_decision_schema(output, schema.value)
        else:
            use_decision.report_use_decision(output, facts, request, on, audience, child)


def dictionary(
    file: Annotated[Path, typer.Argument(help="A CSV or Excel file with one row an element.")],
    *,
    organization: Annotated[
        str,
        typer.Option("--from", metavar="ORG", help="Whose it is; left out, it is only read."),
    ] = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a data dictionary and report its oddities; with --from, put it on record.

    Example: cairn dictionary fields.xlsx --from alder-creek-sd
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.agreements import agreement_records

        if organization:
            agreement_records.keep_dictionary(output, file, organization, acting)
        else:
            agreement_records.show_dictionary(output, file)


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
        from cairn.interfaces.cli.agreements import agreement_files

        agreement_files.write_synthetic_file(
            output, agreement_files.SyntheticFileOptions(agreement, record, rows, out, dictionary)
        )
