"""The findings beside a draft: one for each cause, and where each is answered."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements import draft_facts
from cairn.governance.dictionaries.actions import import_dictionary
from cairn.governance.partners.models import Organization

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]

ONWARD = '\n[[onward]]\norganization = "{}"\ninterest = "speaks with the family"\nclause = "8"\n'


def test_what_a_dictionary_lacks_is_one_finding(writing: Writing, browser: Browser) -> None:
    content = b"Element name,Definition,Years\nBirth Date,Day of birth,2016-\n"
    import_dictionary(
        organization=writing.elm, name="a.csv", content=content, by=writing.steward, at=now()
    )
    draft = writing.begin()
    page = browser(writing.manager).get(f"/agreements/drafts/{draft.pk}/").content.decode()
    assert page.count("data dictionary does not have") == 1
    assert "Local student ID" in page
    assert "2 places" in page


def test_a_state_that_nobody_reviewed_leads_to_its_page(writing: Writing, browser: Browser) -> None:
    Organization.objects.filter(pk=writing.elm.pk).update(state="OH")
    draft = writing.begin()
    page = browser(writing.manager).get(f"/agreements/drafts/{draft.pk}/").content.decode()
    assert "The law of OH is not reviewed for the records of Elm School District" in page
    assert '<a href="/partners/elm/state-law/">' in page
    assert "Blocks the use of data" in page
    Organization.objects.filter(pk=writing.elm.pk).update(state="CA")
    page = browser(writing.manager).get(f"/agreements/drafts/{draft.pk}/").content.decode()
    assert "/state-law/" not in page


def test_an_onward_recipient_is_a_registered_organization(writing: Writing) -> None:
    draft = writing.begin(DRAFT + ONWARD.format("interpreters"))
    on = now().date()
    assert "LL20 interpreters" in draft_facts.read_draft(draft, on).open_law_findings
    Organization.objects.create(
        slug="interpreters", name="Lake Interpreters", kind="community_program"
    )
    assert "LL20 interpreters" not in draft_facts.read_draft(draft, on).open_law_findings
