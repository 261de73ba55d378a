"""The ledger: loading, versions, who may read, and the pages."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.governance.agreements.toml_format.test_parser import TEXT

from cairn.governance.agreements import facts
from cairn.governance.agreements.actions import signature_and_record
from cairn.governance.agreements.models import Agreement, AgreementVersion
from cairn.governance.agreements.queries import visible_agreements
from cairn.governance.agreements.toml_format.mistakes import BadAgreement
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
Browser = Callable[..., Client]


@pytest.fixture
def manager(person: Person, organization: Callable[..., Organization]) -> User:
    organization("hub", kind=OrganizationKind.BACKBONE)
    return person(Role.DATA_MANAGER, at="hub")


def load(by: User, text: str = TEXT) -> Agreement:
    return signature_and_record.load_agreement(
        text=text, newcomers=["elm", "oak"], by=by, at=timezone.localtime()
    )


def test_loading_makes_the_parties_partners(manager: User) -> None:
    row = load(manager)
    assert set(row.parties.values_list("slug", flat=True)) == {"elm", "hub"}
    assert Organization.objects.get(slug="elm").kind == OrganizationKind.SCHOOL_DISTRICT
    assert AuditLine.objects.filter(event="agreement.loaded").count() == 1


def test_the_same_text_changes_nothing(manager: User) -> None:
    load(manager)
    assert load(manager).version == 1
    assert AgreementVersion.objects.count() == 1
    assert AuditLine.objects.filter(event="agreement.unchanged").count() == 1


def test_another_text_is_a_new_version_and_the_old_one_stays(manager: User) -> None:
    load(manager)
    row = load(manager, TEXT.replace("minimum_cell = 15", "minimum_cell = 20"))
    assert row.version == 2
    assert facts.load_agreement_fact(row).disclosure.minimum_cell == 20
    assert [v.version for v in row.versions.all()] == [2, 1]
    assert TEXT in {v.text for v in row.versions.all()}


@pytest.mark.parametrize("state", ["terminated", "closing", "closed"])
def test_an_agreement_that_was_ended_is_not_brought_back_by_a_file(
    manager: User, state: str
) -> None:
    row = load(manager)
    Agreement.objects.update(state=state)
    with pytest.raises(Refused):
        load(manager, TEXT.replace("minimum_cell = 15", "minimum_cell = 20"))
    row.refresh_from_db()
    assert (row.state, row.version) == (state, 1)


def test_a_text_with_mistakes_leaves_nothing(manager: User) -> None:
    with pytest.raises(BadAgreement):
        load(manager, TEXT.replace("[retention]", "[retained]"))
    assert not Agreement.objects.exists()


def test_only_a_data_manager_may_load(manager: User, person: Person) -> None:
    with pytest.raises(Refused):
        load(person(Role.ANALYST, at="hub"))
    assert not Agreement.objects.exists()


def test_nobody_replaces_an_agreement_that_they_may_not_load(
    manager: User, person: Person, browser: Browser
) -> None:
    load(manager)
    other = person(Role.DATA_MANAGER, at="oak")
    taken = TEXT.replace('"elm"', '"oak"')
    assert "oak" in taken
    with pytest.raises(Refused):
        load(other, taken)
    assert Agreement.objects.get().text == TEXT
    assert browser(other).post("/agreements/load/", {"text": taken}).status_code == 403


def test_the_list_is_narrowed_to_who_asks(
    manager: User, person: Person, organization: Callable[..., Organization]
) -> None:
    load(manager)
    organization("oak")
    today = timezone.localdate()
    mine = person(Role.STEWARD, at="elm")
    others = person(Role.STEWARD, at="oak")
    assert [
        one.row.reference
        for one in visible_agreements.list_visible_agreements(load_actor(mine), today)
    ] == ["T-1"]
    assert visible_agreements.list_visible_agreements(load_actor(others), today) == []
    with pytest.raises(Refused):
        visible_agreements.find_visible_agreement("T-1", load_actor(others), today)


def test_pages_show_standing_reasons_and_text(manager: User, browser: Browser) -> None:
    load(manager)
    client = browser(manager)
    page = client.get("/agreements/")
    assert "T-1" in page.content.decode()
    assert "Not in force" in page.content.decode()  # the hub has not signed
    detail = client.get("/agreements/T-1/").content.decode()
    assert "This agreement is not in force today" in detail
    assert "Elm School District" in detail
    recorded = client.get("/agreements/T-1/file/toml/").content.decode()
    assert "minimum_cell = 15" in recorded
    assert 'href="/agreements/T-1/file/toml/"' in detail
    assert client.get("/agreements/unknown/").status_code == 404


def test_an_empty_list_says_what_to_do(manager: User, browser: Browser) -> None:
    assert "No agreements yet" in browser(manager).get("/agreements/").content.decode()


def test_the_page_previews_before_it_keeps(manager: User, browser: Browser) -> None:
    client = browser(manager)
    preview = client.post("/agreements/load/", {"text": TEXT})
    assert "This agreement would not be in force today" in preview.content.decode()
    assert not Agreement.objects.exists()
    kept = client.post("/agreements/load/", {"text": TEXT, "confirm": "yes"})
    assert kept.status_code == 422
    assert "“elm” is not registered as a partner" in kept.content.decode()
    assert not Organization.objects.filter(slug="elm").exists()
    sent = {"text": TEXT, "confirm": "yes", "newcomers": "elm"}
    kept = client.post("/agreements/load/", sent)
    assert kept.status_code == 302
    assert Agreement.objects.get().reference == "T-1"
    again = client.post("/agreements/load/", {"text": TEXT}).content.decode()
    assert "This text is already on file" in again


def test_a_file_is_read_and_mistakes_are_told(manager: User, browser: Browser) -> None:
    client = browser(manager)
    file = SimpleUploadedFile("a.toml", b"reference = 1")
    answer = client.post("/agreements/load/", {"file": file})
    assert answer.status_code == 422
    assert "must be text in quotation marks" in answer.content.decode()
    empty = client.post("/agreements/load/", {})
    assert "Upload a file or paste the text" in empty.content.decode()


def test_the_public_reads_no_agreement(client: Client) -> None:
    assert client.get("/agreements/").status_code in (302, 403)
    assert client.get("/agreements/unknown/").status_code in (302, 403)
