"""`cairn decide`: ask the one decision of a use from plain files, without a server."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.voice import AsJson, speaking
from cairn.rules.vocabulary import Audience


class Printed(StrEnum):
    """The two files that the command reads."""

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
        Printed | None, typer.Option(help="Print the JSON Schema of one of the files.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a use of data about children is lawful and agreed, with every reason.

    Example: cairn decide --facts examples/decide/facts.json --request examples/decide/view.json

    Ends with 0 where something is allowed, 1 where nothing is, 2 where a file cannot be read.
    """
    with speaking(as_json=as_json) as voice:
        from cairn.cli import deciding

        if schema is not None:
            deciding.print_schema(voice, schema.value)
        else:
            deciding.answer(voice, facts, request, on, audience, child)
