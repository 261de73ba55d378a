"""Define `cairn release`, `cairn publish` and `cairn trace`.

A release goes from draft to data-owner preview, and `publish` ends it; under `release nation` a
Tribal nation decides whether figures may count its children. `trace` identifies the recipient of a
leaked extract file.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command

nation_app = typer.Typer(
    help="A tribal nation's own word on figures that would count its children.",
    no_args_is_help=True,
)

NationReleaseNumber = Annotated[
    int, typer.Argument(metavar="RELEASE", help="The number of the release.")
]

NationOption = Annotated[
    str, typer.Option("--nation", help="Its short name; else the one that you answer for.")
]


@nation_app.command("approve")
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
        from cairn.interfaces.cli.releases import release_actions
        from cairn.policy.vocabulary import NationAnswer

        release_actions.record_nation_answer(
            output, release, NationAnswer.APPROVE, nation, condition, acting
        )


@nation_app.command("decline")
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
        from cairn.interfaces.cli.releases import release_actions
        from cairn.policy.vocabulary import NationAnswer

        release_actions.record_nation_answer(
            output, release, NationAnswer.DECLINE, nation, "", acting
        )


release_app = typer.Typer(help="Draft, check and review what may leave.", no_args_is_help=True)
release_app.add_typer(nation_app, name="nation")
ReleaseNumber = Annotated[int, typer.Argument(metavar="RELEASE", help="The number of the release.")]


class MeasureStatistic(StrEnum):
    """Name the statistic of a measure that a release shows."""

    MEAN = "mean"
    MEDIAN = "median"


AnswersOption = Annotated[
    list[str] | None,
    typer.Option("--answer", help="RULE=WHY: why words are right that policy asks about; repeat."),
]


@release_app.command("list")
def show(
    *, acting: ActingUserOption = None, data: DataFolderOption = None, as_json: JsonOption = False
) -> None:
    """List the releases that you may see, and the state of each.

    Example: cairn release list
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases import release_actions

        release_actions.print_releases(output, acting)


@release_app.command("draft")
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
        from cairn.interfaces.cli.releases import release_actions

        options = release_actions.ReleaseDraftOptions(
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
        release_actions.draft_release_from_options(output, options, acting)


@release_app.command("reword")
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
        from cairn.interfaces.cli.releases import release_actions

        release_actions.reword_release_from_options(
            output, release, title, story, answer or [], acting
        )


@release_app.command("check")
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
        from cairn.interfaces.cli.releases import release_actions

        release_actions.run_release_check(output, release, acting)


@release_app.command("submit")
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
        from cairn.interfaces.cli.releases import release_actions

        release_actions.submit_release_to_reviewers(output, release, acting)


@release_app.command("send-back")
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
        from cairn.interfaces.cli.releases import release_actions

        release_actions.send_release_for_preview(output, release, acting)


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
        from cairn.interfaces.cli.releases import release_actions

        release_actions.publish_checked_release(output, release, acting)


def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The file that was found.")],
    *,
    column: Annotated[
        str, typer.Option("--column", help="The column of the children's codes.")
    ] = "person",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Identify the recipient of a leaked file from its row order.

    Exit 1 where it cannot be traced: sorted, with other codes, or of fewer than 20 children.

    Example: cairn trace found.csv
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.copy_tracing import trace_extract_file

        trace_extract_file(output, file, column, acting)
