"""`cairn secure`: what an organization says of its own security, and the plan it adopts."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking

app = typer.Typer(help="Assess an organization's security; adopt its plan.", no_args_is_help=True)

Which = Annotated[str, typer.Argument(help="The organization's short name.")]


@app.command("assess")
def assess(
    organization: Which,
    answers: Annotated[
        Path | None,
        typer.Argument(help="A TOML file of answers. Without it, an empty one is printed."),
    ] = None,
    *,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Record an organization's self-assessment, from a file of answers.

    Example: cairn secure assess river-county answers.toml

    First print the questions and fill them in: cairn secure assess river-county > answers.toml
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.securing import assessed, questions

        if answers is None:
            questions(voice, organization, acting)
        else:
            assessed(voice, organization, answers, acting)


@app.command("plan")
def plan(
    organization: Which,
    *,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Put it on file, as it is printed here.")
    ] = False,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print an organization's privacy and security plan, filled from how things are; adopt it.

    Example: cairn secure plan river-county --adopt
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.securing import planned

        planned(voice, organization, acting, adopt=adopt)
