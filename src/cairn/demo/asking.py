"""River County asks: a dictionary, questions on their way, the committee, and leave given.

The first project is authorized, without the one element that Alder Creek keeps back; minutes say
how the committee came to it. A pilot has its leave too, and research on Birchwood's rows, of which
an extract waits (`researching`). The last project waits for the committee's vote, so that a visitor
can cast it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.demo import cast, piloting
from cairn.dictionaries import actions as dictionaries
from cairn.partners.models import Organization
from cairn.projects import facts
from cairn.projects.actions import deciding, leaving, meeting, proposing
from cairn.projects.flow_reading import parse
from cairn.projects.models import AgendaItem, Body, Meeting, Version
from cairn.projects.written import BodyRules, Parties, Said, Seated, Term, Written
from cairn.rules.committee import BodyKind, Conflict
from cairn.rules.minimization import key
from cairn.rules.project import KeyQuestion, Principle
from cairn.rules.vocabulary import Ballot, Decider, Level, Purpose, StepAnswer

_OWNER: Final = "alder-creek-sd"
_AGREEMENT: Final = "RC-DSA-01"
_YEARS: Final = ("2022-23", "2025-26")
_KEPT_BACK: Final = {
    "student.home_language": "We share language only for whole schools; ask us for those figures.",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one project asks: its questions with who asks them, and the elements with the questions
    that each is for. A pilot concerns the nation too."""

    title: str
    questions: Mapping[str, str]
    elements: Mapping[str, list[str]]
    agreement: str = _AGREEMENT
    owner: str = _OWNER
    purpose: Purpose = Purpose.PROGRAM_EVALUATION
    output: str = "Public figures, after both reviews"
    nations: tuple[str, ...] = ()
    pilot: bool = False


