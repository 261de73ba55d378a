"""Define `cairn decide`: answer whether a use is allowed, from plain files and without a server."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.output import JsonOption, run_command
from cairn.policy.vocabulary import Audience


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
        from cairn.interfaces.cli.agreements.use_decision import (
            print_decision_schema,
            report_use_decision,
        )

        if schema is not None:
            print_decision_schema(output, schema.value)
        else:
            report_use_decision(output, facts, request, on, audience, child)
