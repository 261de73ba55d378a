"""Run the tutoring program of River County: two groups, their children, an autumn of attendance.

The second group meets at a site of its own, to which one of the two tutors is assigned. The first
one is open for online registration, and three families have registered a child. The second offers a
place to a family, counts its snacks, and has filed the report of an incident.

River County's children's fund pays for this program and for two others, which begin in two weeks.

The children are those of the tutoring papers, so that a tutor finds the same names on the roster
and on the list of children with consent.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django.utils import timezone

from cairn.demo.governance import consents, staff
from cairn.demo.program_notes import write_demo_notes
from cairn.governance.consents.api import ChildLabel
from cairn.governance.partners.api import Organization, add_organization
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import OrganizationKind
from cairn.services.families.api import state_program_access
from cairn.services.programs import api as programs_api

_WEEKS: Final = 10
_SEED: Final = 20_260_901
_MEAL_DAYS: Final = 6
_EVERY_DAY: Final = tuple(range(7))
_GROUPS: Final = (
    ("Grades 1 and 2", "Alder Creek Library", _EVERY_DAY, time(15, 0), time(16, 30), 18, "6-8"),
    ("Grades 3 and 4", "Heron Street School", (1, 3), time(16, 0), time(17, 30), 20, "8-10"),
)
"""Name, site, days of the week, times, places and ages. One group meets each day, so that there is
a session on any day."""

_FUNDED: Final = (
    ("math-lift", "Math Lift", "Birchwood Middle School", "11-13", "middle_grade_math"),
    ("two-rivers-mentoring", "Two Rivers Mentoring", "Stony Ford Hall", "12-18", ""),
)
"""Organization, program, site, ages and aim of the other programs that the fund pays for. Nothing
is published about them by program."""

_FUND_NAME: Final = "River County Children's Fund"

_SIGNATURE: Final = "M20 70L34 30L48 72L60 40L70 70L86 38L100 72L124 50L150 66L190 48M24 84L200 80"

_CONSENT_TEXT: Final = (
    "Riverside Readers may tell the partnership that your child takes part, and how often."
)
_CONSENT_TEXT_ES: Final = (
    "Riverside Readers puede informar a la asociación de que su hijo o hija participa, y con qué "
    "frecuencia."
)
_REGISTERED: Final = (
    (
        programs_api.ParticipantDetails(
            "Ximena", "Oduya", date(2019, 3, 14), guardian="Paz Oduya", phone="555-0171"
        ),
        "paz.oduya@families.example",
        True,
        "es",
    ),
    (
        programs_api.ParticipantDetails(
            "Theodore",
            "Lindqvist",
            date(2019, 8, 2),
            guardian="Maja Lindqvist",
            phone="555-0172",
            pick_up="Maja Lindqvist, 555-0172",
            health="Asthma: inhaler in the backpack",
        ),
        "",
        False,
        "en",
    ),
)
"""Child, email address, answer to the consent, and language of the page."""

_CHANCES: Final = {"present": 82, "absent": 9, "excused": 4, "late": 3, "left_early": 2}
"""How many in a hundred marks."""


def run_demo_program(at: datetime) -> None:
    """Set up the program, enroll its children and record attendance up to yesterday.

    It does nothing if the program exists.

    Args:
        at: the moment of the actions.
    """
    tutor = User.objects.get(email=staff.PROGRAM_STAFF.email)
    organization = Organization.objects.get(slug=staff.PROGRAM_STAFF.organization)
    if organization.programs_run.exists():
        return
    today = timezone.localdate(at)
    program = programs_api.create_program(
        organization=organization,
        name="Riverside Readers",
        description="Reading help after school, grades 1 to 4.",
        by=tutor,
        at=at,
    )
    children = consents.list_tutoring_children(today)
    half = len(children) // 2
    groups: list[programs_api.SessionSeries] = []
    draw = random.Random(_SEED)  # noqa: S311 - invented children
    for (name, site, weekdays, starts_at, ends_at, places, ages), part in zip(
        _GROUPS, (children[:half], children[half:]), strict=True
    ):
        plan = programs_api.SeriesPlan(
            site=site,
            name=name,
            weekdays=weekdays,
            starts_at=starts_at,
            ends_at=ends_at,
            first_day=today - timedelta(weeks=_WEEKS),
            last_day=today + timedelta(weeks=2 * _WEEKS),
            capacity=places,
            ages=ages,
            fee=Decimal(0),
            languages=("en", "es"),
            outcome="early_grade_reading",
        )
        series = programs_api.create_session_series(program=program, plan=plan, by=tutor, at=at)
        groups.append(series)
        enrolled = [
            programs_api.enroll_participant(
                series=series,
                participant=None,
                details=_describe_child(child, number),
                starts=plan.first_day,
                by=tutor,
                at=at,
            ).pk
            for number, child in enumerate(part)
        ]
        for day in _list_session_days(plan, today):
            programs_api.record_session_attendance(
                series=series,
                day=day,
                entries=_draw_marks(draw, enrolled),
                reason="",
                by=tutor,
                at=at,
            )
    _register_children(groups[0], children[-1], tutor, at)
    first = groups[0].enrollments.select_related("participant__organization").order_by("pk")[0]
    _sign_out(groups[0], tutor, at)
    write_demo_notes(first.participant, tutor, at)
    _record_days(groups[1], tutor, at)
    _assign_tutor(groups[1], at)
    state_program_access(
        program=program,
        shown=True,
        service=None,
        by=User.objects.get(email=staff.find_demo_steward(organization.slug).email),
        at=at,
    )


def add_demo_funder(by: User, at: datetime) -> None:
    """Add the county's children's fund as a partner, unless it exists.

    Args:
        by: the data manager.
        at: the moment of the action.
    """
    if not Organization.objects.filter(slug=staff.FUNDER_SLUG).exists():
        kind = OrganizationKind.FUNDER
        add_organization(slug=staff.FUNDER_SLUG, name=_FUND_NAME, kind=kind, by=by, at=at)


def record_demo_funding(at: datetime) -> None:
    """Record that the county's children's fund pays for three programs; two of them begin soon.

    It does nothing if a funding is on record.

    Args:
        at: the moment of the actions.
    """
    funder = Organization.objects.get(slug=staff.FUNDER_SLUG)
    if funder.programs_funded.exists():
        return
    today = timezone.localdate(at)
    funded = [programs_api.Program.objects.get(organization__slug=staff.PROGRAM_STAFF.organization)]
    for slug, name, site, ages, aim in _FUNDED:
        steward = User.objects.get(email=staff.find_demo_steward(slug).email)
        program = programs_api.create_program(
            organization=Organization.objects.get(slug=slug),
            name=name,
            description="",
            by=steward,
            at=at,
        )
        plan = programs_api.SeriesPlan(
            site=site,
            name=f"Ages {ages}",
            weekdays=(1, 3),
            starts_at=time(16, 0),
            ends_at=time(17, 30),
            first_day=today + timedelta(weeks=2),
            ages=ages,
            outcome=aim,
        )
        programs_api.create_session_series(program=program, plan=plan, by=steward, at=at)
        funded.append(program)
    for program in funded:
        steward_email = staff.find_demo_steward(program.organization.slug).email
        programs_api.record_program_funding(
            program=program,
            funder=funder,
            starts=today - timedelta(weeks=_WEEKS),
            ends=None,
            by=User.objects.get(email=steward_email),
            at=at,
        )


def _assign_tutor(series: programs_api.SessionSeries, at: datetime) -> None:
    """Let the program's steward assign the second tutor to the site of a group."""
    organization = series.program.organization
    programs_api.assign_staff(
        organization=organization,
        person=User.objects.get(email=staff.SITE_TUTOR.email),
        position=programs_api.StaffPosition.TUTOR,
        program=series.program,
        site=series.site,
        starts=series.first_day,
        ends=None,
        by=User.objects.get(email=staff.find_demo_steward(organization.slug).email),
        at=at,
    )


