"""A small partnership with a project on its way, moved by the same actions as on pages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from cairn.governance.partners.models import Organization
from cairn.governance.projects import facts
from cairn.governance.projects.action_inputs import (
    AuthorizationTerm,
    BodyRules,
    ProjectDescription,
    ProjectParties,
    ReviewAnswer,
    SeatTerm,
)
from cairn.governance.projects.actions import bodies, proposals, reviews
from cairn.governance.projects.flow_files import parse_flow
from cairn.governance.projects.models import project
from cairn.governance.projects.models.body import AgendaItem, Body
from cairn.platform.accounts.models import User
from cairn.policy.checks.data_use.use_request import format_challenge_key
from cairn.policy.facts.projects.committee import BodyKind, ConflictOfInterest
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.projects import Ballot, Decider, KeyQuestion, Principle, StepAnswer

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

    def propose(self, flow: str = "cairn", **options: Any) -> project.Version:
        """A project with everything written that a flow may ask for."""
        version = proposals.propose_project(
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

    def write(self, version: project.Version) -> None:
        by = {"version": version, "by": self.analyst, "at": self.at}
        proposals.update_project_description(
            description=ProjectDescription(
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
            proposals.add_question(text=text, asked_by=group, follows="", **by)
        proposals.update_project_parties(
            parties=ProjectParties(
                providers=[self.river],
                organizations=[self.hub],
                staff=[self.analyst],
                agreements=["RC-DSA-01"],
                outputs=["A public report"],
            ),
            **by,
        )
        proposals.request_elements(
            question_of=ELEMENTS, first_year="2023-24", last_year="2025-26", **by
        )
        self.answer_challenges(version)
        self.engage(version)

    def answer_challenges(self, version: project.Version) -> None:
        answers = {
            format_challenge_key(reason): "Needed for Q1."
            for reason in facts.find_challenges(version)
        }
        proposals.answer_challenges(version=version, answers=answers, by=self.analyst, at=self.at)

    def engage(self, version: project.Version, kind: str = "engagement") -> None:
        reviews.record_equity_step(
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
        version: project.Version,
        decider: Decider = Decider.STAFF,
        answer: StepAnswer = StepAnswer.APPROVE,
        **left_out: str,
    ) -> None:
        owner = decider is Decider.PROVIDERS
        reviews.record_step_answer(
            version=version,
            decider=decider,
            organization=self.river if owner else None,
            review_answer=ReviewAnswer(
                answer=answer,
                why="Why.",
                left_out={name.replace("__", "."): why for name, why in left_out.items()},
            ),
            by=self.steward if owner else self.manager,
            at=self.at,
        )

    def move_on(self, version: project.Version) -> None:
        reviews.finish_requester_step(version=version, by=self.analyst, at=self.at)

    def score(self, version: project.Version) -> None:
        criteria = parse_flow(version.project.flow).criteria
        scores = dict.fromkeys(criteria, (4, "Because."))
        reviews.score_proposal(version=version, scores=scores, by=self.manager, at=self.at)

    def item(self, version: project.Version, kind: BodyKind = BodyKind.COMMITTEE) -> AgendaItem:
        body = self.body(kind)
        called = bodies.call_meeting(
            body=body, on=self.at.date(), place="Library", by=self.manager, at=self.at
        )
        return bodies.add_agenda_item(meeting=called, version=version, by=self.manager, at=self.at)

    def body(self, kind: BodyKind = BodyKind.COMMITTEE) -> Body:
        body = bodies.save_body(
            slug=kind.value,
            name=kind.value.title(),
            kind=kind,
            mission="That data serve children.",
            rules=BodyRules(conflicts=[c.value for c in ConflictOfInterest]),
            by=self.manager,
            at=self.at,
        )
        if not body.seats.exists():
            for n, member in enumerate(self.members):
                seated = SeatTerm(
                    organization=self.river,
                    sector="Families" if n == 0 else "Schools",
                    starts=date(2024, 1, 1),
                    for_families=n == 0,
                    listed=n < 2,
                )
                bodies.assign_seat(
                    body=body, user=member, seat_term=seated, by=self.manager, at=self.at
                )
        return body

    def vote(
        self,
        version: project.Version,
        *ballots: Ballot,
        kind: BodyKind = BodyKind.COMMITTEE,
        conditions: tuple[str, ...] = (),
    ) -> AgendaItem:
        item = self.item(version, kind)
        for member, ballot in zip(self.members, ballots or (Ballot.APPROVE,) * 2, strict=False):
            bodies.cast_vote(item=item, ballot=ballot, why="", by=member, at=self.at)
        bodies.close_vote(item=item, conditions=conditions, by=self.manager, at=self.at)
        return item

    def to_owners(self, flow: str = "cairn") -> project.Version:
        """Cairn's flow, up to the review by the owners."""
        version = self.propose(flow)
        self.review(version)
        return version

    def review(self, version: project.Version) -> None:
        """A written project, from feedback up to the review by the owners."""
        self.move_on(version)
        self.say(version, Decider.PROVIDERS, StepAnswer.COMMENT)
        self.say(version, Decider.PUBLIC, StepAnswer.COMMENT)
        self.move_on(version)
        self.say(version)
        self.score(version)
        self.say(version)

    def to_authorization(self, **left_out: str) -> project.Version:
        version = self.to_owners()
        self.say(version, Decider.PROVIDERS, **left_out)
        self.vote(version)
        self.vote(version, kind=BodyKind.EXECUTIVE)
        return version

    def authorize(self, version: project.Version) -> project.Authorization:
        day = self.at.date()
        return reviews.authorize_project(
            version=version,
            term=AuthorizationTerm(starts=day, ends=day + timedelta(days=365)),
            by=self.manager,
            at=self.at,
        )
