"""Define `cairn release`, from draft to data-owner preview, and `cairn publish`, which ends it."""

from enum import StrEnum
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command
from cairn.interfaces.cli.releases import nation

app = typer.Typer(help="Draft, check and review what may leave.", no_args_is_help=True)
app.add_typer(nation.app, name="nation")
ReleaseNumber = Annotated[int, typer.Argument(metavar="RELEASE", help="The number of the release.")]


class MeasureStatistic(StrEnum):
    """Name the statistic of a measure that a release shows."""

    MEAN = "mean"
    MEDIAN = "median"


AnswersOption = Annotated[
    list[str] | None,
    typer.Option("--answer", help="RULE=WHY: why words are right that policy asks about; repeat."),
]


@app.command("list")
def show(
    *, acting: ActingUserOption = None, data: DataFolderOption = None, as_json: JsonOption = False
) -> None:
    """List the releases that you may see, and the state of each.

    Example: cairn release list
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import print_releases

        print_releases(output, acting)


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
    answer: AnswersOption = None,
    statistic: Annotated[
        MeasureStatistic | None,
        typer.Option("--statistic", help="What is told of a measure; else the mean."),
    ] = None,
    pilot: Annotated[
        bool, typer.Option("--pilot", help="Count the synthetic data of pilots, and no other.")
    ] = False,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin a release.

    Example: cairn release draft --title "Chronic absence" --outcome chronic_absence
    --by district,school
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import (
            ReleaseDraftOptions,
            draft_release_from_options,
        )

        options = ReleaseDraftOptions(
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
        draft_release_from_options(output, options, acting)


@app.command("reword")
def reword(
    release: ReleaseNumber,
    *,
    title: Annotated[str | None, typer.Option("--title", help="Else as it is.")] = None,
    story: Annotated[str | None, typer.Option("--story", help="Else as it is.")] = None,
    answer: AnswersOption = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change the words beside the figures, or say why they are right.

    Example: cairn release reword 1 --answer P25="No children of these groups live here."
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import reword_release_from_options

        reword_release_from_options(output, release, title, story, answer or [], acting)


@app.command("check")
def check(
    release: ReleaseNumber,
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Count, protect and attack: no withheld cell may be narrowed to a single value.

    Example: cairn release check 1
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import run_release_check

        run_release_check(output, release, acting)


@app.command("submit")
def submit(
    release: ReleaseNumber,
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand a checked release to the reviewers.

    Example: cairn release submit 1
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import submit_release_to_reviewers

        submit_release_to_reviewers(output, release, acting)


@app.command("send-back")
def send_back(
    release: ReleaseNumber,
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send the reviewed table to every owner of data in it.

    Example: cairn release send-back 1
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import send_release_for_preview

        send_release_for_preview(output, release, acting)


def publish(
    release: ReleaseNumber,
    *,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish a release. Refused with every reason until all holds.

    Example: cairn publish 1

    It must be checked as safe, approved by two reviewers who are not its author, and confirmed by
    every owner of data in it (or their time to answer must be over).
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.release_actions import publish_checked_release

        publish_checked_release(output, release, acting)