def _register_children(
    series: programs_api.SessionSeries, known: ChildLabel, tutor: User, at: datetime
) -> None:
    """Open the registration; one of the children who are registered is on record already."""
    offer = programs_api.OfferDetails(
        closes_on=timezone.localdate(at) + timedelta(weeks=3),
        asks_safety=True,
        consent_text=_CONSENT_TEXT,
        consent_text_es=_CONSENT_TEXT_ES,
    )
    programs_api.open_registration(series=series, details=offer, by=tutor, at=at)
    again = _describe_child(known, len(_REGISTERED))
    for number, (child, email, agrees, language) in enumerate(
        (*_REGISTERED, (again, "", True, "es"))
    ):
        programs_api.register_child(
            series=series,
            details=programs_api.RegistrationDetails(replace(child, own_id=""), email),
            consents=agrees,
            language=language,
            token=f"demo-{number}",
            who=Actor.public(),
            by=None,
            at=at,
        )


def _sign_out(series: programs_api.SessionSeries, tutor: User, at: datetime) -> None:
    """Sign a child out today, with the signature of the first adult of the child's list."""
    enrollment = series.enrollments.select_related("participant").order_by("pk")[0]
    child = enrollment.participant
    details = programs_api.load_participant_details([child])[child.key]
    programs_api.sign_child_out(
        enrollment=enrollment,
        day=timezone.localdate(at),
        adult=programs_api.list_authorized_adults(details)[0],
        signature=_SIGNATURE,
        by=tutor,
        at=at,
    )


