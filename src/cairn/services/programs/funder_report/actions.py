"""Record that a report left the program, and choose the bands of hours of further ones."""

from datetime import datetime

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import FunderReportFact
from cairn.services.programs import dosage, models
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.facts import get_slug_of_program
from cairn.services.programs.funder_report import report_queries


def _build_funder_facts(*, report: report_queries.ProgramReport) -> tuple[FunderReportFact]:
    return (
        report_queries.build_report_fact(report.program, report.counts.first, report.counts.last),
    )


def _build_publication_facts(*, report: report_queries.ProgramReport) -> tuple[FunderReportFact]:
    counts = report.counts
    return (
        report_queries.build_report_fact(
            report.program, counts.first, counts.last, counts.smallest_shown
        ),
    )


@action(
    "program.funder_report_made", asks=questions.may_report_to_funder, facts=_build_funder_facts
)
def record_funder_report(
    permit: Permit, /, *, report: report_queries.ProgramReport, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a report of exact counts left the program for its funder. It names no child.

    Args:
        report: the report.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    return ActionResult(subject=report.program, detail=_describe_report(report))


@action(
    "program.report_published",
    asks=questions.may_publish_program_report,
    facts=_build_publication_facts,
)
def record_published_report(
    permit: Permit, /, *, report: report_queries.ProgramReport, by: User, at: datetime
) -> ActionResult[None]:
    """Record that the version of a report for publication was made.

    Args:
        report: the report for publication.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: somebody published these days with other bands of hours meanwhile.
        Refused: it would show a small group, or the policy does not allow it.
    """
    models.Program.objects.select_for_update().get(pk=report.program.pk)
    published = report_queries.find_published_report(
        report.program, report.counts.first, report.counts.last
    )
    if published is not None and published.hour_bands != report.counts.hour_bands:
        raise ProgramConflict(
            "Somebody downloaded a version for publication of these days just now, with other "
            "bands of hours. Download it again."
        )
    return ActionResult(subject=report.program, detail=_describe_report(report))


def _describe_report(report: report_queries.ProgramReport) -> dict[str, str]:
    counts = report.counts
    return {
        "first": counts.first.isoformat(),
        "last": counts.last.isoformat(),
        "bands": str(counts.hour_bands),
    }


@action("program.hour_bands_chosen", asks=questions.may_change_program, facts=get_slug_of_program)
def choose_hour_bands(
    permit: Permit,
    /,
    *,
    program: models.Program,
    hours: tuple[int, ...],
    seen: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Choose the bands of hours of a program, for its pages and its reports from now on.

    Reports that left the program do not change, and a further version for publication of their
    days keeps their bands (`find_published_report`).

    Args:
        program: the program.
        hours: the first hour of each band but the lowest; none for the federal bands.
        seen: the bands that the user saw, as text.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: somebody else chose other bands meanwhile, or they are no bands.
        Refused: the policy does not allow it.
    """
    row = models.Program.objects.select_for_update().get(pk=program.pk)
    if not dosage.is_band_list(hours):
        raise ProgramConflict("Enter up to ten numbers, each larger than the one before.")
    bands = dosage.build_hour_bands(hours)
    before = dosage.build_hour_bands(row.band_hours)
    if str(before) not in (seen, str(bands)):
        raise ProgramConflict(
            "Somebody else chose other bands meanwhile. Open the page again to see them."
        )
    row.band_hours = [] if bands == dosage.FEDERAL_BANDS else list(hours)
    row.save(update_fields=["band_hours"])
    return ActionResult(subject=row, detail={"bands": str(bands)})
