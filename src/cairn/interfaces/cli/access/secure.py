"""Define `cairn secure`: an organization's self-assessment of security, and its plan."""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

app = typer.Typer(help="Assess an organization's security; adopt its plan.", no_args_is_help=True)
OrganizationArgument = Annotated[str, typer.Argument(help="The organization's short name.")]


@app.command("assess")
def assess(
    organization: OrganizationArgument,
    answers: Annotated[
        Path | None,
        typer.Argument(help="A TOML file of answers. Without it, an empty one is printed."),
    ] = None,
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record an organization's self-assessment, from a file of answers.

    Example: cairn secure assess river-county answers.toml

    First print the questions and fill them in: cairn secure assess river-county > answers.toml
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access.security import (
            print_security_questions,
            record_security_answers,
        )

        if answers is None:
            print_security_questions(output, organization, acting)
        else:
            record_security_answers(output, organization, answers, acting)


@app.command("plan")
def plan(
    organization: OrganizationArgument,
    *,
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Put it on file, as it is printed here.")
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an organization's privacy and security plan, filled from how things are; adopt it.

    Example: cairn secure plan river-county --adopt
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access.security import print_security_plan

        print_security_plan(output, organization, acting, adopt=adopt)
