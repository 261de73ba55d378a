"""Define `cairn people`, who may sign in, and `cairn secure`, an organization's security.

Under `people` are the first data manager, signatures and training; under `secure` the
self-assessment and the plan.
"""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

people_app = typer.Typer(help="See who acts for whom, and add people.", no_args_is_help=True)


@people_app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="Their email address, with which they sign in.")],
    *,
    name: Annotated[str, typer.Option("--name", help="Their name.")],
    role: Annotated[
        str,
        typer.Option("--role", help="data_manager, steward, analyst, reviewer or program_staff."),
    ] = "data_manager",
    organization: Annotated[
        str, typer.Option("--organization", help="Short name of whom they act for.")
    ] = "partnership",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give someone a role. They choose a password with the link that this prints.

    Example: cairn people add dana@example.org --name "Dana Whitfield"

    In a new installation the first person becomes the data manager of the
    partnership's own office, which is created if it does not exist.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access import staff

        staff.add_staff_member(
            output, staff.NewStaffMember(email, name, role, organization), acting
        )


@people_app.command("list")
def show(
    *, acting: ActingUserOption = None, data: DataFolderOption = None, as_json: JsonOption = False
) -> None:
    """List people, the organizations that they act for, and their roles, past ones too.

    Example: cairn people list
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access import staff

        staff.print_staff(output, acting)


@people_app.command("sign")
def sign(
    email: Annotated[str, typer.Argument(help="Your own email address.")],
    *,
    name: Annotated[
        str | None, typer.Option("--name", help="Your name, typed as your signature.")
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign the confidentiality agreement: read it, and type your name.

    Example: cairn people sign dana@example.org --name "Dana Whitfield"

    Without --name it prints the text and asks. Everyone who can see a child signs it, and signs
    again when it has a new version.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access import staff

        staff.sign_typed_agreement(output, email, name, acting)


@people_app.command("trained")
def trained(
    email: Annotated[str, typer.Argument(help="Whose training it was.")],
    *,
    module: Annotated[
        list[str],
        typer.Option("--module", help="A course's name, or 'all' modules; may be repeated."),
    ],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="When it took place.")],
    how: Annotated[str, typer.Option("--how", help="Where and with whom; this is kept.")],
    organization: Annotated[
        str | None,
        typer.Option("--organization", help="Where they have a role, if at more than one."),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record training that was taken elsewhere, or the workshop.

    Example: cairn people trained dana@example.org --module all --on 2026-09-01 --how "County"

    Another data manager or steward records it; the only person of an organization records their
    own. The workshop (--module workshop) comes after the modules.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access import staff

        staff.record_outside_training(
            output, staff.OutsideTraining(email, tuple(module), on, how, organization), acting
        )


security_app = typer.Typer(
    help="Assess an organization's security; adopt its plan.", no_args_is_help=True
)
OrganizationArgument = Annotated[str, typer.Argument(help="The organization's short name.")]


@security_app.command("assess")
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
        from cairn.interfaces.cli.access import security

        if answers is None:
            security.print_security_questions(output, organization, acting)
        else:
            security.record_security_answers(output, organization, answers, acting)


@security_app.command("plan")
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
        from cairn.interfaces.cli.access import security

        security.print_security_plan(output, organization, acting, adopt=adopt)
