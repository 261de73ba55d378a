"""Two invented districts with linked files, so that a release can be counted for real."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pyarrow as pa
from tests.known_states import once_for_each_state
from tests.school_statements import say

from cairn.data.identity.models.linkage_runs import LinkageRun, LinkedPart
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.partners.models import Organization
from cairn.outputs.releases.actions import (
    disclosure_check,
    drafts,
    owner_answers,
    review_and_publication,
)
from cairn.outputs.releases.models import Release, SendBack
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import Permit, Reason, conclude_decision
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import OwnerAnswer, ReviewVerdict
from cairn.warehouse.store.file_refs import Zone

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ON = date(2026, 3, 2)
CANARY = 1233
"""Children of one school that reached the outcome; four did not, so it must be withheld."""

SCHOOLS = {
    "oak": (("O1", 300, 60), ("O2", CANARY + 4, CANARY), ("O3", 400, 100)),
    "elm": (("E1", 200, 50), ("E2", 250, 70)),
}
READERS = "program:Riverside Readers"
NAMES = {"O1": "Acorn", "O2": "Burr", "O3": "Cork", "E1": "Drake", "E2": "Elder"}
_RACES = ("asian", "black", "hispanic", "white")
_ELEMENTS = {
    "student": ("local_id", "race_ethnicity", "gender"),
    "enrollment": ("local_id", "school_id", "school_name", "district", "school_year"),
    "attendance_total": ("local_id", "school_id", "school_year", "days_enrolled", "days_absent"),
}


@dataclass
class Community:
    """The people that a release needs."""

    author: User
    manager: User
    reviewers: tuple[User, User, User]
    stewards: dict[str, User]
    hub: Organization

    @once_for_each_state
    def draft(self, **changes: object) -> Release:
        said = {
            "title": "Chronic absence",
            "outcomes": ["chronic_absence"],
            "tables": [["district", "school"], ["race_ethnicity", "gender"]],
            "years": [],
            "organization": self.hub,
            "story": "A hard winter.",
            "framing": {"P25": "Nobody of these groups lives here."},
            "by": self.author,
            "at": AT,
        }
        return drafts.draft_release(**{**said, **changes})  # type: ignore[arg-type]

    @once_for_each_state
    def checked(self, release: Release | None = None) -> Release:
        release = release or self.draft()
        disclosure_check.check_release_disclosure(
            release=release, by=self.author, at=AT, progress=Silent()
        )
        return release

    @once_for_each_state
    def in_review(self, release: Release | None = None) -> Release:
        release = self.checked(release)
        review_and_publication.submit_release(release=release, by=self.author, at=AT)
        return release

    @once_for_each_state
    def approved(self, release: Release | None = None) -> Release:
        release = self.in_review(release)
        for reviewer in self.reviewers[:2]:
            review_and_publication.review_release(
                release=release, verdict=ReviewVerdict.APPROVE, comment="", by=reviewer, at=AT
            )
        return release

    @once_for_each_state
    def sent_back(self, release: Release | None = None) -> tuple[Release, list[SendBack]]:
        release = self.approved(release)
        return release, owner_answers.send_release_to_owners(
            release=release, by=self.manager, at=AT
        )

    @once_for_each_state
    def published(self) -> Release:
        return self.carried(self.draft())

    @once_for_each_state
    def carried(self, draft: Release) -> Release:
        """A draft, all the way to the public."""
        release, asked = self.sent_back(draft)
        for sent in asked:
            steward = self.stewards[sent.organization.slug]
            owner_answers.answer_send_back(
                send_back=sent, answer=OwnerAnswer.CONFIRM, comment="", by=steward, at=AT
            )
        release.refresh_from_db()
        review_and_publication.publish_release(release=release, by=self.manager, at=AT)
        return release


class Silent:
    """Shows progress to nobody."""

    def step(self, name: str, total: int = 0) -> None:
        assert name

    def advance(self, units: int = 1) -> None:
        assert units


@once_for_each_state
def make(person: Callable[..., User], organization: Callable[..., Organization]) -> Community:
    """Agreements, linked files and people."""
    hub = organization("backbone", kind=OrganizationKind.BACKBONE)
    manager = person(Role.DATA_MANAGER)
    run = LinkageRun.objects.create(
        at=AT,
        by=manager,
        inputs="x",
        decision_id="x",
        deliveries=6,
        rows=1,
        rows_unlinked=0,
        records=1,
        people=1,
        new_people=1,
    )
    for slug in SCHOOLS:
        signature_and_record.load_agreement(
            text=agreement(slug), newcomers=[slug], by=manager, at=AT
        )
        _link(run, slug)
    say(*SCHOOLS, by=manager, at=AT)
    return Community(
        author=person(Role.ANALYST),
        manager=manager,
        reviewers=(
            person(Role.REVIEWER, at="oak"),
            person(Role.REVIEWER, at="elm"),
            person(Role.REVIEWER),
        ),
        stewards={slug: person(Role.STEWARD, at=slug) for slug in SCHOOLS},
        hub=hub,
    )


def agreement(slug: str, *, purpose: str = "public_reporting", minimum: int = 10) -> str:
    """The text of a district's agreement with the hub."""
    elements = {**_ELEMENTS, "student": (*_ELEMENTS["student"], "postal_code")}
    data = "".join(
        f'[[data]]\nrecord = "{record}"\nelements = {list(fields)}\n'
        'years = ["2024-25", "2025-26"]\nclause = "A"\nused_for = "absence"\n\n'
        for record, fields in (elements if slug == "oak" else _ELEMENTS).items()
    )
    parties = "".join(
        f'[[parties]]\norganization = "{who}"\nname = "{who.title()}"\nkind = "{kind}"\n'
        f'role = "{role}"\nsigned_by = "A"\nsigned_capacity = "B"\nsigned_on = 2025-01-02\n\n'
        for who, kind, role in (
            (slug, "school_district", "provider"),
            ("backbone", "backbone", "recipient"),
        )
    )
    return f"""
reference = "DSA-{slug}"
title = "Agreement with {slug.title()}"
tier = "data_sharing_agreement"
purposes = ["{purpose}"]
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
period_days = 730
counted_from = "delivery"
method = "keys destroyed"
clause = "9"

[disclosure]
minimum_cell = {minimum}
send_back_days = {10 if slug == "oak" else 14}
no_ranking = true
clause = "7"

[delivery]
channels = ["upload", "command"]
frequency = "yearly"
clause = "8"
"""


