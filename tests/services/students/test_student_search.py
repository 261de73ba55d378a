"""Finding a student by name: posted, among the visible students alone, and named nowhere else."""

import pytest
from django.test import Client
from tests.governance.consents.sample_consents import World

from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.disclosure_log.models import DisclosureRecord
from cairn.governance.disclosure_log.queries import list_disclosures_of_child
from cairn.platform.audit.models import AuditLine

pytestmark = pytest.mark.django_db(databases=["default", "identities"])

SEARCH = "/students/lanterns/search/"


def find(client: Client, name: str) -> str:
    answer = client.post(SEARCH, {"name": name})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


@pytest.mark.parametrize("name", ["S-1", "child s-1", " CHILD   1 ", "chïld s-1"])
def test_a_part_of_the_name_or_the_id_finds_the_student(name: str, tutor: Client) -> None:
    page = find(tutor, name)
    assert "Child S-1" in page
    assert "85.0%" in page
    assert "Child S-2" not in page


def test_only_students_whom_the_user_may_see_are_found(world: World, tutor: Client) -> None:
    world.serve("S-7")
    not_shared, nobody = find(tutor, "S-7"), find(tutor, "Z-9")
    assert "No student found" in not_shared
    # Apart from what was typed, the answers are the same.
    assert not_shared.count("S-7") == nobody.count("Z-9") == 1
    assert "on the roster." not in not_shared


def test_the_name_is_in_no_address_and_in_no_log(world: World, tutor: Client) -> None:
    page = find(tutor, "Child S-1")
    assert "Child" not in " ".join(part for part in page.split('"') if part.startswith("/"))
    stored = str(list(AuditLine.objects.values())) + str(list(DisclosureRecord.objects.values()))
    assert "Child S" not in stored


def test_the_log_holds_the_students_found_alone(world: World, tutor: Client) -> None:
    find(tutor, "S-1")
    (line,) = DisclosureRecord.objects.filter(action="list", kind="disclosed")
    assert line.people == 1
    first, second = (
        [line.action for line in list_disclosures_of_child(compute_child_key("river", local_id))]
        for local_id in ("S-1", "S-2")
    )
    assert "list" in first
    assert "list" not in second


def test_without_a_name_the_whole_list_opens(tutor: Client) -> None:
    for answer in (tutor.get(SEARCH), tutor.post(SEARCH, {"name": "  "})):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/students/lanterns/")
    # A name in the address is not read.
    assert tutor.get(f"{SEARCH}?name=S-1").status_code == 302


def test_a_form_of_another_site_finds_nothing(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.tutor)
    assert client.post(SEARCH, {"name": "S-1"}).status_code == 403