_READING_TOGETHER: Final = _Asked(
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
_TRIED: Final = _Asked(
    "Absence early in the year, tried with invented children",
    {"Who misses school before the winter?": "Families"},
    {"attendance_total.days_absent": ["Q1"], "attendance_total.days_enrolled": ["Q1"]},
    agreement=piloting.REFERENCE,
    nations=(cast.NATION,),
    pilot=True,
)
RESEARCH: Final = _Asked(
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
_EIGHTH_GRADE: Final = _Asked(
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
_FIVE: Final = {
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
def ask(by: User, at: datetime) -> None:
    """Everything of this file, in order, unless it is there; `by` is the data manager."""
    if Body.objects.exists():
        return
    _describe(at)
    committee = _body(BodyKind.COMMITTEE, "Data committee", by, at)
    executive = _body(BodyKind.EXECUTIVE, "Leadership table", by, at)
    first = _propose(_READING_TOGETHER, at)
    _to_the_committee(first, by, at, kept_back=_KEPT_BACK)
    _vote(committee, first, by, at)
    meeting.write_minutes(meeting=Meeting.objects.get(), text=_MINUTES, by=by, at=at)
    _vote(executive, first, by, at)
    _authorize(first, by, at)
    for asked in (_TRIED, RESEARCH):
        version = _propose(asked, at)
        _to_the_committee(version, by, at)
        _vote(committee, version, by, at)
        _vote(executive, version, by, at)
        _authorize(version, by, at)
    second = _propose(_EIGHTH_GRADE, at)
    _to_the_committee(second, by, at)
    _on_the_agenda(committee, second, by, at)


def _user(email: str) -> User:
    return User.objects.get(email=email)


def _steward(owner: str = _OWNER) -> User:
    return _user(cast.steward_of(owner).email)


def _analyst() -> User:
    return _user(cast.ANALYST.email)


def _describe(at: datetime) -> None:
    """Alder Creek's dictionary as a district has it: misspelled, with open years and blanks."""
    file = files("cairn.demo") / "lists" / "alder-creek-dictionary.csv"
    imported = dictionaries.import_dictionary(
        organization=Organization.objects.get(slug=_OWNER),
        name="alder-creek-dictionary.csv",
        content=file.read_bytes(),
        by=_steward(),
        at=at,
    )
    for row in imported.dictionaries:
        if row.data_set in ("Enrollment", "Attendance"):
            looked_at = row.elements.values_list("pk", flat=True)
            dictionaries.confirm(dictionary=row, elements=looked_at, by=_steward(), at=at)


def _body(kind: BodyKind, name: str, by: User, at: datetime) -> Body:
    body = meeting.found(
        slug=kind.value,
        name=name,
        kind=kind,
        mission="That data about children serve those children, and harm none.",
        rules=BodyRules(conflicts=[c.value for c in Conflict]),
        by=by,
        at=at,
    )
    for member in cast.COMMITTEE:
        for_families = member.organization == cast.BACKBONE
        seated = Seated(
            organization=None
            if for_families
            else Organization.objects.get(slug=member.organization),
            sector="Families" if for_families else "Partners",
            starts=cast.SINCE,
            for_families=for_families,
            listed=True,
        )
        meeting.seat(body=body, user=_user(member.email), seated=seated, by=by, at=at)
    return body


def _propose(asked: _Asked, at: datetime) -> Version:
    """A project with everything written that the flow asks for before it is submitted."""
    by = _analyst()
    hub = Organization.objects.get(slug=cast.BACKBONE)
    version = proposing.propose(
        title=asked.title,
        organization=hub,
        purpose=asked.purpose,
        flow="cairn",
        pilot=asked.pilot,
        by=by,
        at=at,
    )
    written = Written(
        title=asked.title,
        purpose=asked.purpose,
        level=Level.INDIVIDUAL,
        level_why="Absence is counted child by child before it is a figure.",
        five={question.value: said for question, said in _FIVE.items()},
        principles={principle.value: said for principle, said in _PRINCIPLES.items()},
        harms="A school could be blamed: figures are shown with their story, and never ranked.",
    )
    proposing.write(version=version, written=written, by=by, at=at)
    for text, group in asked.questions.items():
        proposing.add_question(version=version, text=text, asked_by=group, follows="", by=by, at=at)
    parties = Parties(
        providers=[Organization.objects.get(slug=asked.owner)],
        organizations=[hub],
        staff=[by],
        agreements=[asked.agreement],
        nations=list(Organization.objects.filter(slug__in=asked.nations)),
        outputs=[asked.output],
    )
    proposing.name_parties(version=version, parties=parties, by=by, at=at)
    first, last = _YEARS
    proposing.ask_for(
        version=version,
        question_of=asked.elements,
        first_year=first,
        last_year=last,
        by=by,
        at=at,
    )
    answers = {
        key(challenge): "Needed: see the questions." for challenge in facts.challenges(version)
    }
    proposing.answer_challenges(version=version, answers=answers, by=by, at=at)
    deciding.record_equity_step(
        project=version.project,
        kind="engagement",
        on=(at - timedelta(days=21)).date(),
        who_took_part="The parent circle of Alder Creek, and eleven students",
        what_changed="The question about what helps is theirs",
        by=by,
        at=at,
    )
    return version


def _to_the_committee(
    version: Version, by: User, at: datetime, kept_back: Mapping[str, str] | None = None
) -> None:
    """Feedback, narrowing, the staff's check, and the owner's word."""
    owner = version.providers.get()
    steward = _steward(owner.slug)
    comment = Said(answer=StepAnswer.COMMENT, why="We ask ourselves the same.")
    yes = Said(answer=StepAnswer.APPROVE, why="It is complete.")
    owners_yes = Said(
        answer=StepAnswer.APPROVE, why="Our counsel has read it.", left_out=kept_back or {}
    )
    deciding.move_on(version=version, by=_analyst(), at=at)
    _say(version, Decider.PROVIDERS, owner, comment, steward, at)
    _say(version, Decider.PUBLIC, None, comment, by, at)
    deciding.move_on(version=version, by=_analyst(), at=at)
    _say(version, Decider.STAFF, None, yes, by, at)
    criteria = parse(version.project.flow).criteria
    scores = dict.fromkeys(criteria, (4, "As far as can be seen."))
    deciding.score(version=version, scores=scores, by=by, at=at)
    _say(version, Decider.STAFF, None, yes, by, at)
    _say(version, Decider.PROVIDERS, owner, owners_yes, steward, at)
    for nation in version.nations.all():
        nations_yes = Said(answer=StepAnswer.APPROVE, why="Tell us first what you find.")
        speaker = _user(cast.steward_of(nation.slug).email)
        _say(version, Decider.NATIONS, nation, nations_yes, speaker, at)


def _say(
    version: Version,
    decider: Decider,
    organization: Organization | None,
    said: Said,
    by: User,
    at: datetime,
) -> None:
    deciding.answer(
        version=version, decider=decider, organization=organization, said=said, by=by, at=at
    )


def _authorize(version: Version, by: User, at: datetime) -> None:
    day = timezone.localdate(at)
    leaving.authorize(
        version=version, term=Term(starts=day, ends=day + timedelta(days=365)), by=by, at=at
    )


def _on_the_agenda(body: Body, version: Version, by: User, at: datetime) -> AgendaItem:
    called = meeting.call(
        body=body, on=timezone.localdate(at), place="County library", by=by, at=at
    )
    return meeting.put_on_agenda(meeting=called, version=version, by=by, at=at)


def _vote(body: Body, version: Version, by: User, at: datetime) -> None:
    item = _on_the_agenda(body, version, by, at)
    for member in cast.COMMITTEE:
        meeting.vote(item=item, ballot=Ballot.APPROVE, why="", by=_user(member.email), at=at)
    meeting.close_vote(item=item, conditions=(), by=by, at=at)
