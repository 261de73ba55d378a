"""`cairn release nation`: a tribal nation says whether figures may count its children."""

from typing import Annotated

import typer

from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking

app = typer.Typer(
    help="A tribal nation's own word on figures that would count its children.",
    no_args_is_help=True,
)

Number = Annotated[int, typer.Argument(metavar="RELEASE", help="The number of the release.")]
Nation = Annotated[
    str, typer.Option("--nation", help="Its short name; else the one that you answer for.")
]


@app.command("approve")
def approve(
    release: Number,
    *,
    nation: Nation = "",
    condition: Annotated[
        str,
        typer.Option("--condition", help="What has to be done before anything is published."),
    ] = "",
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Let a release count the nation's children; only a steward of the nation may.

    Example: cairn release nation approve 3 --condition "Read the story with our council first."

    On a condition nothing is published until the nation approves again without one. The word counts
    from now on, with the name of who said it.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import nation_said
        from cairn.rules.vocabulary import NationAnswer

        nation_said(voice, release, NationAnswer.APPROVE, nation, condition, acting)


@app.command("decline")
def decline(
    release: Number,
    *,
    nation: Nation = "",
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Leave the nation's children out, or take an approval back; no reason is asked.

    Example: cairn release nation decline 3

    It counts for everything that is made after; what was published before stays.
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import nation_said
        from cairn.rules.vocabulary import NationAnswer

        nation_said(voice, release, NationAnswer.DECLINE, nation, "", acting)
