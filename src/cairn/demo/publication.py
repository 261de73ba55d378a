"""What the demo publishes, and what it leaves waiting so that a visitor has something to do."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone

from cairn.accounts.models import User
from cairn.demo import cast, nation
from cairn.demo.alder_creek import AUTUMN_FEED, AUTUMN_YEAR
from cairn.demo.calendar import school_year
from cairn.demo.households import LAST_YEAR
from cairn.demo.schooling import FIRST_SCHOOL_YEAR
from cairn.intake.models import Delivery
from cairn.partners.models import Organization
from cairn.releases import actions
from cairn.releases.checking import Progress
from cairn.releases.models import Release, SendBack
from cairn.rules.cards import framing
from cairn.rules.vocabulary import Answer, Verdict

Tables = tuple[tuple[str, ...], ...]

TABLES: Final[Tables] = (("district", "school"), ("race_ethnicity", "gender"))
WHOLE_YEARS: Final = tuple(school_year(y) for y in range(FIRST_SCHOOL_YEAR, LAST_YEAR + 1))


@dataclass(frozen=True, slots=True)
class Planned:
    """One release: an outcome with its story. `stops` names where it is left for a visitor;
    `years` none means every one there is; `rests_on` is a feed without which there is nothing.
    `nation` is what the nation says of it before it is counted; "waits": nothing yet."""

    outcome: str
    title: str
    story: str
    stops: str = ""
    tables: Tables = TABLES
    years: tuple[str, ...] = ()
    rests_on: str = ""
    nation: str = "yes"


RELEASES: Final = (
    Planned(
        "kindergarten_readiness",
        "Ready for kindergarten in River County",
        "Readiness fell for children who were three when preschools were closed, and has been "
        "climbing since. Little Acorns and Bridge to Kindergarten opened 140 new places in 2024.",
    ),
    Planned(
        "early_grade_reading",
        "Reading in grade 3",
        "All three districts moved to the same reading curriculum between 2022 and 2024. The "
        "state changed its test in 2023-24, so the last two years compare best with each other.",
    ),
    Planned(
        "middle_grade_math",
        "Mathematics in grade 8",
        "Two middle schools had no certified mathematics teacher for most of 2022-23. Families "
        "asked for evening tutoring, which Math Lift began the year after.",
    ),
    Planned(
        "high_school_graduation",
        "High school graduation",
        "The count follows a four-year cohort: a student who moves in joins it, one who moves "
        "away with a record leaves it. Reconnection staff now call within a week of an absence.",
    ),
    Planned(
        "postsecondary_enrollment",
        "From graduation to college",
        "College Bound began advising in all three districts in 2023. Apprenticeships are not in "
        "the college file: a student in one is counted as not enrolled.",
    ),
    Planned(
        "postsecondary_success",
        "A degree or certificate",
        "Six years are needed to see this figure, so it says something about the graduates of "
        "some years ago, not about this spring's.",
        stops="sent back",
        nation="asks first",
    ),
    Planned(
        "workforce_success",
        "Working after school",
        "The board's list knows jobs with an employer in the state; work across the river and "
        "self-employment are not on it.",
        stops="in review",
        nation="waits",
    ),
    Planned(
        "chronic_absence",
        "Chronic absence",
        "Illness kept many children at home in 2021-22. Transport is the reason families name "
        "most often now: the last bus leaves before the last bell at four schools.",
        years=WHOLE_YEARS,
    ),
    Planned(
        "days_absent",
        "Days absent",
        "Where the last bus leaves before the last bell, children miss whole days, not hours. A "
        "mean says nothing of how many children miss how much: chronic absence does.",
        tables=(("district", "school"),),
        years=WHOLE_YEARS[-1:],
    ),
    Planned(
        "chronic_absence",
        "Absence this autumn, where families agreed",
        "A first look at three grades of Alder Creek. Only children whose families said yes are "
        "in it, so it says nothing about the others.",
        stops="checked",
        tables=(),
        years=(school_year(AUTUMN_YEAR),),
        rests_on=AUTUMN_FEED,
    ),
)


def publish_all(progress: Progress) -> int:
    """Takes each planned release as far as it goes; the number that the public may now see."""
    people = {user.email: user for user in User.objects.filter(is_invented=True)}
    published = 0
    for planned in RELEASES:
        if planned.rests_on and not _arrived(planned.rests_on):
            continue
        release = _find_or_draft(planned, people[cast.ANALYST.email])
        if planned.nation != "waits":
            asks_first = planned.nation == "asks first"
            nation.say_word(release, asks_first=asks_first, at=timezone.now())
        published += _take(release, planned.stops, people, progress)
    return published


def _arrived(feed: str) -> bool:
    """Whether rows of a feed are here: in a small county nobody may have agreed."""
    return Delivery.objects.filter(feed=feed, rows_kept__gt=0).exists()


def _find_or_draft(planned: Planned, author: User) -> Release:
    found = Release.objects.filter(title=planned.title).first()
    return found or actions.draft(
        title=planned.title,
        outcomes=[planned.outcome],
        tables=planned.tables,
        years=planned.years,
        organization=Organization.objects.get(slug=cast.BACKBONE),
        story=planned.story,
        by=author,
        at=timezone.now(),
    )


def _take(release: Release, stops: str, people: dict[str, User], progress: Progress) -> bool:
    author, manager = people[cast.ANALYST.email], people[cast.MANAGER.email]
    first, second = (people[member.email] for member in cast.REVIEWERS)
    if release.state == "draft":
        actions.check(release=release, by=author, at=timezone.now(), progress=progress)
    if stops == "checked":
        return False
    if release.state == "checked":
        _submit(release, author)
    if release.state == "in_review":
        _review(release, second, "Compared with the district's own report: the order is the same.")
        if stops == "in review":
            return False
        _review(release, first, "Framing and comparison group are fair.")
        actions.send_back(release=release, by=manager, at=timezone.now())
    if release.state == "sent_back":
        for waiting in release.send_backs.filter(round=release.round, answer=""):
            owner = cast.steward_of(waiting.organization.slug)
            if stops == "sent back" and owner.email == _LEFT_TO_THE_VISITOR:
                continue
            _confirm(waiting, people[owner.email])
        release.refresh_from_db()
    if release.state == "approved":
        now = timezone.now()
        day = timezone.localdate(now) - _REPORTED_BEFORE
        actions.report(release=release, on=day, by=manager, at=now)
        actions.publish(release=release, by=manager, at=timezone.now())
    return release.state == "published"


_REPORTED_BEFORE: Final = timedelta(days=28)
"""How long ago each release was reported to the state, which asks for ten business days."""
_LEFT_TO_THE_VISITOR: Final = cast.steward_of("alder-creek-sd").email


def _submit(release: Release, author: User) -> None:
    if release.missing_groups and not release.framing:
        _say_who_is_missing(release, author)
    actions.submit(release=release, by=author, at=timezone.now())


def _say_who_is_missing(release: Release, author: User) -> None:
    said = {
        framing.MISSING_GROUPS.id: "No child of these groups is in the records of River County."
    }
    actions.reword(
        release=release,
        title=release.title,
        story=release.story,
        framing=said,
        by=author,
        at=timezone.now(),
    )


def _review(release: Release, by: User, comment: str) -> None:
    if not release.reviews.filter(round=release.round, reviewer=by).exists():
        actions.review(
            release=release, verdict=Verdict.APPROVE, comment=comment, by=by, at=timezone.now()
        )


def _confirm(waiting: SendBack, by: User) -> None:
    comment = "These are our figures, and the context is right."
    actions.answer(
        send_back=waiting, answer=Answer.CONFIRM, comment=comment, by=by, at=timezone.now()
    )
