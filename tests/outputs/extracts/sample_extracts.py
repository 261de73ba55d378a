"""A district with 240 linked children, a research project that has its leave, and its people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from django.utils import timezone
from tests.governance.projects.sample_projects import World
from tests.known_states import once_for_each_state
from tests.outputs.releases.community import Silent, permit
from tests.school_statements import say

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.models import Organization
from cairn.governance.projects.action_inputs import ProjectDescription, ProjectParties
from cairn.governance.projects.actions import proposals
from cairn.governance.projects.models import project
from cairn.outputs.extracts import actions
from cairn.outputs.releases.extract_models import Extract
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.facts.projects.committee import BodyKind
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.projects import Decider, KeyQuestion, Principle
from cairn.policy.vocabulary.releases import ReviewVerdict
from cairn.warehouse.store.file_refs import Zone

CHILDREN = 240
ELEMENTS = (
    "attendance_total.days_absent",
    "attendance_total.school_year",
    "enrollment.entry_date",
    "enrollment.exit_type",
    "enrollment.grade",
    "enrollment.school_id",
    "enrollment.school_year",
    "student.birth_date",
    "student.gender",
    "student.race_ethnicity",
)
_DATA = {
    "student": ("local_id", "birth_date", "gender", "race_ethnicity", "home_language"),
    "enrollment": ("local_id", "school_id", "grade", "school_year", "entry_date", "exit_type"),
    "attendance_total": ("local_id", "school_id", "school_year", "days_absent", "days_enrolled"),
}


@dataclass
class Researchers(World):
    """The people of the project, and what they do next with one extract."""

    reviewers: Sequence[User] = ()

    @once_for_each_state
    def leave(self) -> project.Version:
        """The research project, with its leave."""
        version = proposals.propose_project(
            title="What helps a child come to school?",
            organization=self.hub,
            purpose=Purpose.RESEARCH,
            flow="cairn",
            by=self.analyst,
            at=self.at,
        )
        by = {"version": version, "by": self.analyst, "at": self.at}
        written = ProjectDescription(
            title=version.title,
            purpose=Purpose.RESEARCH,
            level=Level.INDIVIDUAL,
            level_why="Who is absent is modelled child by child; no name is needed for it.",
            five=dict.fromkeys((k.value for k in KeyQuestion), "In a sentence."),
            principles=dict.fromkeys((p.value for p in Principle), "In a sentence."),
            harms="None is named.",
        )
        proposals.update_project_description(description=written, **by)
        proposals.add_question(text="What helps?", asked_by="Families", follows="", **by)
        parties = ProjectParties(
            providers=[self.river],
            organizations=[self.hub],
            staff=[self.analyst],
            agreements=["RV-DUL-01"],
            outputs=["A paper"],
        )
        proposals.update_project_parties(parties=parties, **by)
        asked = {element: ["Q1"] for element in ELEMENTS}
        proposals.request_elements(
            question_of=asked, first_year="2024-25", last_year="2025-26", **by
        )
        self.answer_challenges(version)
        self.engage(version)
        self.review(version)
        self.say(version, Decider.PROVIDERS)
        self.vote(version)
        self.vote(version, kind=BodyKind.EXECUTIVE)
        self.authorize(version)
        version.refresh_from_db()
        return version

    @once_for_each_state
    def asked(self, version: project.Version | None = None, **changes: Any) -> Extract:
        said: dict[str, Any] = {
            "title": "Absence by grade",
            "elements": list(ELEMENTS),
            "recipient": self.analyst,
            "organization": self.hub,
            "k": 10,
            "by": self.analyst,
            "at": self.at,
            **changes,
        }
        project = (version or self.leave()).project if "project" not in said else said["project"]
        return actions.request_extract(**{**said, "project": project})

    @once_for_each_state
    def prepared(self, extract: Extract | None = None) -> Extract:
        extract = extract or self.asked()
        actions.prepare_and_store_extract(
            extract=extract, by=self.manager, at=self.at, progress=Silent()
        )
        return extract

    @once_for_each_state
    def approved(self, extract: Extract | None = None) -> Extract:
        extract = self.prepared(extract)
        for reviewer in self.reviewers:
            actions.review_extract(
                extract=extract, verdict=ReviewVerdict.APPROVE, comment="", by=reviewer, at=self.at
            )
        return extract

    @once_for_each_state
    def issued(self, extract: Extract | None = None) -> Extract:
        extract = self.approved(extract)
        actions.issue_extract(extract=extract, by=self.manager, at=self.at)
        return extract

    def fetched(self, extract: Extract, form: str = "csv", at: datetime | None = None) -> bytes:
        return actions.fetch_extract(
            extract=extract, form=form, accepted=True, by=self.analyst, at=at or self.at
        )


@once_for_each_state
def make(
    person: Callable[..., User],
    organization: Callable[..., Organization],
    notes: Sequence[str] = (),
) -> Researchers:
    """Agreement, linked files and people; the project is made by `leave`. `notes` are why children
    left, one after the other; else each has a story of its own."""
    manager, at = person(Role.DATA_MANAGER), timezone.localtime()
    hub = organization("backbone", kind=OrganizationKind.BACKBONE)
    signature_and_record.load_agreement(text=agreement(), newcomers=["river"], by=manager, at=at)
    river = Organization.objects.get(slug="river")
    run = LinkageRun.objects.create(
        at=at,
        by=manager,
        inputs="x",
        decision_id="x",
        deliveries=3,
        rows=1,
        rows_unlinked=0,
        records=1,
        people=1,
        new_people=1,
    )
    store = open_file_store()
    for record, table in tables(notes).items():
        sent = store.write(
            Zone.CONFORMED, table, permit=permit(Action.CONFORM), step="x", note={"record": record}
        )
        linked = table.drop_columns(["local_id"])
        ref = store.write(
            Zone.LINKED,
            linked,
            permit=permit(Action.LINK),
            step="part",
            inputs=[sent],
            note={"record": record},
        )
        LinkedPart.objects.create(
            run=run,
            delivery=run.parts.count(),
            organization="river",
            agreement="RV-DUL-01",
            record=record,
            file=str(ref),
        )
    say("river", by=manager, at=at)
    return Researchers(
        manager=manager,
        analyst=person(Role.ANALYST),
        steward=person(Role.STEWARD, at="river"),
        members=[person(Role.COMMITTEE_MEMBER, at="council") for _ in range(3)],
        river=river,
        hub=hub,
        at=at,
        reviewers=(person(Role.REVIEWER), person(Role.REVIEWER)),
    )


def tables(notes: Sequence[str] = ()) -> dict[str, pa.Table]:
    """The children's rows: two school years, and one before the project's."""
    numbers = range(CHILDREN)
    years = ["2023-24", "2024-25", "2025-26"]
    pairs = [(n, year) for n in numbers for year in years]
    student = {
        **_people(numbers),
        "birth_date": pa.array([date(2012 + n % 8, 1 + n % 12, 1 + n % 28) for n in numbers]),
        "gender": ["FM"[n % 2] for n in numbers],
        "race_ethnicity": ["black" if n % 3 else "white" for n in numbers],
        "home_language": ["en"] * CHILDREN,
    }
    enrollment = {
        **_people(n for n, _year in pairs),
        "school_id": [f"S{n % 4}" for n, _year in pairs],
        "grade": [str(1 + n % 8) for n, _year in pairs],
        "school_year": [year for _n, year in pairs],
        "entry_date": pa.array([date(int(year[:4]), 8, 25) for _n, year in pairs]),
        "exit_type": [
            notes[n % len(notes)] if notes else f"{n} moved to live with family in another town"
            for n, _year in pairs
        ],
    }
    total = {
        **_people(n for n, _year in pairs),
        "school_id": [f"S{n % 4}" for n, _year in pairs],
        "school_year": [year for _n, year in pairs],
        "days_absent": pa.array([float(n % 30) for n, _year in pairs]),
        "days_enrolled": pa.array([180.0 for _pair in pairs]),
    }
    made = {"student": student, "enrollment": enrollment, "attendance_total": total}
    return {name: pa.table(columns) for name, columns in made.items()}


def _people(numbers: Any) -> dict[str, list[str]]:
    listed = list(numbers)
    return {
        "local_id": [f"L{n}" for n in listed],
        "person_id": [f"p{n}" for n in listed],
        "source": ["river"] * len(listed),
    }


def agreement() -> str:
    """A data use license of the district with the hub, for research."""
    data = "".join(
        f'[[data]]\nrecord = "{record}"\nelements = {list(fields)}\n'
        'years = ["2023-24", "2026-27"]\nclause = "A"\nused_for = "absence"\n\n'
        for record, fields in _DATA.items()
    )
    parties = "".join(
        f'[[parties]]\norganization = "{who}"\nname = "{who.title()}"\nkind = "{kind}"\n'
        f'role = "{role}"\nsigned_by = "A"\nsigned_capacity = "B"\nsigned_on = 2025-01-02\n\n'
        for who, kind, role in (
            ("river", "school_district", "provider"),
            ("backbone", "backbone", "recipient"),
        )
    )
    return f"""
reference = "RV-DUL-01"
title = "Data use license for research"
tier = "data_use_license"
purposes = ["research"]
starts = 2025-01-05
ends = 2031-06-30

{parties}
[legal_basis]
basis = "studies"
clause = "4"

[legal_basis.criteria]
study_purpose = "improve_instruction"
on_behalf_of = "the district"
scope = "attendance"
use_limit = "6"
no_identification = "6"
destruction = "9"

{data}
[retention]
period_days = 200
counted_from = "delivery"
method = "keys destroyed"
clause = "9"

[disclosure]
minimum_cell = 10
send_back_days = 10
no_ranking = true
clause = "7"

[delivery]
channels = ["upload", "command"]
frequency = "yearly"
clause = "8"
"""