def _record_days(series: programs_api.SessionSeries, tutor: User, at: datetime) -> None:
    """Count the snacks of the last sessions, file the report of an incident, offer a place."""
    rows = list(series.enrollments.all())
    today = timezone.localdate(at)
    days = sorted({mark.day for row in rows for mark in row.attendance_marks.all()})
    for day in days[-_MEAL_DAYS:]:
        programs_api.record_meal_count(
            series=series,
            day=day,
            meal=programs_api.Meal.SNACK,
            served=programs_api.count_present(series, day),
            children=(),
            reason=programs_api.MealReason.LATE,
            seen=0,
            by=tutor,
            at=at,
        )
    incident = programs_api.write_incident(
        program=series.program,
        incident=None,
        occurred_at=timezone.make_aware(datetime.combine(days[-1], time(16, 40))),
        kind=programs_api.IncidentKind.INJURY,
        children=[rows[0].participant_id],
        licensing_informed_at=None,
        details=programs_api.IncidentDetails(
            place="Reading room",
            happened="Fell from a chair and hit an elbow on the table.",
            done="Ice for ten minutes; the elbow moves without pain.",
            parents_informed="Mother, by phone, at pick-up time.",
        ),
        seen="",
        key="d" * 32,
        by=tutor,
        at=at,
    )
    programs_api.file_incident(
        incident=incident,
        seen=programs_api.compute_draft_digest(incident),
        by=tutor,
        at=at,
    )
    child = programs_api.RegistrationDetails(
        programs_api.ParticipantDetails(
            "Imani", "Castellanos", date(today.year - 9, 5, 6), guardian="Lucia Castellanos"
        ),
        "lucia.castellanos@families.example",
    )
    offer = programs_api.OfferDetails(
        closes_on=today + timedelta(weeks=3),
        asks_safety=False,
        consent_text="",
        consent_text_es="",
    )
    programs_api.open_registration(series=series, details=offer, by=tutor, at=at)
    programs_api.register_child(
        series=series,
        details=child,
        consents=None,
        language="es",
        token="demo-offer",  # noqa: S106 - recognizes a page sent twice
        who=Actor.public(),
        by=None,
        at=at,
    )
    programs_api.offer_next_place(series=series, days=5, by=tutor, at=at)


def _describe_child(child: ChildLabel, number: int) -> programs_api.ParticipantDetails:
    given_name, _, family_name = child.name.partition(" ")
    return programs_api.ParticipantDetails(
        given_name=given_name,
        family_name=family_name,
        birth_date=child.birth_date,
        own_id=child.local_id,
        guardian=f"Rosa {family_name}",
        phone=f"555-01{number:02}",
        pick_up=f"Rosa and Marco {family_name}",
        channel="text" if number % 2 else "call",
        language="English" if number % 2 else "Spanish",
        health="Peanut allergy" if number == 3 else "",  # noqa: PLR2004 - one child
    )


def _list_session_days(plan: programs_api.SeriesPlan, today: date) -> list[date]:
    """List the days before today on which the group met: all of the last week, else three a week.

    Fewer days make the demo faster; a session of the last week without attendance would be a task.
    """
    days = (plan.first_day + timedelta(days=number) for number in range(7 * _WEEKS))
    last_week = today - timedelta(days=7)
    return [
        day
        for day in days
        if day.weekday() in plan.weekdays and (day.weekday() in (1, 2, 3) or day >= last_week)
    ]


def _draw_marks(
    draw: random.Random, enrolled: list[int]
) -> Mapping[int, programs_api.AttendanceEntry]:
    statuses = draw.choices(list(_CHANCES), list(_CHANCES.values()), k=len(enrolled))
    return {
        number: programs_api.AttendanceEntry(
            programs_api.AttendanceStatus(status),
            45 if status in ("late", "left_early") else None,
        )
        for number, status in zip(enrolled, statuses, strict=True)
    }
