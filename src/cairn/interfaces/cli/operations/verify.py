"""Define `cairn verify`: check that every record and file is as it was written."""

from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command


def verify(
    *,
    kept: Annotated[
        str,
        typer.Option("--head", metavar="LINE:HASH", help="What an earlier check said to keep."),
    ] = "",
    replay: Annotated[
        bool,
        typer.Option("--replay", help="Ask every past decision again, on the facts of its day."),
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the audit chain, every manifest and every file's hash: one changed byte is found.

    Example: cairn verify --json

    Keep the line and hash it prints outside this machine, and give them next time with --head: so
    a chain that was cut, or rewritten by someone with the key, is found too.

    With --replay every past decision about data is asked again, on the facts of its day: those that
    would be answered otherwise today, since the rules changed, are shown.

    Ends with code 1 when anything is not as it was written.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.operations.verification import verify_installation

        verify_installation(output, acting, kept, replay=replay)
