"""A parent of a tax dependent reads the page of an eligible student, and decides nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.governance.consents.sample_consents import World
from tests.services.families.phone import letter, phone

from cairn.governance.consents.facts import load_person_fact
from cairn.governance.consents.models.child import Child, TaxEvidence
from cairn.platform.audit.models import AuditLine
from cairn.services.families.models import LetterRun

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]


def test_a_parents_letter_opens_the_page_to_read_while_evidence_counts(
    world: World, browser: Browser
) -> None:
    code, today = letter(world).code, timezone.localdate()
    LetterRun.objects.update(printed_at=timezone.now() - timedelta(days=9))
    parent, steward = phone(code), browser(world.steward)
    child = Child.objects.get()
    rights = f"/consents/children/{child.pk}/"
    evidence = {"tax_year": today.year - 1, "document": "Form 1040, page 1"}
    # The child holds no rights yet, so there is nothing to show.
    assert steward.post(f"{rights}tax/", evidence).status_code == 403
    assert "Record a tax dependency" not in steward.get(rights).content.decode()
    Child.objects.update(postsecondary=True, postsecondary_since=today)
    assert parent.get("/family/child/").status_code == 403
    assert steward.post(f"{rights}tax/", {**evidence, "tax_year": today.year}).status_code == 403
    page = steward.get(rights).content.decode()
    assert "No evidence that a parent" in page
    assert "Record a tax dependency" in page
    for _twice in range(2):
        assert steward.post(f"{rights}tax/", evidence).status_code == 302
    row = TaxEvidence.objects.get()
    assert load_person_fact(child, today).tax_dependent
    shown = steward.get(rights).content.decode()
    assert "Form 1040, page 1" in shown
    assert "checked by Steward" in shown
    # The letter opens the page again, to read.
    parent = phone(code)
    home = parent.get("/family/child/").content.decode()
    assert "You can read this page" in home
    for hidden in ("1040", "Opt out of all", "Ask for a correction", "tax_year"):
        assert hidden not in home
    signed = {"name": "River Alba", "relation": "student"}
    assert parent.post("/family/child/copy/", signed).status_code == 403
    assert parent.post("/family/child/decline/directory/", signed).status_code == 403
    # A letter that was printed since is the student's.
    student = phone(letter(world).code)
    assert "Opt out of all" in student.get("/family/child/").content.decode()
    # It ends at once; under a court order it never opens.
    Child.objects.update(court_order=True)
    assert parent.get("/family/child/").status_code == 403
    Child.objects.update(court_order=False)
    end = f"/consents/tax/{row.pk}/end/"
    assert "End this tax dependency?" in steward.get(end).content.decode()
    assert steward.post(end).status_code == 302
    assert steward.post(end).status_code == 404
    assert phone_is_refused(code)
    assert "Ended by Steward" in steward.get(rights).content.decode()
    events = AuditLine.objects.filter(event__startswith="child.tax").order_by("pk")
    assert [line.event.rpartition("_")[2] for line in events] == ["recorded", "recorded", "ended"]


def phone_is_refused(code: str) -> bool:
    """Whether a code opens nothing."""
    return Client().post("/family/", {"code": code}).status_code == 422
