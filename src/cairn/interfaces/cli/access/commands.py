"""Define `cairn people`, who may sign in, and `cairn secure`, an organization's security.

Under `people` are the first data manager, signatures and training; under `secure` the
self-assessment and the plan.
"""

from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

people_app = typer.Typer(help="Add and list people, signatures and training.", no_args_is_help=True)


@people_app.command("add")
def add(
    email: Annotated[str, typer.Argument(help="Email address that they sign in with.")],
    *,
    name: Annotated[str, typer.Option("--name", help="Full name.")],
    role: Annotated[
        str,
        typer.Option(
            "--role", help="Role: data_manager, steward, analyst, reviewer or program_staff."
        ),
    ] = "data_manager",
    organization: Annotated[
        str, typer.Option("--organization", help="Short name of their organization.")
    ] = "partnership",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a person with a role, and print the link with which they choose a password.

    Example: cairn people add dana@example.org --name "Dana Whitfield"

    In a new installation, the first person becomes the data manager of the partnership's own
    office. The office is created if it does not exist.
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
    """List people with their organizations and roles, including past roles.

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
        str | None, typer.Option("--name", help="Your full name, as your signature.")
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign the confidentiality agreement by typing your name.

    Example: cairn people sign dana@example.org --name "Dana Whitfield"

    Without --name, the command prints the text and asks for your name. Everyone with access to
    children's records signs it, and signs again when it has a new version.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access import staff

        staff.sign_typed_agreement(output, email, name, acting)


@people_app.command("trained")
def trained(
    email: Annotated[str, typer.Argument(help="Email address of the person who was trained.")],
    *,
    module: Annotated[
        list[str],
        typer.Option("--module", help="Name of a course, or 'all' for all modules. Repeatable."),
    ],
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="Date of the training.")],
    how: Annotated[str, typer.Option("--how", help="Place and trainer, for the record.")],
    organization: Annotated[
        str | None,
        typer.Option(
            "--organization", help="Their organization, if they have roles in more than one."
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record training that a person took elsewhere, or the workshop.

    Example: cairn people trained dana@example.org --module all --on 2026-09-01 --how "County"

    Another data manager or data steward records it. The only person of an organization records
    their own. The workshop (--module workshop) comes after the modules.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access import staff

        staff.record_outside_training(
            output, staff.OutsideTraining(email, tuple(module), on, how, organization), acting
        )


security_app = typer.Typer(
    help="Record an organization's security assessment and plan.", no_args_is_help=True
)
OrganizationArgument = Annotated[str, typer.Argument(help="The organization's short name.")]


@security_app.command("assess")
def assess(
    organization: OrganizationArgument,
    answers: Annotated[
        Path | None,
        typer.Argument(
            help="TOML file with the answers. Without it, the command prints an empty form."
        ),
    ] = None,
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record an organization's security self-assessment from a file of answers.

    Example: cairn secure assess river-county answers.toml

    First print the questions and answer them: cairn secure assess river-county > answers.toml
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
    adopt: Annotated[bool, typer.Option("--adopt", help="Adopt the plan as printed.")] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an organization's privacy and security plan from its current settings, or adopt it.

    Example: cairn secure plan river-county --adopt
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access import security

        security.print_security_plan(output, organization, acting, adopt=adopt)
