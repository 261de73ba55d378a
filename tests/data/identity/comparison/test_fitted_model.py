"""A version that compares records otherwise: the whole index is the worker's, no page waits."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.identity.sample_records import ADA, NOW, Taking, build_records, crowd

from cairn.data.identity.actions import child_registration, clerical_review, linkage
from cairn.data.identity.comparison import fitted_model
from cairn.data.identity.index import update
from cairn.data.identity.models.clerical_review import NEVER, Verdict
from cairn.data.identity.models.linkage_runs import LinkageRun
from cairn.data.identity.models.match_history import FittedModel
from cairn.data.identity.models.person_index import Record
from cairn.data.identity.storage import statements
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.data.intake.models import Delivery
from cairn.governance.partners.models import Organization
from cairn.matching.scoring import match_model
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
ROSTER = "id,first,last,born\n101,Ada,Lund,2012-03-04\n102,Bruno,Prado,2011-07-01\n"
SAYS_SO = "This version of Cairn compares records differently"


@pytest.fixture
def other_version(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From the call on, the software is one that makes other comparisons."""

    def begin() -> None:
        monkeypatch.setattr(match_model, "MODEL_VERSION", "another")
        fitted_model._load_model_version.cache_clear()

    return begin


def never(by: User) -> Verdict:
    one, other = Record.objects.order_by("pk")[:2]
    return clerical_review.decide_match(
        kind=NEVER, left=[one], right=[other], why="", by=by, at=timezone.localtime()
    )


def test_what_a_reviewer_decides_waits_for_the_worker_and_the_page_says_so(
    manager: User,
    browser: Callable[..., Client],
    send: Callable[..., Delivery],
    other_version: Callable[[], None],
    sealer: IdentitySealer,
) -> None:
    send("students", ROSTER)
    linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    verdict, client = never(manager), browser(manager)
    assert SAYS_SO not in client.get(reverse("linkage:summary")).content.decode()
    other_version()
    assert SAYS_SO in client.get(reverse("linkage:summary")).content.decode()
    page = client.post(reverse("linkage:undo", args=[verdict.pk]), follow=True)
    assert "Cairn must run record matching first." in page.content.decode()
    # The worker of these tests works at once: the run is there, and weighed all of them anew.
    assert LinkageRun.objects.first().whole
    assert not Record.objects.filter(fresh=True).exists()
    assert not fitted_model.is_model_outdated(sealer)
    assert SAYS_SO not in client.get(reverse("linkage:summary")).content.decode()


def test_a_decision_by_itself_weighs_nothing_anew(
    taking: Taking, manager: User, other_version: Callable[[], None], sealer: IdentitySealer
) -> None:
    taking(1, crowd("river"))
    fitted = FittedModel.objects.get()
    other_version()
    verdict = never(manager)
    assert FittedModel.objects.get() == fitted
    fresh = Record.objects.filter(fresh=True).values_list("pk", flat=True)
    assert set(fresh) == set(verdict.records.values_list("record_id", flat=True))
    assert update.update_index(sealer, NOW).whole
    assert not Record.objects.filter(fresh=True).exists()


def test_the_same_deliveries_are_linked_again_by_another_version(
    manager: User, send: Callable[..., Delivery], other_version: Callable[[], None]
) -> None:
    send("students", ROSTER)
    first = linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    assert linkage.link_current_deliveries(by=manager, at=timezone.localtime()) == first
    other_version()
    second = linkage.link_current_deliveries(by=manager, at=timezone.localtime())
    assert second != first
    assert (second.whole, second.new_people) == (True, 0)


def test_nobody_is_found_in_an_index_that_waits(
    taking: Taking,
    organization: Callable[..., Organization],
    person: Callable[..., User],
    other_version: Callable[[], None],
) -> None:
    taking(1, crowd("river"))
    program = organization("tutoring")
    staff = person(Role.PROGRAM_STAFF, at="tutoring")
    other_version()
    records = Record.objects.count()
    with pytest.raises(child_registration.IndexBusy):
        child_registration.find_or_add_child(
            organization=program,
            fields={"given_name": "Ada", "family_name": "Lund"},
            birth_date=None,
            by=staff,
            at=timezone.localtime(),
        )
    assert Record.objects.count() == records


def test_a_delivery_at_which_nobody_looked_is_not_looked_at_from_a_page(
    taking: Taking, sealer: IdentitySealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "_MAX_FRESH_PER_PAGE", 3)
    taking(1, crowd("river"))
    statements.store_delivery_statements(
        2, build_records("club", {**ADA, "local_id": "7"}), sealer, NOW
    )
    assert update.update_index_for_page(sealer, NOW)
    statements.store_delivery_statements(3, crowd("camp", many=4), sealer, NOW)
    assert not update.update_index_for_page(sealer, NOW)
    assert Record.objects.filter(fresh=True).count() == 4
