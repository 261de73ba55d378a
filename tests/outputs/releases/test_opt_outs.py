"""From a partner's files to the counted figures, by the real actions: who declined is not there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.data.identity.conftest import AGREEMENTS, BACKBONE, DISTRICT, MAPPINGS
from tests.outputs.releases.community import Silent
from tests.school_statements import say

from cairn.data.identity.actions import linkage
from cairn.data.identity.queries import linkage_runs
from cairn.data.intake.actions import conformance, receipt, removal
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.consents.actions import children
from cairn.governance.consents.actions import opt_outs as consents
from cairn.governance.consents.models.child import Says, Subject
from cairn.governance.partners.models import Organization
from cairn.outputs.releases.actions import disclosure_check, drafts
from cairn.outputs.releases.queries import excluded_people
from cairn.outputs.releases.queries import figures as queries_figures
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_file_store
from cairn.policy.engine.decision import ABOUT_PEOPLE, Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.warehouse.store.file_refs import FileRef

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)

_GIVEN = ("Ada", "Bruno", "Carla", "Dario", "Edith", "Farid", "Greta", "Hugo", "Ines", "Jonas")
_FAMILY = ("Lund", "Prado", "Novak", "Okoro", "Quist", "Reyes", "Sato", "Tamm")
CHILDREN = [
    (str(100 + n), given, family, f"{2008 + n % 7}-{1 + n % 12:02}-{1 + n % 28:02}")
    for n, (given, family) in enumerate((g, f) for g in _GIVEN for f in _FAMILY)
]
ROSTER = "id,first,last,born,race\n" + "".join(f"{','.join(c)},white\n" for c in CHILDREN)
TOTALS = "id,enrolled,absent\n" + "".join(
    f"{c[0]},170,{30 if n % 2 else 2}\n" for n, c in enumerate(CHILDREN)
)


class Partnership:
    """A backbone with its people, and one district that sends files."""

    def __init__(self, person: Callable[..., Any]) -> None:
        kind = OrganizationKind.BACKBONE
        self.manager: User = person(
            Role.DATA_MANAGER, at=BACKBONE, kind=kind, email="dana@partnership.example"
        )
        self.analyst: User = person(Role.ANALYST, at=BACKBONE, kind=kind)
        text = (AGREEMENTS / "RC-DSA-01.toml").read_text("utf-8")
        self.agreement = signature_and_record.load_agreement(
            text=text, newcomers=[DISTRICT], by=self.manager, at=timezone.localtime()
        )
        self.district = Organization.objects.get(slug=DISTRICT)
        say(DISTRICT, by=self.manager, at=timezone.localtime())

    def send(self, feed: str, content: str, *, period: str = "2025-26") -> Delivery:
        received = receipt.receive_delivery(
            name=f"{feed}.csv",
            content=content.encode(),
            organization=self.district,
            agreement=self.agreement,
            feed=feed,
            period=period,
            channel=Channel.COMMAND,
            mapping=MAPPINGS[feed],
            by=self.manager,
            at=timezone.localtime(),
        )
        return conformance.check_delivery(
            delivery=received.delivery, by=self.manager, at=timezone.localtime()
        )

    def link(self) -> None:
        linkage.link_current_deliveries(by=self.manager, at=timezone.localtime())

    def decline(self, *local_ids: str) -> None:
        consents.record_opt_outs(
            organization=self.district,
            local_ids=local_ids,
            scope=OptOutScope.ALL_DISCRETIONARY,
            season="2025-26",
            by=self.manager,
            at=timezone.localtime(),
        )

    def left_out(self) -> set[str]:
        """The people whom the opt-outs that stand leave out."""
        return {fact.person for fact in excluded_people.load_opt_outs(open_file_store())}

    def people_of(self, local_id: str) -> set[str]:
        """Every person whom the district's rows with this id were linked to."""
        store, found = open_file_store(), set()
        for part in linkage_runs.list_linked_files():
            (conformed,) = store.manifest(part.ref).inputs
            ids = store.read(FileRef.parse(conformed)).column("local_id").to_pylist()
            people = store.read(part.ref).column("person_id").to_pylist()
            found |= {p for i, p in zip(ids, people, strict=True) if i == local_id and p}
        return found

    def counted(self) -> int | None:
        """How many children a new release counts as chronically absent or not."""
        release = drafts.draft_release(
            title="Chronic absence",
            outcomes=["chronic_absence"],
            tables=[],
            years=[],
            organization=Organization.objects.get(slug=BACKBONE),
            story="A hard winter.",
            by=self.analyst,
            at=timezone.localtime(),
        )
        disclosure_check.check_release_disclosure(
            release=release, by=self.analyst, at=timezone.localtime(), progress=Silent()
        )
        (figures,) = queries_figures.load_protected_figures(release)
        return figures.county.n


@pytest.fixture
def partnership(person: Callable[..., Any]) -> Partnership:
    made = Partnership(person)
    made.send("students", ROSTER)
    made.send("totals", TOTALS)
    made.link()
    return made


def test_who_declined_is_not_counted_however_the_id_is_spelled(partnership: Partnership) -> None:
    assert partnership.counted() == len(CHILDREN)
    partnership.decline(" 101", "102", "not-a-child")
    assert partnership.counted() == len(CHILDREN) - 2


def test_an_id_that_stands_for_two_people_leaves_both_out(person: Callable[..., Any]) -> None:
    """A district gave one id to two children. Nobody can tell which family declined."""
    partnership = Partnership(person)
    partnership.send("students", ROSTER)
    partnership.send(
        "students", ROSTER.replace("101,Ada,Prado", "101,Olga,Zielinski"), period="2024-25"
    )
    partnership.send("totals", TOTALS)
    partnership.link()
    people = partnership.people_of("101")
    assert len(people) == 2
    partnership.decline("101")
    assert people <= partnership.left_out()


def test_a_delivery_that_was_withdrawn_counts_no_longer(partnership: Partnership) -> None:
    half = "".join(TOTALS.splitlines(keepends=True)[:41])
    partnership.send("totals", half, period="2024-25")
    partnership.link()
    assert partnership.counted() == len(CHILDREN)
    row = Delivery.objects.get(feed="totals", period="2025-26")
    removal.withdraw_delivery(delivery=row, by=partnership.manager, at=timezone.localtime())
    assert partnership.counted() == 40


@pytest.mark.parametrize(("subject", "code"), [(Subject.NATIONS, "X40"), (Subject.WITHHELD, "X39")])
def test_nobody_is_counted_of_a_school_that_says_no_longer_what_it_knows(
    partnership: Partnership, person: Callable[..., Any], subject: Subject, code: str
) -> None:
    assert partnership.counted() == len(CHILDREN)
    children.record_school_statement(
        organization=partnership.district,
        subject=subject,
        says=Says.NOT_KNOWN,
        by=person(Role.STEWARD, at=DISTRICT),
        at=timezone.localtime(),
    )
    with pytest.raises(Refused) as refused:
        partnership.counted()
    told = refused.value.decision.refusals
    assert [reason.code for reason in told if reason.about == ABOUT_PEOPLE] == [code]
