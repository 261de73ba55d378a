"""A small partnership with a project on its way, moved by the same actions as on pages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cairn.accounts.models import User
from cairn.partners.models import Organization
from cairn.projects import facts, models
from cairn.projects.actions import deciding, leaving, meeting, proposing
from cairn.projects.flow_reading import parse
from cairn.projects.written import BodyRules, Parties, Said, Seated, Term, Written
from cairn.rules.committee import BodyKind, Conflict
from cairn.rules.minimization import key
from cairn.rules.project import KeyQuestion, Principle
from cairn.rules.vocabulary import (
    Ballot,
    Decider,
    Level,
    Purpose,
    StepAnswer,
)

ELEMENTS = {"enrollment.grade": ["Q1"], "attendance_total.days_absent": ["Q1", "Q2"]}


@dataclass
class World:
    """The people of a partnership, and what they do next with one version of a project."""

    analyst: User
    manager: User
    steward: User
    members: list[User]
    river: Organization
    hub: Organization
    at: datetime

    def propose(self, flow: str = "cairn", **options: Any) -> models.Version:
        """A project with everything written that a flow may ask for."""
        version = proposing.propose(
            title="Do children who come to tutoring miss less school?",
            organization=self.hub,
            purpose=Purpose.PROGRAM_EVALUATION,
            flow=flow,
            by=self.analyst,
            at=self.at,
            **options,
        )
        if not options:
            self.write(version)
        return version

    def write(self, version: models.Version) -> None:
        by = {"version": version, "by": self.analyst, "at": self.at}
        proposing.write(
            written=Written(
                title=version.title,
                purpose=Purpose.PROGRAM_EVALUATION,
                level=Level.INDIVIDUAL,
                five=dict.fromkeys((k.value for k in KeyQuestion), "In a sentence."),
                principles=dict.fromkeys((p.value for p in Principle), "In a sentence."),
                harms="Tutors could be blamed; figures are shown for the whole program only.",
            ),
            **by,
        )
        for text, group in (("Do they miss less?", "Families"), ("Since when?", "Tutors")):
            proposing.add_question(text=text, asked_by=group, follows="", **by)
        proposing.name_parties(
            parties=Parties(
                providers=[self.river],
                organizations=[self.hub],
                staff=[self.analyst],
                agreements=["RC-DSA-01"],
                outputs=["A public report"],
            ),
            **by,
        )
        proposing.ask_for(question_of=ELEMENTS, first_year="2023-24", last_year="2025-26", **by)
        self.answer_challenges(version)
        self.engage(version)

    def answer_challenges(self, version: models.Version) -> None:
        answers = {key(reason): "Needed for Q1." for reason in facts.challenges(version)}
        proposing.answer_challenges(version=version, answers=answers, by=self.analyst, at=self.at)

    def engage(self, version: models.Version, kind: str = "engagement") -> None:
        deciding.record_equity_step(
            project=version.project,
            kind=kind,
            on=self.at.date() - timedelta(days=9),
            who_took_part="Two circles of parents and one of students",
            what_changed="The second question is theirs",
            by=self.analyst,
            at=self.at,
        )

    def say(
        self,
        version: models.Version,
        decider: Decider = Decider.STAFF,
        answer: StepAnswer = StepAnswer.APPROVE,
        **left_out: str,
    ) -> None:
        owner = decider is Decider.PROVIDERS
        deciding.answer(
            version=version,
            decider=decider,
            organization=self.river if owner else None,
            said=Said(
                answer=answer,
                why="Why.",
                left_out={name.replace("__", "."): why for name, why in left_out.items()},
            ),
            by=self.steward if owner else self.manager,
            at=self.at,
        )

    def move_on(self, version: models.Version) -> None:
        deciding.move_on(version=version, by=self.analyst, at=self.at)

    def score(self, version: models.Version) -> None:
        criteria = parse(version.project.flow).criteria
        scores = dict.fromkeys(criteria, (4, "Because."))
        deciding.score(version=version, scores=scores, by=self.manager, at=self.at)

    def item(
        self, version: models.Version, kind: BodyKind = BodyKind.COMMITTEE
    ) -> models.AgendaItem:
        body = self.body(kind)
        called = meeting.call(
            body=body, on=self.at.date(), place="Library", by=self.manager, at=self.at
        )
        return meeting.put_on_agenda(meeting=called, version=version, by=self.manager, at=self.at)

    def body(self, kind: BodyKind = BodyKind.COMMITTEE) -> models.Body:
        body = meeting.found(
            slug=kind.value,
            name=kind.value.title(),
            kind=kind,
            mission="That data serve children.",
            rules=BodyRules(conflicts=[c.value for c in Conflict]),
            by=self.manager,
            at=self.at,
        )
        if not body.seats.exists():
            for n, member in enumerate(self.members):
                seated = Seated(
                    organization=self.river,
                    sector="Families" if n == 0 else "Schools",
                    starts=date(2024, 1, 1),
                    for_families=n == 0,
                    listed=n < 2,
                )
                meeting.seat(body=body, user=member, seated=seated, by=self.manager, at=self.at)
        return body

    def vote(
        self,
        version: models.Version,
        *ballots: Ballot,
        kind: BodyKind = BodyKind.COMMITTEE,
        conditions: tuple[str, ...] = (),
    ) -> models.AgendaItem:
        item = self.item(version, kind)
        for member, ballot in zip(self.members, ballots or (Ballot.APPROVE,) * 2, strict=False):
            meeting.vote(item=item, ballot=ballot, why="", by=member, at=self.at)
        meeting.close_vote(item=item, conditions=conditions, by=self.manager, at=self.at)
        return item

    def to_owners(self, flow: str = "cairn") -> models.Version:
        """Cairn's flow, up to the review by the owners."""
        version = self.propose(flow)
        self.review(version)
        return version

    def review(self, version: models.Version) -> None:
        """A written project, from feedback up to the review by the owners."""
        self.move_on(version)
        self.say(version, Decider.PROVIDERS, StepAnswer.COMMENT)
        self.say(version, Decider.PUBLIC, StepAnswer.COMMENT)
        self.move_on(version)
        self.say(version)
        self.score(version)
        self.say(version)

    def to_authorization(self, **left_out: str) -> models.Version:
        version = self.to_owners()
        self.say(version, Decider.PROVIDERS, **left_out)
        self.vote(version)
        self.vote(version, kind=BodyKind.EXECUTIVE)
        return version

    def authorize(self, version: models.Version) -> models.Authorization:
        day = self.at.date()
        return leaving.authorize(
            version=version,
            term=Term(starts=day, ends=day + timedelta(days=365)),
            by=self.manager,
            at=self.at,
        )
