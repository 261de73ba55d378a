"""An answer about students is used again until a fact changes, and is then that of a fresh look."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import AT, ON, World
from tests.row_logs import keeping_results

from cairn.data.intake.models import Delivery
from cairn.governance.agreements.models import Agreement
from cairn.governance.consents.actions.children import end_roster_entry, withhold_elements
from cairn.governance.consents.actions.consents import record_consent_revocation
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Affiliation, Organization
from cairn.platform.actions.api import forget_kept_results
from cairn.policy import questions
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.deliveries import DeliveryState
from cairn.services.students import queries

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "identities"])

LIST = "/students/lanterns/"


@pytest.fixture(autouse=True)
def keeping(world: World) -> Iterator[None]:
    with keeping_results():
        yield


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The students about whom policy was really asked."""
    made: list[tuple[str, ...]] = []
    decide = questions.decide_student_access

    def decide_and_note(request, facts, on):  # type: ignore[no-untyped-def]
        made.append(request.people)
        return decide(request, facts, on)

    monkeypatch.setattr(questions, "decide_student_access", decide_and_note)
    return made


def _load(world: World) -> list[queries.SharedRecords]:
    """What the program may see of its two students, each alone and in the list."""
    keys = tuple(compute_child_key("river", local_id) for local_id in ("S-1", "S-2"))
    who = load_actor(world.tutor)
    return [
        answer
        for people, action in ((keys[:1], Action.VIEW), (keys, Action.LIST))
        for answer in queries.load_shared_records(world.lanterns, people, action, who, ON)
    ]


def _revoke(world: World) -> None:
    consent = Consent.objects.get(child__key=compute_child_key("river", "S-1"))
    record_consent_revocation(consent=consent, name="Rosa Alba", by=world.steward, at=AT)


def _withhold(world: World) -> None:
    withheld = ["assessment.performance_level"]
    withhold_elements(
        organization=world.river, local_ids=["S-1"], elements=withheld, by=world.steward, at=AT
    )


def _leave_roster(world: World) -> None:
    entry = RosterEntry.objects.get(child__key=compute_child_key("river", "S-1"))
    end_roster_entry(entry=entry, by=world.tutor, at=AT - timedelta(days=1))


CHANGES: dict[str, Callable[[World], object]] = {
    "the family revokes": _revoke,
    "the school withholds an element": _withhold,
    "the student leaves the roster": _leave_roster,
    "the agreement ends": lambda _: Agreement.objects.update(terminated_on=ON),
    "the tutor changes to another organization": lambda world: Affiliation.objects.filter(
        user=world.tutor
    ).update(organization=world.river),
    "the program closes": lambda world: Organization.objects.filter(pk=world.lanterns.pk).update(
        kind="backbone"
    ),
    "a file is withdrawn": lambda _: Delivery.objects.update(state=DeliveryState.SUPERSEDED.value),
    "nothing": lambda _: None,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_each_change_the_answer_is_that_of_a_fresh_look(
    world: World, asked: list[tuple[str, ...]], change: Callable[[World], object]
) -> None:
    before = _load(world)
    assert _load(world) == before
    assert len(asked) == len(before), "the second look asked policy nothing"
    change(world)
    kept = _load(world)
    forget_kept_results()
    assert kept == _load(world)
    assert (kept == before) is (change is CHANGES["nothing"])


def test_the_page_is_gone_at_the_next_request_of_another_process(
    world: World, tutor: Client, asked: list[tuple[str, ...]]
) -> None:
    """The rows are changed behind this process, as by another one."""
    entry = RosterEntry.objects.get(child__key=compute_child_key("river", "S-1"))
    where = f"{LIST}{entry.pk}/"
    assert [tutor.get(page).status_code for page in (where, LIST, where, LIST)] == [200] * 4
    assert len(asked) == 2, "each view is logged, and asks nothing again"
    Consent.objects.filter(child=entry.child).update(revoked_at=AT)
    assert tutor.get(where).status_code == 404
    assert "Child S-1" not in tutor.get(LIST).content.decode()
    assert "Child S-2" in tutor.get(LIST).content.decode()


def test_each_view_of_a_kept_answer_is_logged(world: World, tutor: Client) -> None:
    key = compute_child_key("river", "S-1")
    for count in (1, 2, 3):
        assert tutor.get(LIST).status_code == 200
        lines = [line.action for line in list_disclosures_of_child(key)]
        assert lines.count("list") == count
