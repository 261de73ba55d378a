"""The page of linkage: figures, what they cannot say, and no name."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.data.identity.encoded_deliveries import delivering
from tests.matching.pprl.encoded_files import WINTER
from tests.matching.rosters.roster_rows import children

from cairn.data.identity.models.linkage_runs import LinkageRun
from cairn.data.identity.queries import review_queue
from cairn.data.intake.models import Delivery
from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.models import User
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db(databases=["default", "identities"], transaction=True)
ROSTER = "id,first,last,born\n101,Ada,Lund,2012-03-04\n102,Bruno,Prado,2011-07-01\n"
PAGE = "linkage:summary"


def test_before_anything_came(manager: User, browser: Callable[..., Client]) -> None:
    page = browser(manager).get(reverse(PAGE)).content.decode()
    assert "No records matched yet" in page


def test_linking_from_the_page(
    manager: User, browser: Callable[..., Client], send: Callable[..., Delivery]
) -> None:
    send("students", ROSTER)
    today = timezone.localdate()
    assert [w.count for w in review_queue.list_identity_tasks(load_actor(manager), today)] == [1]
    client = browser(manager)
    assert (
        "1 data submission has not been matched yet" in client.get(reverse(PAGE)).content.decode()
    )
    assert client.post(reverse("linkage:start")).status_code == 302
    page = client.get(reverse(PAGE)).content.decode()
    assert LinkageRun.objects.get().people == 2
    for said in ("distinct records", "RC-DSA-01", "98 of 100", "Legal basis"):
        assert said in page
    assert "Lund" not in page
    assert review_queue.list_identity_tasks(load_actor(manager), today) == []


def test_what_is_wrong_with_a_delivery_is_told_without_a_value(
    manager: User, browser: Callable[..., Client], send: Callable[..., Delivery]
) -> None:
    rows = [f"{n},{name},Lund{n},2012-03-04" for n, name in enumerate(("Ada", "Bo", "Cy", "Di"))]
    send("students", "\n".join(["id,first,last,born", *rows]) + "\n")
    client = browser(manager)
    client.post(reverse("linkage:start"))
    page = client.get(reverse(PAGE)).content.decode()
    assert "Problems in the data submissions" in page
    assert "All 4 filled rows have the same value" in page
    assert "Lund" not in page
    assert "2012" not in page
    send("totals", "id,enrolled,absent\n1,170,20\n")
    client.post(reverse("linkage:start"))
    assert "All 4 filled rows" in client.get(reverse(PAGE)).content.decode()


def test_nobody_else_may(browser: Callable[..., Client]) -> None:
    client = browser(Role.PROGRAM_STAFF, at="elsewhere")
    assert client.post(reverse("linkage:start")).status_code == 403
    assert browser(Role.PUBLIC).get(reverse(PAGE)).status_code in (302, 403)


def test_who_came_without_names_and_what_that_costs(
    manager: User, browser: Callable[..., Client], send: Callable[..., Delivery]
) -> None:
    deliver, kids = delivering(manager), children(30)
    send("students", ROSTER)
    deliver("clinic", kids)
    deliver("camp", [{**kid, "record_id": f"c{n}"} for n, kid in enumerate(kids[:5])], WINTER)
    client = browser(manager)
    client.post(reverse("linkage:start"))
    page = " ".join(client.get(reverse(PAGE)).content.decode().split())
    assert "35 people have encoded records only" in page
    assert (
        "There are at least 30 and at most 37 different people; 2 of them have records with names"
        in page
    )
    assert "Encoded records of different projects cannot be compared" in page
    for said in ("River Clinic", "summer", "winter", "92.6", "98.9", "twins matched to their twin"):
        assert said in page
    for kid in kids:
        assert kid["family_name"] not in page
    assert "the encoded records belong to more than one project" not in page
    deliver("camp", kids[:5], feed="more")
    client.post(reverse("linkage:start"))
    page = " ".join(client.get(reverse(PAGE)).content.decode().split())
    assert "River Camp: the encoded records belong to more than one project" in page
