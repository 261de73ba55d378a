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
        typer.Argument(metavar="FILE.toml…", help="Agreement files or folders.", exists=True),
    ] = None,
    *,
    dictionaries: Annotated[
        list[str] | None,
        typer.Option(
            "--dictionary",
            metavar="[ORG=]FILE",
            help="A provider's data dictionary (CSV or Excel). Repeatable.",
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Date to check for. Default: today."),
    ] = None,
    state: Annotated[
        str,
        typer.Option(
            "--state", metavar="CODE", help="State of the data owners, such as CA, for its law."
        ),
    ] = "",
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of the agreement format.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check agreements for missing legal terms, poor practice and contradictions.

    Example: cairn lint examples/river-county/agreements

    Needs no server and no data folder. The exit code is 1 if a text lacks something that the law
    requires, or cannot be read.
    """
    with run_command(as_json=as_json) as output:
        from cairn.interfaces.cli.agreements import agreement_files

        if schema:
            agreement_files.print_agreement_schema()
        else:
            agreement_files.lint_agreement_files(
                output, files or [], dictionaries or [], on.date() if on else None, state.upper()
            )


def agree(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE.toml…", help="Agreement files or folders.", exists=True),
    ],
    *,
    register: Annotated[
        bool,
        typer.Option("--register", help="Register new parties as partners."),
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record agreements: all of the files, or none.

    Example: cairn agree examples/river-county/agreements --register

    Recording the same text again changes nothing. Another text with the same reference becomes a
    new version. A party that is not a registered partner is an error, unless you add --register.
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
        Path | None, typer.Option(help="JSON file with the facts on record.", dir_okay=False)
    ] = None,
    request: Annotated[
        Path | None, typer.Option(help="JSON file with the planned use.", dir_okay=False)
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Date of the use. Default: today.")
    ] = None,
    audience: Annotated[
        Audience, typer.Option("--as", help="Reader of the answer.")
    ] = Audience.STEWARD,
    child: Annotated[
        str, typer.Option(help="With --as family: ID of the family's own child.")
    ] = "",
    schema: Annotated[
        DecisionFile | None, typer.Option(help="Print the JSON Schema of one of the two files.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check whether a use of data about children is allowed, and why.

    Example: cairn decide --facts examples/decide/facts.json --request examples/decide/view.json

    The exit code is 0 if something is allowed, 1 if nothing is, and 2 if a file cannot be read.
    """
    with run_command(as_json=as_json) as output:
        from cairn.interfaces.cli.agreements import use_decision

        if schema is not None:
            use_decision.print_decision_schema(output, schema.value)
        else:
            use_decision.report_use_decision(output, facts, request, on, audience, child)


def dictionary(
    file: Annotated[Path, typer.Argument(help="CSV or Excel file with one row for each element.")],
    *,
    organization: Annotated[
        str,
        typer.Option(
            "--from", metavar="ORG", help="Provider to record it for. Without it, nothing is saved."
        ),
    ] = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a data dictionary; with --from, also record it for a provider.

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
        Path, typer.Argument(metavar="AGREEMENT.toml", help="Agreement file.", exists=True)
    ],
    *,
    record: Annotated[
        str, typer.Option("--record", help="Kind of records. Default: the first in the agreement.")
    ] = "",
    rows: Annotated[int, typer.Option("--rows", min=1, max=5000, help="Number of rows.")] = 100,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.csv", help="File to write.")],
    dictionary: Annotated[
        Path | None,
        typer.Option(
            "--dictionary",
            metavar="FILE",
            exists=True,
            help="The provider's data dictionary. Its lists of values are used.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a file of invented children with an agreement's data elements.

    Example: cairn synthetic examples/river-county/agreements/RC-DSA-01.toml --out pilot.csv

    Needs no server and no data folder. Values come from types, lists of codes and the data
    dictionary. Names and IDs show that they are invented. The children are the same in every file
    made for one agreement, so that the files can be matched. Send the file under the agreement of
    a pilot: cairn receive pilot.csv … --synthetic "made with cairn synthetic"
    """
    with run_command(as_json=as_json) as output:
        from cairn.interfaces.cli.agreements import agreement_files

        agreement_files.write_synthetic_file(
            output, agreement_files.SyntheticFileOptions(agreement, record, rows, out, dictionary)
        )
