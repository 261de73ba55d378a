"""From a partner's files to the counted figures, by the real actions: who declined is not there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from tests.linkage.conftest import AGREEMENTS, BACKBONE, DISTRICT, MAPPINGS
from tests.releases.community import Silent
from tests.saying import say

from cairn.accounts.models import User
from cairn.agreements import actions as agreements
from cairn.consents.actions import keeping
from cairn.consents.actions import opting_out as consents
from cairn.consents.models import Says, Subject
from cairn.intake import actions as intake
from cairn.intake.models import Delivery
from cairn.intake.storehouse import open_storehouse
from cairn.linkage import actions as linkage
from cairn.linkage import queries as linked
from cairn.partners.models import Organization
from cairn.releases import actions, left_out, queries
from cairn.rules.decision import PEOPLE, Refused
from cairn.rules.vocabulary import Channel, OptOutScope, OrganizationKind, Role
from cairn.warehouse.zones import FileRef

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
        self.agreement = agreements.load(
            text=text, newcomers=[DISTRICT], by=self.manager, at=timezone.localtime()
        )
        self.district = Organization.objects.get(slug=DISTRICT)
        say(DISTRICT, by=self.manager, at=timezone.localtime())

    def send(self, feed: str, content: str, *, period: str = "2025-26") -> Delivery:
        received = intake.receive(
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
        return intake.conform(delivery=received.delivery, by=self.manager, at=timezone.localtime())

    def link(self) -> None:
        linkage.link(by=self.manager, at=timezone.localtime())

    def decline(self, *local_ids: str) -> None:
        consents.record(
            organization=self.district,
            local_ids=local_ids,
            scope=OptOutScope.ALL_DISCRETIONARY,
            season="2025-26",
            by=self.manager,
            at=timezone.localtime(),
        )

    def left_out(self) -> set[str]:
        """The people whom the opt-outs that stand leave out."""
        return {fact.person for fact in left_out.opt_outs(open_storehouse())}

    def people_of(self, local_id: str) -> set[str]:
        """Every person whom the district's rows with this id were linked to."""
        store, found = open_storehouse(), set()
        for part in linked.parts():
            (conformed,) = store.manifest(part.ref).inputs
            ids = store.read(FileRef.parse(conformed)).column("local_id").to_pylist()
            people = store.read(part.ref).column("person_id").to_pylist()
            found |= {p for i, p in zip(ids, people, strict=True) if i == local_id and p}
        return found

    def counted(self) -> int | None:
        """How many children a new release counts as chronically absent or not."""
        release = actions.draft(
            title="Chronic absence",
            outcomes=["chronic_absence"],
            tables=[],
            years=[],
            organization=Organization.objects.get(slug=BACKBONE),
            story="A hard winter.",
            by=self.analyst,
            at=timezone.localtime(),
        )
        actions.check(release=release, by=self.analyst, at=timezone.localtime(), progress=Silent())
        (figures,) = queries.figures(release)
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
    intake.withdraw(delivery=row, by=partnership.manager, at=timezone.localtime())
    assert partnership.counted() == 40


@pytest.mark.parametrize(("subject", "code"), [(Subject.NATIONS, "X40"), (Subject.WITHHELD, "X39")])
def test_nobody_is_counted_of_a_school_that_says_no_longer_what_it_knows(
    partnership: Partnership, person: Callable[..., Any], subject: Subject, code: str
) -> None:
    assert partnership.counted() == len(CHILDREN)
    keeping.state(
        organization=partnership.district,
        subject=subject,
        says=Says.NOT_KNOWN,
        by=person(Role.STEWARD, at=DISTRICT),
        at=timezone.localtime(),
    )
    with pytest.raises(Refused) as refused:
        partnership.counted()
    told = refused.value.decision.refusals
    assert [reason.code for reason in told if reason.about == PEOPLE] == [code]
