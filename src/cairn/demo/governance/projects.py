"""Create River County's dictionary, committees and projects, up to authorization.

The first project is authorized, without the one element that Alder Creek excludes; minutes say how
the committee decided. A pilot is authorized too, and research on Birchwood's records, for which an
extract is prepared (`demo.outputs`). The last project is pending a vote of the committee,
so that a visitor can cast it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    "student.home_language": "We share home language by school only. Ask us for those figures.",
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
    key_answers: Mapping[KeyQuestion, str] = field(default_factory=lambda: _ABSENCE_ANSWERS)
    principles: Mapping[Principle, str] = field(default_factory=lambda: _ABSENCE_PRINCIPLES)
    level_why: str = "Cairn counts absences for each student before it makes a figure."
    harms: str = (
        "Benefit: schools learn which help works. Possible harm: a school could be blamed. Figures "
        "are shown with their story and are never ranked."
    )
    engagement: tuple[str, str] = (
        "The Alder Creek parent circle and eleven students",
        "The parents added the question about what helps.",
    )


_ABSENCE_ANSWERS: Final[Mapping[KeyQuestion, str]] = {
    KeyQuestion.WHY: "Families asked why so many school days are missed, and what helps.",
    KeyQuestion.WHAT: "Days enrolled, days absent, grade and school, for four school years.",
    KeyQuestion.WHO: "Alder Creek provides the data. An analyst of the partnership uses them.",
    KeyQuestion.HOW: "Cairn does all counting. Only figures that passed both reviews leave.",
    KeyQuestion.WHERE: "On the partnership's own server. Alder Creek stays the data owner.",
}

_ABSENCE_PRINCIPLES: Final[Mapping[Principle, str]] = {
    Principle.ALIGNMENT: "It looks for what schools and programs can change, not for fault.",
    Principle.RESOURCES: "An analyst works on it two days a month. The partnership pays.",
    Principle.RELATIONSHIPS: "The Alder Creek parent circle meets the analyst each quarter.",
    Principle.CENTERING: "Parents wrote one of the questions.",
    Principle.STEWARDSHIP: "It requests the fewest data elements that answer the questions.",
    Principle.REGIONAL_IMPACT: "All three districts receive the results at the same time.",
}

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
    "Absence early in the year, a pilot with invented children",
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
    key_answers={
        KeyQuestion.WHY: "Teachers see students fall behind after a move. We want to know how many "
        "school days a move costs.",
        KeyQuestion.WHAT: "Days absent, school, grade, exit type and gender, without names.",
        KeyQuestion.WHO: "Birchwood provides the data. One researcher receives an extract.",
        KeyQuestion.HOW: "A de-identified extract, after two reviews. It has an end date.",
        KeyQuestion.WHERE: "On the researcher's encrypted computer. Birchwood stays the owner.",
    },
    principles={
        Principle.ALIGNMENT: "Students who move often are served least. The paper is about them.",
        Principle.RESOURCES: "The university pays the researcher for one semester.",
        Principle.RELATIONSHIPS: "Birchwood's counselors read a draft and add what they see.",
        Principle.CENTERING: "The paper asks what schools could do after a move, not who moved.",
        Principle.STEWARDSHIP: "No names and no addresses. The extract is destroyed on time.",
        Principle.REGIONAL_IMPACT: "The districts agreed to plan a welcome for new students.",
    },
    level_why="The question is about each student's absences before and after a move.",
    harms="Benefit: schools learn when a new student needs help. Possible harm: families who move "
    "often could be blamed. The paper describes schools' responses, not families.",
    engagement=(
        "Nine teachers and two counselors of Birchwood",
        "They asked to look at the first 30 days after a move.",
    ),
)

_ALGEBRA_PROJECT: Final = _ProjectPlan(
    "Who is ready for algebra at the end of grade 8?",
    {"Who meets the standard, by school?": "Teachers"},
    {
        "assessment.met": ["Q1"],
        "assessment.school_year": ["Q1"],
        "enrollment.school_id": ["Q1"],
    },
    key_answers={
        KeyQuestion.WHY: "Teachers asked which schools need more support before grade 9 algebra.",
        KeyQuestion.WHAT: "Whether each student met the grade 8 math standard, school and year.",
        KeyQuestion.WHO: "Alder Creek provides the data. An analyst of the partnership uses them.",
        KeyQuestion.HOW: "Cairn does all counting. Only figures that passed both reviews leave.",
        KeyQuestion.WHERE: "On the partnership's own server. Alder Creek stays the data owner.",
    },
    principles={
        Principle.ALIGNMENT: "It shows which schools lack math support, so that they get it first.",
        Principle.RESOURCES: "An analyst works on it for one week. The partnership pays.",
        Principle.RELATIONSHIPS: "Math teachers see the figures before anyone else does.",
        Principle.CENTERING: "It describes access to algebra, not the ability of students.",
        Principle.STEWARDSHIP: "Three data elements, and no test scores.",
        Principle.REGIONAL_IMPACT: "The districts agreed to plan summer math programs together.",
    },
    level_why="Cairn counts students who met the standard before it makes a figure.",
    harms="Benefit: math support goes where it is needed. Possible harm: a school could be "
    "blamed. Figures are shown with their story and are never ranked.",
    engagement=(
        "Twelve math teachers of Alder Creek and six students",
        "The teachers asked for results by school, not by classroom.",
    ),
)

_MINUTES: Final = (
    "Present: Lucía Ferrer (families), Paul Ek (districts), June Harlow (programs). Dana Whitfield "
    "took the minutes. No member reported a conflict of interest.\n\n"
    "1. “What keeps children from school, and what helps?” Amir Castellanos presented the request. "
    "Lucía Ferrer asked who sees figures of single schools. Answer: each school sees its own "
    "figures first. Alder Creek withholds the home language; the questions can be answered without "
    "it. All three members voted yes.\n\n"
    "2. The next meeting is on the first Tuesday of next month."
)

_POLICIES: Final[Mapping[str, tuple[str, str]]] = {
    "charter": (
        "Leadership table",
        (
            "1. Purpose. The River County Partnership uses data to improve outcomes for "
            "children from "
            "birth to career.\n\n"
            "2. Members. School districts, colleges, Tribal nations, programs and families.\n\n"
            "3. Decisions. The data committee and the leadership table vote on each data "
            "request. At "
            "least half of the seats must vote, and one seat belongs to families.\n\n"
            "4. Ownership. Each partner stays the owner of its data and may decline any request."
        ),
    ),
    "data_use": (
        "Data committee",
        (
            "1. Data about children are used only under a signed agreement and for an authorized "
            "project, and only by the users named in the authorization.\n\n"
            "2. Each request names its questions. It may include only the data elements that the "
            "questions need.\n\n"
            "3. Each user completes privacy training and signs the confidentiality agreement "
            "before "
            "access.\n\n"
            "4. Figures about fewer than 10 children are suppressed. Two reviewers and the data "
            "owners "
            "see each report before it is published."
        ),
    ),
}
"""Adopted policies: owner and text by kind. The other five are still to be written."""


@transaction.atomic
def create_demo_projects(by: User, at: datetime) -> None:
    """Create everything of this module in order, unless it exists; `by` is the data manager."""
    if projects_api.Body.objects.exists():
        return
    _import_dictionary(at)
    committee = _create_committee(
        BodyKind.COMMITTEE,
        "Data committee",
        "Decide which projects may use data about children. Data must help those children and harm "
        "none.",
        by,
        at,
    )
    executive = _create_committee(
        BodyKind.EXECUTIVE,
        "Leadership table",
        "Set the goals that all partners share. Twice a year, look at how far we have come.",
        by,
        at,
    )
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
    _adopt_policies(by, at)


def _adopt_policies(by: User, at: datetime) -> None:
    """Adopt the charter and the data use policy; the first data owner acknowledges both."""
    adopted_on = timezone.localdate(at)
    for kind, (owner, text) in _POLICIES.items():
        policy = projects_api.adopt_policy(
            kind=kind,
            text=text,
            owner=owner,
            adopted_on=adopted_on,
            review_on=adopted_on + timedelta(days=365),
            by=by,
            at=at,
        )
        projects_api.acknowledge_policy(
            policy=policy,
            organization=Organization.objects.get(slug=_FIRST_PROVIDER),
            by=_find_steward(),
            at=at,
        )


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


def _create_committee(
    kind: BodyKind, name: str, mission: str, by: User, at: datetime
) -> projects_api.Body:
    body = projects_api.save_body(
        slug=kind.value,
        name=name,
        kind=kind,
        mission=mission,
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
        level_why=project_plan.level_why,
        five={question.value: text for question, text in project_plan.key_answers.items()},
        principles={principle.value: text for principle, text in project_plan.principles.items()},
        harms=project_plan.harms,
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
        format_challenge_key(challenge): "Needed to answer the questions above."
        for challenge in projects_api.find_challenges(version)
    }
    projects_api.answer_challenges(version=version, answers=answers, by=by, at=at)
    projects_api.record_equity_step(
        project=version.project,
        kind="engagement",
        on=(at - timedelta(days=21)).date(),
        who_took_part=project_plan.engagement[0],
        what_changed=project_plan.engagement[1],
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
    comment = projects_api.ReviewAnswer(answer=StepAnswer.COMMENT, why="We have the same question.")
    staff_approval = projects_api.ReviewAnswer(
        answer=StepAnswer.APPROVE, why="The request is complete."
    )
    owner_approval = projects_api.ReviewAnswer(
        answer=StepAnswer.APPROVE,
        why="Our counsel has reviewed the request.",
        left_out=excluded_elements or {},
    )
    projects_api.finish_requester_step(version=version, by=_find_analyst(), at=at)
    _record_step_answer(version, Decider.PROVIDERS, owner, comment, steward, at)
    _record_step_answer(version, Decider.PUBLIC, None, comment, by, at)
    projects_api.finish_requester_step(version=version, by=_find_analyst(), at=at)
    _record_step_answer(version, Decider.STAFF, None, staff_approval, by, at)
    criteria = projects_api.parse_flow(version.project.flow).criteria
    scores = dict.fromkeys(criteria, (4, "Meets this criterion."))
    projects_api.score_proposal(version=version, scores=scores, by=by, at=at)
    _record_step_answer(version, Decider.STAFF, None, staff_approval, by, at)
    _record_step_answer(version, Decider.PROVIDERS, owner, owner_approval, steward, at)
    for nation in version.nations.all():
        nation_approval = projects_api.ReviewAnswer(
            answer=StepAnswer.APPROVE, why="Share the findings with us first."
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
