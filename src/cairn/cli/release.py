"""`cairn release`: what may leave, from draft to sent back; `cairn publish` ends it."""

from enum import StrEnum
from typing import Annotated

import typer

from cairn.cli import nation
from cairn.cli.installation import Data, ready
from cairn.cli.voice import As, AsJson, speaking

app = typer.Typer(help="Draft, check and review what may leave.", no_args_is_help=True)
app.add_typer(nation.app, name="nation")

Number = Annotated[int, typer.Argument(metavar="RELEASE", help="The number of the release.")]


class Told(StrEnum):
    """What a release tells of a measure."""

    MEAN = "mean"
    MEDIAN = "median"


Answers = Annotated[
    list[str] | None,
    typer.Option("--answer", help="RULE=WHY: why words are right that policy asks about; repeat."),
]


@app.command("list")
def show(*, acting: As = None, data: Data = None, as_json: AsJson = False) -> None:
    """The releases you may see, and where each stands.

    Example: cairn release list
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import listed

        listed(voice, acting)


@app.command("draft")
def draft(  # noqa: PLR0913 - each is an option of the command
    *,
    title: Annotated[str, typer.Option("--title", help="What the public will read.")],
    outcome: Annotated[
        list[str],
        typer.Option(
            "--outcome", help="An outcome or a measure: chronic_absence, days_absent; repeat."
        ),
    ],
    by: Annotated[
        list[str],
        typer.Option("--by", help="A table: its dimensions, such as district,school; repeat."),
    ],
    year: Annotated[
        list[str] | None, typer.Option("--year", help="A school year; repeat. Else every one.")
    ] = None,
    organization: Annotated[
        str, typer.Option("--organization", help="Short name of who releases.")
    ] = "",
    story: Annotated[str, typer.Option("--story", help="The story behind the curve.")] = "",
    answer: Answers = None,
    statistic: Annotated[
        Told | None, typer.Option("--statistic", help="What is told of a measure; else the mean.")
    ] = None,
    pilot: Annotated[
        bool, typer.Option("--pilot", help="Count the synthetic data of pilots, and no other.")
    ] = False,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Begin a release.

    Example: cairn release draft --title "Chronic absence" --outcome chronic_absence
    --by district,school
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import Wanted, begin

        wanted = Wanted(
            title,
            tuple(outcome),
            tuple(by),
            tuple(year or ()),
            organization,
            story,
            answer or [],
            statistic or "",
            pilot=pilot,
        )
        begin(voice, wanted, acting)


@app.command("reword")
def reword(
    release: Number,
    *,
    title: Annotated[str | None, typer.Option("--title", help="Else as it is.")] = None,
    story: Annotated[str | None, typer.Option("--story", help="Else as it is.")] = None,
    answer: Answers = None,
    acting: As = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Change the words beside the figures, or say why they are right.

    Example: cairn release reword 1 --answer P25="Nobody of these groups lives here."
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import reworded

        reworded(voice, release, title, story, answer or [], acting)


@app.command("check")
def check(
    release: Number, *, acting: As = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Count, protect and attack: no withheld cell may be narrowed to a single value.

    Example: cairn release check 1
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import checked

        checked(voice, release, acting)


@app.command("submit")
def submit(
    release: Number, *, acting: As = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Hand a checked release to the reviewers.

    Example: cairn release submit 1
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import submitted

        submitted(voice, release, acting)


@app.command("send-back")
def send_back(
    release: Number, *, acting: As = None, data: Data = None, as_json: AsJson = False
) -> None:
    """Send the reviewed table to every owner of data in it.

    Example: cairn release send-back 1
    """
    with speaking(as_json=as_json) as voice:
        ready(data)
        from cairn.cli.releasing import sent_back

        sent_back(voice, release, acting)