def share_program(
    community: Community, person: Callable[..., User], since: date | None = None
) -> None:
    """Share the roster of a program: 150 children of one school of Oak and 90 of Elm."""
    text = agreement("readers").replace("school_district", "community_program")
    text = text[: text.index("[[data]]")] + (
        '[[data]]\nrecord = "participation"\nelements = ["local_id", "program", "start_date"]\n'
        'years = ["2024-25", "2025-26"]\nclause = "A"\nused_for = "programs"\n\n'
    ) + text[text.index("[retention]") :]  # fmt: skip
    start, end = text.index("[legal_basis]"), text.index("[[data]]")
    text = f'{text[:start]}[legal_basis]\nbasis = "own_records"\nclause = "4"\n\n{text[end:]}'
    signature_and_record.load_agreement(
        text=text, newcomers=["readers"], by=community.manager, at=AT
    )
    members = [f"O1-{n}" for n in range(150)] + [f"E1-{n}" for n in range(90)]
    rows = pa.table({
        "person_id": members,
        "source": ["readers"] * len(members),
        "program": ["Riverside Readers"] * len(members),
        "start_date": pa.array([since or AT.date()] * len(members), pa.date32()),
    })  # fmt: skip
    ref = open_file_store().write(
        Zone.LINKED, rows, permit=permit(Action.LINK), step="part", note={"record": "participation"}
    )
    run = LinkageRun.objects.get()
    LinkedPart.objects.create(
        run=run, delivery=99, organization="readers", agreement="DSA-readers",
        record="participation", file=str(ref),
    )  # fmt: skip
    community.stewards["readers"] = person(
        Role.STEWARD, at="readers", kind=OrganizationKind.COMMUNITY_PROGRAM
    )


def _link(run: LinkageRun, slug: str) -> None:
    store = open_file_store()
    for record, table in _tables(slug):
        ref = store.write(
            Zone.LINKED, table, permit=permit(Action.LINK), step="part", note={"record": record}
        )
        LinkedPart.objects.create(
            run=run,
            delivery=run.parts.count(),
            organization=slug,
            agreement=f"DSA-{slug}",
            record=record,
            file=str(ref),
        )


def _tables(slug: str) -> Iterator[tuple[str, pa.Table]]:
    children = [
        (f"{school}-{number}", school, number, number < yes)
        for school, n, yes in SCHOOLS[slug]
        for number in range(n)
    ]
    person = {"person_id": [c[0] for c in children], "source": [slug] * len(children)}
    place = {
        "school_id": [c[1] for c in children],
        "school_year": ["2025-26"] * len(children),
    }
    yield (
        "student",
        pa.table(
            {
                **person,
                "race_ethnicity": [_RACES[c[2] % 4] for c in children],
                "gender": ["FM"[c[2] // 4 % 2] for c in children],
                # The agreement of Elm shares no ZIP code.
                **(
                    {"postal_code": [f"9730{c[2] % 3}-0001" for c in children]}
                    if slug == "oak"
                    else {}
                ),
            }
        ),
    )
    yield (
        "enrollment",
        pa.table(
            {
                **person,
                **place,
                "school_name": [NAMES[c[1]] for c in children],
                "district": [slug.title()] * len(children),
            }
        ),
    )
    days = {
        "days_enrolled": pa.array([180.0] * len(children), pa.float64()),
        "days_absent": pa.array([30.0 if c[3] else 2.0 for c in children], pa.float64()),
    }
    yield "attendance_total", pa.table({**person, **place, **days})


def permit(action: Action) -> Permit:
    card = RuleCard(id="T", citation="t", statement="t", steward="t", next_step="t", met="t")
    allowed = [Reason(card, Outcome.ALLOW)]
    return conclude_decision(action, "t", ON, allowed, facts=(), agreements=["T"]).require()
