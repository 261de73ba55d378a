"""Define `cairn release nation`: a Tribal nation decides whether figures may count its children."""

from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

app = typer.Typer(
    help="A tribal nation's own word on figures that would count its children.",
    no_args_is_help=True,
)

NationReleaseNumber = Annotated[
    int, typer.Argument(metavar="RELEASE", help="The number of the release.")
]

NationOption = Annotated[
    str, typer.Option("--nation", help="Its short name; else the one that you answer for.")
]


@app.command("approve")
def approve(
    release: NationReleaseNumber,
    *,
    nation: NationOption = "",
    condition: Annotated[
        str,
        typer.Option("--condition", help="What has to be done before anything is published."),
    ] = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a release count the nation's children; only a steward of the nation may.

    Example: cairn release nation approve 3 --condition "Read the story with our council first."

    With a condition nothing is published until the nation approves again without one. The answer
    counts from now on, with the name of the steward who gave it.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import record_nation_answer
        from cairn.policy.vocabulary import NationAnswer

        record_nation_answer(output, release, NationAnswer.APPROVE, nation, condition, acting)


@app.command("decline")
def decline(
    release: NationReleaseNumber,
    *,
    nation: NationOption = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Leave the nation's children out, or take an approval back; no reason is asked.

    Example: cairn release nation decline 3

    It counts for everything that is made after; what was published before stays.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import record_nation_answer
        from cairn.policy.vocabulary import NationAnswer

        record_nation_answer(output, release, NationAnswer.DECLINE, nation, "", acting)
