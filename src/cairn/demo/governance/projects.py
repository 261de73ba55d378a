"""Create River County's dictionary, committees and projects, up to authorization.

The first project is authorized, without the one element that Alder Creek excludes; minutes say how
the committee decided. A pilot is authorized too, and research on Birchwood's records, for which an
extract is prepared (`demo.outputs`). The last project is pending a vote of the committee,
so that a visitor can cast it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.demo.governance import pilot, staff
from cairn.governance.dictionaries.api import confirm_guessed_classes, import_dictionary
from cairn.governance.partners.api import Organization
from cairn.governance.projects import api as projects_api
from cairn.platform.accounts.api import User
from cairn.policy.checks import format_challenge_key
from cairn.policy.facts import BodyKind, ConflictOfInterest
from cairn.policy.vocabulary import (
    Ballot,
    Decider,
    KeyQuestion,
    Level,
    Principle,
    Purpose,
    StepAnswer,
)

_FIRST_PROVIDER: Final = "alder-creek-sd"
_AGREEMENT: Final = "RC-DSA-01"
_DATA_YEARS: Final = ("2022-23", "2025-26")

_EXCLUDED_ELEMENTS: Final = {
    "student.home_language": "We share language only for whole schools; ask us for those figures.",
}


@dataclass(frozen=True, slots=True)
class _ProjectPlan:
    """Hold what one project requests.

    That is its questions with who asked them, and for each element the questions that need it. The
    pilot concerns the nation too.
    """

    title: str
    questions: Mapping[str, str]
    elements: Mapping[str, list[str]]
    agreement: str = _AGREEMENT
    owner: str = _FIRST_PROVIDER
    purpose: Purpose = Purpose.PROGRAM_EVALUATION
    output: str = "Public figures, after both reviews"
    nations: tuple[str, ...] = ()
    pilot: bool = False


_ABSENCE_PROJECT: Final = _ProjectPlan(
    "What keeps children from school, and what helps?",
    {"How many days do children miss?": "Families", "At which schools and grades?": "Schools"},
    {
        "attendance_total.days_absent": ["Q1", "Q2"],
        "attendance_total.days_enrolled": ["Q1", "Q2"],
        "enrollment.grade": ["Q2"],
        "enrollment.school_id": ["Q2"],
        "student.home_language": ["Q2"],
    },
)

_PILOT_PROJECT: Final = _ProjectPlan(
    "Absence early in the year, tried with invented children",
    {"Who misses school before the winter?": "Families"},
    {"attendance_total.days_absent": ["Q1"], "attendance_total.days_enrolled": ["Q1"]},
    agreement=pilot.PILOT_REFERENCE,
    nations=(staff.NATION_SLUG,),
    pilot=True,
)

RESEARCH_PROJECT: Final = _ProjectPlan(
    "Is a child more often absent after a change of school?",
    {"Does a move come first?": "Teachers"},
    {
        "attendance_total.days_absent": ["Q1"],
        "attendance_total.school_year": ["Q1"],
        "enrollment.exit_type": ["Q1"],
        "enrollment.grade": ["Q1"],
        "enrollment.school_id": ["Q1"],
        "enrollment.school_year": ["Q1"],
        "student.gender": ["Q1"],
    },
    agreement="RC-DSA-02",
    owner="birchwood-sd",
    purpose=Purpose.RESEARCH,
    output="A paper for the districts",
)

_ALGEBRA_PROJECT: Final = _ProjectPlan(
    "Who is ready for algebra at the end of grade 8?",
    {"Who meets the standard, by school?": "Teachers"},
    {
        "assessment.met": ["Q1"],
        "assessment.school_year": ["Q1"],
        "enrollment.school_id": ["Q1"],
    },
)

_MINUTES: Final = (
    "Present: Lucía Ferrer (families), Paul Ek (districts), June Harlow (programs). Dana Whitfield "
    "took the minutes. Nobody had a conflict of interest.\n\n"
    "1. “What keeps children from school, and what helps?” Amir Castellanos said what is asked for "
    "and why. Lucía Ferrer asked who sees figures of single schools: the schools themselves, and "
    "nobody before them. Alder Creek keeps the home language back; the questions can be answered "
    "without it. All three voted yes.\n\n"
    "2. The next meeting is on the first Tuesday of the coming month."
)

_KEY_ANSWERS: Final = {
    KeyQuestion.WHY: "Families asked why so many mornings are missed, and what helps.",
    KeyQuestion.WHAT: "Days enrolled and absent, grade and school, for four school years.",
    KeyQuestion.WHO: "Alder Creek gives them; two analysts of the partnership count them.",
    KeyQuestion.HOW: "Counted inside Cairn; only protected figures leave, after both reviews.",
    KeyQuestion.WHERE: "On the partnership's own machine; Alder Creek stays their owner.",
}

_PRINCIPLES: Final = {
    Principle.ALIGNMENT: "It looks for what schools and programs can change, not for fault.",
    Principle.RESOURCES: "Two days a month of an analyst, paid by the partnership.",
    Principle.RELATIONSHIPS: "The parent circle of Alder Creek meets the analysts each quarter.",
    Principle.CENTERING: "The second question is the parents' own.",
    Principle.STEWARDSHIP: "The fewest elements that answer both questions, for four years.",
    Principle.REGIONAL_IMPACT: "What is learned goes to all three districts at once.",
}


@transaction.atomic
def create_demo_projects(by: User, at: datetime) -> None:
    """Create everything of this module in order, unless it exists; `by` is the data manager."""
    if projects_api.Body.objects.exists():
        return
    _import_dictionary(at)
    committee = _create_committee(BodyKind.COMMITTEE, "Data committee", by, at)
    executive = _create_committee(BodyKind.EXECUTIVE, "Leadership table", by, at)
    absence_version = _propose_project(_ABSENCE_PROJECT, at)
    _advance_to_committee(absence_version, by, at, excluded_elements=_EXCLUDED_ELEMENTS)
    _hold_vote(committee, absence_version, by, at)
    projects_api.write_minutes(
        meeting=projects_api.Meeting.objects.get(), text=_MINUTES, by=by, at=at
    )
    _hold_vote(executive, absence_version, by, at)
    _authorize_project(absence_version, by, at)
    for project_plan in (_PILOT_PROJECT, RESEARCH_PROJECT):
        version = _propose_project(project_plan, at)
        _advance_to_committee(version, by, at)
        _hold_vote(committee, version, by, at)
        _hold_vote(executive, version, by, at)
        _authorize_project(version, by, at)
    algebra_version = _propose_project(_ALGEBRA_PROJECT, at)
    _advance_to_committee(algebra_version, by, at)
    _put_on_agenda(committee, algebra_version, by, at)


def _find_user(email: str) -> User:
    return User.objects.get(email=email)


def _find_steward(owner: str = _FIRST_PROVIDER) -> User:
    return _find_user(staff.find_demo_steward(owner).email)


def _find_analyst() -> User:
    return _find_user(staff.ANALYST.email)


def _import_dictionary(at: datetime) -> None:
    """Import Alder Creek's dictionary as a district has it: misspelled, with open years and
    blanks.
    """
    file = files("cairn.demo") / "lists" / "alder-creek-dictionary.csv"
    dictionary_import = import_dictionary(
        organization=Organization.objects.get(slug=_FIRST_PROVIDER),
        name="alder-creek-dictionary.csv",
        content=file.read_bytes(),
        by=_find_steward(),
        at=at,
    )
    for row in dictionary_import.dictionaries:
        if row.data_set in ("Enrollment", "Attendance"):
            confirmed_elements = row.elements.values_list("pk", flat=True)
            confirm_guessed_classes(
                dictionary=row, elements=confirmed_elements, by=_find_steward(), at=at
            )


def _create_committee(kind: BodyKind, name: str, by: User, at: datetime) -> projects_api.Body:
    body = projects_api.save_body(
        slug=kind.value,
        name=name,
        kind=kind,
        mission="That data about children serve those children, and harm none.",
        rules=projects_api.BodyRules(conflicts=[conflict.value for conflict in ConflictOfInterest]),
        by=by,
        at=at,
    )
    for member in staff.COMMITTEE:
        is_family_seat = member.organization == staff.BACKBONE_SLUG
        committee_seat = projects_api.SeatTerm(
            organization=None
            if is_family_seat
            else Organization.objects.get(slug=member.organization),
            sector="Families" if is_family_seat else "Partners",
            starts=staff.AFFILIATED_SINCE,
            for_families=is_family_seat,
            listed=True,
        )
        projects_api.assign_seat(
            body=body, user=_find_user(member.email), seat_term=committee_seat, by=by, at=at
        )
    return body


def _propose_project(project_plan: _ProjectPlan, at: datetime) -> projects_api.Version:
    """Propose a project with everything written that the workflow requires before it is
    submitted.
    """
    by = _find_analyst()
    backbone = Organization.objects.get(slug=staff.BACKBONE_SLUG)
    version = projects_api.propose_project(
        title=project_plan.title,
        organization=backbone,
        purpose=project_plan.purpose,
        flow="cairn",
        pilot=project_plan.pilot,
        by=by,
        at=at,
    )
    description = projects_api.ProjectDescription(
        title=project_plan.title,
        purpose=project_plan.purpose,
        level=Level.INDIVIDUAL,
        level_why="Absence is counted child by child before it is a figure.",
        five={question.value: answer for question, answer in _KEY_ANSWERS.items()},
        principles={principle.value: answer for principle, answer in _PRINCIPLES.items()},
        harms="A school could be blamed: figures are shown with their story, and never ranked.",
    )
    projects_api.update_project_description(version=version, description=description, by=by, at=at)
    for text, asking_group in project_plan.questions.items():
        projects_api.add_question(
            version=version, text=text, asked_by=asking_group, follows="", by=by, at=at
        )
    parties = projects_api.ProjectParties(
        providers=[Organization.objects.get(slug=project_plan.owner)],
        organizations=[backbone],
        staff=[by],
        agreements=[project_plan.agreement],
        nations=list(Organization.objects.filter(slug__in=project_plan.nations)),
        outputs=[project_plan.output],
    )
    projects_api.update_project_parties(version=version, parties=parties, by=by, at=at)
    first_year_text, last_year_text = _DATA_YEARS
    projects_api.request_elements(
        version=version,
        question_of=project_plan.elements,
        first_year=first_year_text,
        last_year=last_year_text,
        by=by,
        at=at,
    )
    answers = {
        format_challenge_key(challenge): "Needed: see the questions."
        for challenge in projects_api.find_challenges(version)
    }
    projects_api.answer_challenges(version=version, answers=answers, by=by, at=at)
    projects_api.record_equity_step(
        project=version.project,
        kind="engagement",
        on=(at - timedelta(days=21)).date(),
        who_took_part="The parent circle of Alder Creek, and eleven students",
        what_changed="The question about what helps is theirs",
        by=by,
        at=at,
    )
    return version


def _advance_to_committee(
    version: projects_api.Version,
    by: User,
    at: datetime,
    excluded_elements: Mapping[str, str] | None = None,
) -> None:
    """Record feedback, scores, the staff's check and the data owner's decision."""
    owner = version.providers.get()
    steward = _find_steward(owner.slug)
    comment = projects_api.ReviewAnswer(answer=StepAnswer.COMMENT, why="We ask ourselves the same.")
    staff_approval = projects_api.ReviewAnswer(answer=StepAnswer.APPROVE, why="It is complete.")
    owner_approval = projects_api.ReviewAnswer(
        answer=StepAnswer.APPROVE, why="Our counsel has read it.", left_out=excluded_elements or {}
    )
    projects_api.finish_requester_step(version=version, by=_find_analyst(), at=at)
    _record_step_answer(version, Decider.PROVIDERS, owner, comment, steward, at)
    _record_step_answer(version, Decider.PUBLIC, None, comment, by, at)
    projects_api.finish_requester_step(version=version, by=_find_analyst(), at=at)
    _record_step_answer(version, Decider.STAFF, None, staff_approval, by, at)
    criteria = projects_api.parse_flow(version.project.flow).criteria
    scores = dict.fromkeys(criteria, (4, "As far as can be seen."))
    projects_api.score_proposal(version=version, scores=scores, by=by, at=at)
    _record_step_answer(version, Decider.STAFF, None, staff_approval, by, at)
    _record_step_answer(version, Decider.PROVIDERS, owner, owner_approval, steward, at)
    for nation in version.nations.all():
        nation_approval = projects_api.ReviewAnswer(
            answer=StepAnswer.APPROVE, why="Tell us first what you find."
        )
        nation_steward = _find_user(staff.find_demo_steward(nation.slug).email)
        _record_step_answer(version, Decider.NATIONS, nation, nation_approval, nation_steward, at)


def _record_step_answer(
    version: projects_api.Version,
    decider: Decider,
    organization: Organization | None,
    step_answer: projects_api.ReviewAnswer,
    by: User,
    at: datetime,
) -> None:
    projects_api.record_step_answer(
        version=version,
        decider=decider,
        organization=organization,
        review_answer=step_answer,
        by=by,
        at=at,
    )


def _authorize_project(version: projects_api.Version, by: User, at: datetime) -> None:
    day = timezone.localdate(at)
    projects_api.authorize_project(
        version=version,
        term=projects_api.AuthorizationTerm(starts=day, ends=day + timedelta(days=365)),
        by=by,
        at=at,
    )


def _put_on_agenda(
    body: projects_api.Body, version: projects_api.Version, by: User, at: datetime
) -> projects_api.AgendaItem:
    called_meeting = projects_api.call_meeting(
        body=body, on=timezone.localdate(at), place="County library", by=by, at=at
    )
    return projects_api.add_agenda_item(meeting=called_meeting, version=version, by=by, at=at)


def _hold_vote(
    body: projects_api.Body, version: projects_api.Version, by: User, at: datetime
) -> None:
    item = _put_on_agenda(body, version, by, at)
    for member in staff.COMMITTEE:
        projects_api.cast_vote(
            item=item, ballot=Ballot.APPROVE, why="", by=_find_user(member.email), at=at
        )
    projects_api.close_vote(item=item, conditions=(), by=by, at=at)
