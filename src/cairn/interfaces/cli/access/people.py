"""Define `cairn people`: who may sign in, and the first data manager."""

from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

app = typer.Typer(help="See who acts for whom, and add people.", no_args_is_help=True)


@app.command("add")
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
        from cairn.interfaces.cli.access.staff import NewStaffMember, add_staff_member

        add_staff_member(output, NewStaffMember(email, name, role, organization), acting)


@app.command("list")
def show(
    *, acting: ActingUserOption = None, data: DataFolderOption = None, as_json: JsonOption = False
) -> None:
    """List people, the organizations that they act for, and their roles, past ones too.

    Example: cairn people list
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.access.staff import print_staff

        print_staff(output, acting)


@app.command("sign")
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
        from cairn.interfaces.cli.access.staff import sign_typed_agreement

        sign_typed_agreement(output, email, name, acting)


@app.command("trained")
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
        from cairn.interfaces.cli.access.staff import OutsideTraining, record_outside_training

        record_outside_training(
            output, OutsideTraining(email, tuple(module), on, how, organization), acting
        )
