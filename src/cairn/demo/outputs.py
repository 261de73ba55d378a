"""Publish the demo's releases, set its target, and prepare its extracts.

Some releases are left unfinished so that a visitor has something to do. The data committee agreed
on one target. One extract of the research project is prepared, reviewed, and available to its
recipient, so that a visitor can download it once; the other has free text that a person has to
read, so that a visitor can read it.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from cairn.data.intake.api import Delivery
from cairn.demo.governance import projects, staff, tribal_nation
from cairn.demo.population.households import LAST_YEAR
from cairn.demo.population.pathways import FIRST_SCHOOL_YEAR
from cairn.demo.population.school_calendar import format_school_year
from cairn.demo.sources.alder_creek import AUTUMN_FEED, AUTUMN_YEAR
from cairn.governance.partners.api import Organization, load_actor
from cairn.governance.projects.api import Version
from cairn.outputs.dashboards import api as dashboards_api
from cairn.outputs.extracts import api as extracts_api
from cairn.outputs.releases import api as releases_api
from cairn.outputs.releases.api import Extract
from cairn.platform.accounts.api import User
from cairn.platform.second_process import open_second_process
from cairn.platform.tasks.api import Progress, StoppedError
from cairn.policy.engine import Refused
from cairn.policy.law import MISSING_GROUPS
from cairn.policy.questions import may_set_target
from cairn.policy.vocabulary import OwnerAnswer, ReviewVerdict
from cairn.sdc.options import ReleaseMethod
from cairn.warehouse.measures import list_following_periods

TableDimensions = tuple[tuple[str, ...], ...]
DEFAULT_TABLES: Final[TableDimensions] = (("district", "school"), ("race_ethnicity", "gender"))
COMPLETE_YEARS: Final = tuple(
    format_school_year(y) for y in range(FIRST_SCHOOL_YEAR, LAST_YEAR + 1)
)


@dataclass(frozen=True, slots=True)
class PlannedRelease:
    """Plan one release: outcomes with their story.

    `stops` names the step where it is left for a visitor. Without `years` it covers every year.
    `rests_on` is a feed without which there is nothing to count. `nation` is what the nation
    answers before it is counted; "waits" means no answer yet. In a county of fewer than
    `smallest_county` children the check refuses it, so that it is not begun.
    """

    outcomes: tuple[str, ...]
    title: str
    story: str
    stops: str = ""
    tables: TableDimensions = DEFAULT_TABLES
    years: tuple[str, ...] = ()
    rests_on: str = ""
    nation: str = "yes"
    method: ReleaseMethod = ReleaseMethod.BANDS
    smallest_county: int = 0


PLANNED_RELEASES: Final = (
    PlannedRelease(
        ("kindergarten_readiness",),
        "Ready for kindergarten in River County",
        "Readiness fell for children who were three when preschools were closed, and has been "
        "climbing since. Little Acorns and Bridge to Kindergarten opened 140 new places in 2024.",
    ),
    PlannedRelease(
        ("early_grade_reading",),
        "Reading in grade 3",
        "All three districts moved to the same reading curriculum between 2022 and 2024. The "
        "state changed its test in 2023-24, so the last two years compare best with each other.",
    ),
    PlannedRelease(
        ("early_grade_reading",),
        "Reading by ZIP code, and with Riverside Readers",
        "Riverside Readers tutors where families asked for it, so its children began behind. A "
        "difference between them and all others is not what the program did.",
        tables=(("zip",), ("program:Riverside Readers",)),
        years=COMPLETE_YEARS[-1:],
        smallest_county=5_000,
    ),
    PlannedRelease(
        ("middle_grade_math",),
        "Mathematics in grade 8",
        "Two middle schools had no certified mathematics teacher for most of 2022-23. Families "
        "asked for evening tutoring, which Math Lift began the year after.",
    ),
    PlannedRelease(
        ("high_school_graduation",),
        "High school graduation",
        "The figure follows students from grade 9 for four years. Students who move in are added. "
        "Students who move away are taken out if their school has a record of it. Reconnection "
        "staff now call within a week of an absence.",
    ),
    PlannedRelease(
        ("postsecondary_enrollment",),
        "From graduation to college",
        "College Bound began advising in all three districts in 2023. Apprenticeships are not in "
        "the college file, so an apprentice counts as not enrolled.",
    ),
    PlannedRelease(
        ("postsecondary_success",),
        "A degree or certificate",
        "It takes six years to know this figure. It describes students who graduated years ago, "
        "not this spring's graduates.",
        stops="sent back",
        nation="asks first",
    ),
    PlannedRelease(
        ("workforce_success",),
        "Working after school",
        "The workforce board knows only jobs with an employer in this state. Work in the next "
        "state and self-employment are not counted.",
        stops="in review",
        nation="waits",
    ),
    PlannedRelease(
        ("chronic_absence",),
        "Chronic absence",
        "Illness kept many children at home in 2021-22. Transport is the reason families name "
        "most often now: the last bus leaves before the last bell at four schools.",
        years=COMPLETE_YEARS,
    ),
    PlannedRelease(
        ("program_reach", "program_participation"),
        "Children and youth in programs",
        "Twelve programs send their attendance. What schools themselves offer after class is not "
        "counted yet, and neither are programs that keep no attendance.",
        years=COMPLETE_YEARS[-1:],
    ),
    PlannedRelease(
        ("days_absent",),
        "Days absent",
        "Where the last bus leaves before the last bell, children miss whole days, not hours. A "
        "mean does not show how many children miss a lot of school. Chronic absence does.",
        tables=(("district", "school"),),
        years=COMPLETE_YEARS[-1:],
    ),
    PlannedRelease(
        ("chronic_absence",),
        "Absence this autumn, where families agreed",
        "A first look at three grades of Alder Creek. It counts only children whose families "
        "agreed, so it does not describe the others.",
        stops="checked",
        tables=(),
        years=(format_school_year(AUTUMN_YEAR),),
        rests_on=AUTUMN_FEED,
        method=ReleaseMethod.SUPPRESS,
    ),
)


def publish_demo_releases(people: int, progress: Progress) -> int:
    """Take each planned release as far as it goes, and return how many the public may now see.

    Partners then get the reports that their agreements promise.
    """
    with open_second_process():
        published_count = _publish_planned_releases(people, progress)
    releases_api.deliver_due_reports(timezone.now())
    return published_count


def _publish_planned_releases(people: int, progress: Progress) -> int:
    users_by_email = {user.email: user for user in User.objects.filter(is_invented=True)}
    published_count = 0
    for planned in PLANNED_RELEASES:
        if people < planned.smallest_county:
            continue
        if planned.rests_on and not _has_feed_rows(planned.rests_on):
            continue
        release = _find_or_draft_release(planned, users_by_email[staff.ANALYST.email])
        if planned.nation != "waits":
            has_condition = planned.nation == "asks first"
            tribal_nation.approve_release_for_nation(
                release, has_condition=has_condition, at=timezone.now()
            )
        published_count += _advance_release(release, planned.stops, users_by_email, progress)
    return published_count


def _has_feed_rows(feed: str) -> bool:
    """Decide whether rows of a feed exist: in a small county perhaps no family agreed."""
    return Delivery.objects.filter(feed=feed, rows_kept__gt=0).exists()


def _find_or_draft_release(planned: PlannedRelease, author: User) -> releases_api.Release:
    existing = releases_api.Release.objects.filter(title=planned.title).first()
    return existing or releases_api.draft_release(
        title=planned.title,
        outcomes=planned.outcomes,
        tables=planned.tables,
        method=planned.method.value,
        years=planned.years,
        organization=Organization.objects.get(slug=staff.BACKBONE_SLUG),
        story=planned.story,
        by=author,
        at=timezone.now(),
    )


def _advance_release(
    release: releases_api.Release, stops: str, users_by_email: dict[str, User], progress: Progress
) -> bool:
    author, manager = users_by_email[staff.ANALYST.email], users_by_email[staff.MANAGER.email]
    first_reviewer, second_reviewer = (users_by_email[member.email] for member in staff.REVIEWERS)
    if release.state == "draft":
        releases_api.check_release_disclosure(
            release=release, by=author, at=timezone.now(), progress=progress
        )
    if stops == "checked":
        return False
    if release.state == "checked":
        _submit_release(release, author)
    if release.state == "in_review":
        _approve_as_reviewer(
            release,
            second_reviewer,
            "Compared with the district's own report: the order is the same.",
        )
        if stops == "in review":
            return False
        _approve_as_reviewer(release, first_reviewer, "Framing and comparison group are fair.")
        releases_api.send_release_to_owners(release=release, by=manager, at=timezone.now())
    if release.state == "sent_back":
        for preview in release.send_backs.filter(round=release.round, answer=""):
            owner = staff.find_demo_steward(preview.organization.slug)
            if stops == "sent back" and owner.email == _VISITOR_STEWARD_EMAIL:
                continue
            _confirm_as_owner(preview, users_by_email[owner.email])
        release.refresh_from_db()
    if release.state == "approved":
        current_time = timezone.now()
        reported_on = timezone.localdate(current_time) - _REPORTED_BEFORE_RELEASE
        releases_api.record_state_report(
            release=release, on=reported_on, by=manager, at=current_time
        )
        releases_api.publish_release(release=release, by=manager, at=timezone.now())
    return release.state == "published"


_REPORTED_BEFORE_RELEASE: Final = timedelta(days=28)
"""How long ago each release was reported to the state, which requires ten business days."""

_VISITOR_STEWARD_EMAIL: Final = staff.find_demo_steward("alder-creek-sd").email


def _submit_release(release: releases_api.Release, author: User) -> None:
    if release.missing_groups and not release.framing:
        _explain_missing_groups(release, author)
    releases_api.submit_release(release=release, by=author, at=timezone.now())


def _explain_missing_groups(release: releases_api.Release, author: User) -> None:
    framing_answers = {
        MISSING_GROUPS.id: "No child of these groups is in the records of River County."
    }
    releases_api.reword_release(
        release=release,
        title=release.title,
        story=release.story,
        framing=framing_answers,
        by=author,
        at=timezone.now(),
    )


def _approve_as_reviewer(release: releases_api.Release, by: User, comment: str) -> None:
    if not release.reviews.filter(round=release.round, reviewer=by).exists():
        releases_api.review_release(
            release=release,
            verdict=ReviewVerdict.APPROVE,
            comment=comment,
            by=by,
            at=timezone.now(),
        )


def _confirm_as_owner(preview: releases_api.SendBack, by: User) -> None:
    comment = "These are our figures, and the context is right."
    releases_api.answer_send_back(
        send_back=preview, answer=OwnerAnswer.CONFIRM, comment=comment, by=by, at=timezone.now()
    )


_EXIT_REASON_ELEMENT: Final = "enrollment.exit_type"


def prepare_demo_extracts(by: User, at: datetime, progress: Progress) -> None:
    """Request, prepare and issue the extracts, unless one exists; `by` is the data manager.

    A county so small that no child is one of many has no extract.
    """
    if Extract.objects.exists():
        return
    elements = list(projects.RESEARCH_PROJECT.elements)
    coded_elements = [requested for requested in elements if requested != _EXIT_REASON_ELEMENT]
    coded_extract = _request_extract("Days absent in the year after a move", coded_elements, at)
    text_extract = _request_extract("What offices wrote down when a child left", elements, at)
    try:
        for requested in (coded_extract, text_extract):
            extracts_api.prepare_and_store_extract(
                extract=requested, by=by, at=at, progress=progress
            )
    except StoppedError:
        return
    for member in staff.REVIEWERS:
        reviewer = User.objects.get(email=member.email)
        review_comment = "I could not identify any child I know."
        extracts_api.review_extract(
            extract=coded_extract,
            verdict=ReviewVerdict.APPROVE,
            comment=review_comment,
            by=reviewer,
            at=at,
        )
    extracts_api.issue_extract(extract=coded_extract, by=by, at=at)


def _request_extract(title: str, elements: list[str], at: datetime) -> Extract:
    researcher = User.objects.get(email=staff.ANALYST.email)
    return extracts_api.request_extract(
        project=Version.objects.get(title=projects.RESEARCH_PROJECT.title).project,
        title=title,
        elements=elements,
        recipient=researcher,
        organization=Organization.objects.get(slug=staff.BACKBONE_SLUG),
        k=10,
        by=researcher,
        at=at,
    )


TARGET_OUTCOME: Final = "chronic_absence"
BASELINE_YEAR: Final = format_school_year(LAST_YEAR - 1)
_YEARS_AHEAD: Final = 4
_TARGET_PERCENT: Final = Decimal(10)
_AGREED_BY: Final = "Data committee, minutes of its autumn meeting"

_TARGET_CONTEXT: Final = (
    "The late bus comes back at the four schools whose last bus leaves before the last bell. "
    "At each school, a staff member calls the family after a student's third missed day and asks "
    "what would help."
)

_FACTORS: Final = (
    (
        "early_grade_reading",
        TARGET_OUTCOME,
        "A child who misses school misses the reading lessons of the early grades.",
    ),
    (
        TARGET_OUTCOME,
        "program_reach",
        "Programs after school solve the problem of the last bus for some families.",
    ),
)
"""Outcome, contributing factor and reason, as the committee named them."""


def set_demo_target(by: User, at: datetime) -> None:
    """Set the target, if its baseline is published, and name contributing factors."""
    on_date = timezone.localdate(at)
    wording = dashboards_api.TargetTerms(
        baseline_year=BASELINE_YEAR,
        target_year=list_following_periods(BASELINE_YEAR, _YEARS_AHEAD)[-1],
        percent=_TARGET_PERCENT,
        agreed_by=_AGREED_BY,
        agreed_on=on_date - timedelta(days=20),
        context=_TARGET_CONTEXT,
    )
    published_outcome = dashboards_api.load_published_outcome(TARGET_OUTCOME, on_date)
    fact = dashboards_api.build_target_fact(
        TARGET_OUTCOME, wording, published_outcome.figures if published_outcome else None
    )
    # In a small county that year's figure may be withheld.
    if may_set_target(fact, load_actor(by), on_date).allowed:
        dashboards_api.set_target(outcome=TARGET_OUTCOME, terms=wording, by=by, at=at)
    for outcome, factor, reason in _FACTORS:
        # In a small county neither may be published.
        with suppress(Refused):
            dashboards_api.name_factor(outcome=outcome, factor=factor, reason=reason, by=by, at=at)
