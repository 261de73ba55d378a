"""Define `cairn release`, `cairn publish` and `cairn trace`.

A release goes from draft to data-owner preview, and `publish` ends it; under `release nation` a
Tribal nation decides whether figures may count its children. `trace` identifies the recipient of a
leaked extract file.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cairn.interfaces.cli.installation import DataFolderOption, prepare_installation
from cairn.interfaces.cli.output import ActingUserOption, JsonOption, run_command
from cairn.policy.vocabulary import RenewalCadence
from cairn.sdc.options import ReleaseMethod

nation_app = typer.Typer(
    help="Record a Tribal nation's decision about a release.",
    no_args_is_help=True,
)

NationReleaseNumber = Annotated[
    int, typer.Argument(metavar="RELEASE", help="Number of the release.")
]

NationOption = Annotated[
    str, typer.Option("--nation", help="Short name of the Nation. Default: your own.")
]


@nation_app.command("approve")
def approve(
    release: NationReleaseNumber,
    *,
    nation: NationOption = "",
    condition: Annotated[
        str,
        typer.Option("--condition", help="What must be done before publication."),
    ] = "",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approve that a release counts the Nation's children.

    Example: cairn release nation approve 3 --condition "Read the story with our council first."

    Only a data steward of the Nation may do this; the steward's name is recorded. With a condition,
    nothing is published until the Nation approves again without one.
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
    """Decline that a release counts the Nation's children, or withdraw an approval.

    Example: cairn release nation decline 3

    No reason is needed. The decision applies to everything made from now on; figures that were
    published before stay.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases import release_actions
        from cairn.policy.vocabulary import NationAnswer

        release_actions.record_nation_answer(
            output, release, NationAnswer.DECLINE, nation, "", acting
        )


release_app = typer.Typer(help="Draft, check and submit releases.", no_args_is_help=True)
release_app.add_typer(nation_app, name="nation")
ReleaseNumber = Annotated[int, typer.Argument(metavar="RELEASE", help="Number of the release.")]


class MeasureStatistic(StrEnum):
    """Name the statistic of a measure that a release shows."""

    MEAN = "mean"
    MEDIAN = "median"


AnswersOption = Annotated[
    list[str] | None,
    typer.Option("--answer", help="RULE=WHY: your answer to a question of a rule. Repeatable."),
]


@release_app.command("list")
def show(
    *, acting: ActingUserOption = None, data: DataFolderOption = None, as_json: JsonOption = False
) -> None:
    """List the releases that you may see, with their status.

    Example: cairn release list
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases import release_actions

        release_actions.print_releases(output, acting)


@release_app.command("draft")
def draft(  # noqa: PLR0913 - each is an option of the command
    *,
    title: Annotated[str, typer.Option("--title", help="Title for the public.")],
    outcome: Annotated[
        list[str],
        typer.Option(
            "--outcome",
            help="Outcome or measure, such as chronic_absence or days_absent. Repeatable.",
        ),
    ],
    by: Annotated[
        list[str],
        typer.Option("--by", help="Dimensions of one table, such as district,school. Repeatable."),
    ],
    year: Annotated[
        list[str] | None, typer.Option("--year", help="School year. Repeatable. Default: all.")
    ] = None,
    organization: Annotated[
        str, typer.Option("--organization", help="Organization that publishes.")
    ] = "",
    story: Annotated[str, typer.Option("--story", help="The story behind the curve.")] = "",
    answer: AnswersOption = None,
    statistic: Annotated[
        MeasureStatistic | None,
        typer.Option("--statistic", help="Statistic of a measure. Default: mean."),
    ] = None,
    method: Annotated[
        ReleaseMethod,
        typer.Option("--method", help="Outcomes as percentages in ranges, or as exact counts."),
    ] = ReleaseMethod.SUPPRESS,
    pilot: Annotated[
        bool, typer.Option("--pilot", help="Count the synthetic data of pilots only.")
    ] = False,
    audience: Annotated[
        str,
        typer.Option(
            "--audience",
            metavar="PARTNER",
            help="Short name of the one partner that reads it. Default: the public.",
        ),
    ] = "",
    minimum: Annotated[
        int | None,
        typer.Option(
            "--minimum", help="Smallest group shown to that partner, in children. Default: 10."
        ),
    ] = None,
    cohort: Annotated[
        datetime | None,
        typer.Option(
            "--cohort",
            formats=["%Y-%m-%d"],
            help="Day on which the students of the program were enrolled, in every year and "
            "renewal. Default: those of each year.",
        ),
    ] = None,
    renew: Annotated[
        RenewalCadence | None,
        typer.Option(
            "--renew", help="Draft the next one each term or school year. Default: never."
        ),
    ] = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draft a release.

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
            method.value,
            pilot=pilot,
            audience=audience,
            minimum=minimum,
            cohort_on=cohort.date() if cohort else None,
            renew=renew.value if renew else "",
        )
        release_actions.draft_release_from_options(output, options, acting)


@release_app.command("reword")
def reword(
    release: ReleaseNumber,
    *,
    title: Annotated[
        str | None, typer.Option("--title", help="New title. Default: unchanged.")
    ] = None,
    story: Annotated[
        str | None, typer.Option("--story", help="New story. Default: unchanged.")
    ] = None,
    answer: AnswersOption = None,
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change the title or story of a release, or answer a question of a rule.

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
    """Count a release, suppress small cells, and test the suppression.

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
    """Submit a checked release to the reviewers.

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
    """Send a reviewed release to its data owners for preview.

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
    """Publish a release.

    Example: cairn publish 1

    The release must be checked, approved by two reviewers who are not its author, and confirmed by
    every data owner (or their time to answer must be over). Otherwise the command lists each
    missing step.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases import release_actions

        release_actions.publish_checked_release(output, release, acting)


def trace(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The leaked file.")],
    *,
    column: Annotated[
        str, typer.Option("--column", help="Column with the children's codes.")
    ] = "person",
    acting: ActingUserOption = None,
    data: DataFolderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Identify the recipient of a leaked file from its row order.

    Example: cairn trace found.csv

    The exit code is 1 if the file cannot be traced: it was sorted, has other codes, or has fewer
    than 20 children.
    """
    with run_command(as_json=as_json) as output:
        prepare_installation(data)
        from cairn.interfaces.cli.releases.copy_tracing import trace_extract_file

        trace_extract_file(output, file, column, acting)
