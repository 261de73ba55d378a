"""A draft step by step: the register offers values, elements come from the dictionary."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements import draft_text
from cairn.governance.agreements.forms.guided_steps import GUIDED_STEPS, list_step_parts
from cairn.governance.agreements.forms.section import KEYS_SET_ELSEWHERE
from cairn.governance.agreements.models import Draft
from cairn.governance.agreements.toml_format.declaration import FORMAT_TABLES
from cairn.governance.dictionaries.actions import import_dictionary
from cairn.governance.partners.models import Organization
from cairn.policy.vocabulary.access import Role

pytestmark = pytest.mark.django_db
Browser = Callable[..., Client]

FIELDS = b"""Element name,Definition,Years
Student First Name,The given name,2016-
Gender,The gender,2016-
SHOE_SIZE,Size of the shoe,2016-
"""
PEOPLE = """
contacts = [{ name = "Old", email = "old@elm.example" }]
receivers = [{ name = "Older", email = "older@hub.example" }]
"""
UNLISTED = "Not in the data dictionary: ask the owner to add it."


def text(response: Any) -> str:
    return str(response.content.decode())


def read(draft: Draft) -> dict[str, Any]:
    draft.refresh_from_db()
    return tomllib.loads(draft.text)


@pytest.mark.parametrize("step", [step.name for step in GUIDED_STEPS])
def test_each_step_shows_where_it_is_and_what_comes_next(
    writing: Writing, browser: Browser, step: str
) -> None:
    draft = writing.begin()
    page = text(browser(writing.manager).get(f"/agreements/drafts/{draft.pk}/steps/{step}/"))
    assert f"of {len(GUIDED_STEPS)}" in page
    assert page.count('aria-current="step"') == 1


def test_a_step_saves_only_what_it_asks(writing: Writing, browser: Browser) -> None:
    draft, client = writing.begin(), browser(writing.manager)
    at = f"/agreements/drafts/{draft.pk}/steps/terms/"
    sent = {"agreement-0-title": "Reading", "agreement-0-starts": "2026-02-01"}
    sent |= {"agreement-0-ends": "2027-06-30", "agreement-0-termination_notice_days": "60"}
    assert client.post(at, sent | {"next": "yes"}).url.endswith("/steps/clauses/")
    raw, before = read(draft), tomllib.loads(DRAFT)
    assert (raw["title"], raw["termination_notice_days"]) == ("Reading", 60)
    kept = ("purposes", "parties", "data", "retention", "legal_basis", "clauses")
    assert {key: raw[key] for key in kept} == {key: before[key] for key in kept}
    wrong = client.post(at, sent | {"agreement-0-starts": "soon"})
    assert wrong.status_code == 422
    assert client.get(f"/agreements/drafts/{draft.pk}/steps/nothing/").status_code == 404


def test_what_is_missing_leads_to_its_step(writing: Writing, browser: Browser) -> None:
    draft = writing.begin(DRAFT.replace("starts = 2026-01-01\n", ""))
    at = f"/agreements/drafts/{draft.pk}/steps/"
    page = text(browser(writing.manager).get(f"{at}signatures/"))
    assert f'<a href="{at}terms/">' in page
    assert f"/drafts/{draft.pk}/submit/" not in page
    whole = writing.begin(DRAFT.replace('"N-1"', '"N-2"', 1))
    page = text(browser(writing.manager).get(f"/agreements/drafts/{whole.pk}/steps/signatures/"))
    assert f"/drafts/{whole.pk}/submit/" in page


def test_parties_are_chosen_from_the_register(writing: Writing, browser: Browser) -> None:
    lake = Organization.objects.create(slug="lake", name="Lake District", kind="school_district")
    draft, client = writing.begin(), browser(writing.manager)
    at = f"/agreements/drafts/{draft.pk}/steps/parties/"
    assert '<option value="lake">Lake District</option>' in text(client.get(at))
    sent = {"parties-rows": "3", "parties-0-organization": "lake", "parties-0-role": "provider"}
    sent |= {"parties-1-organization": "hub", "parties-1-role": "authorized_representative"}
    client.post(at, sent)
    provider, hub = read(draft)["parties"]
    assert (provider["organization"], provider["name"]) == ("lake", lake.name)
    assert (hub["name"], hub["kind"]) == ("The Hub", "backbone")
    typed = client.post(at, sent | {"parties-0-organization": "interpreters"})
    assert typed.status_code == 422


def test_contacts_are_people_of_the_parties(
    writing: Writing, browser: Browser, person: Callable[..., Any]
) -> None:
    draft, client = writing.begin(), browser(writing.manager)
    at = f"/agreements/drafts/{draft.pk}/steps/safeguards/"
    other = person(Role.STEWARD, at="lake")
    page = text(client.get(at))
    assert f'value="{writing.steward.name}, {writing.steward.email}"' in page
    assert other.email not in page
    sent = {"retention-0-period_days": "365", "access-rows": "0"}
    sent |= {"delivery-0-contacts": f"{writing.steward.name}, {writing.steward.email}"}
    sent |= {"delivery-0-receivers": f"{writing.manager.name}, {writing.manager.email}"}
    client.post(at, sent | {"delivery-0-channels": "upload"})
    delivery = read(draft)["delivery"]
    assert delivery["contacts"] == [{"name": writing.steward.name, "email": writing.steward.email}]
    assert delivery["receivers"][0]["email"] == writing.manager.email
    assert delivery["channels"] == ["upload"]


def test_a_copied_agreement_has_no_contacts(writing: Writing) -> None:
    pattern = DRAFT.replace('channels = ["upload"]', f'channels = ["upload"]{PEOPLE}')
    copied = tomllib.loads(draft_text.copy_text(pattern, reference="N-2", title="Two"))
    assert copied["delivery"] == {"channels": ["upload"]}
    known = draft_text.PartnerIdentity("lake", "Lake District", "school_district")
    filled = draft_text.fill_partner_text(
        pattern, reference="N-3", title="Three", writer=known, partner=known
    )
    assert tomllib.loads(filled)["delivery"] == {"channels": ["upload"]}
    approved = pattern.replace('role = "provider"', 'role = "provider"\napproved_on = 2025-12-01')
    copied = tomllib.loads(draft_text.copy_text(approved, reference="N-5", title="Five"))
    assert "approved_on" not in copied["parties"][0]
    without = pattern[: pattern.index("[delivery]")]
    assert "[delivery]" not in draft_text.copy_text(without, reference="N-4", title="Four")


def test_elements_come_from_the_dictionary_by_search(writing: Writing, browser: Browser) -> None:
    import_dictionary(
        organization=writing.elm, name="elm.csv", content=FIELDS, by=writing.steward, at=now()
    )
    draft, client = writing.begin(), browser(writing.manager)
    at = f"/agreements/drafts/{draft.pk}/"
    page = text(client.get(f"{at}steps/data/"))
    assert 'name="add" value="student.gender"' in page
    assert "In the dictionary under this name only." in page
    # What the text has and the dictionary lacks is said beside it.
    assert page.count(UNLISTED) == 2
    page = text(client.get(f"{at}steps/data/?q=gender"))
    assert "student.given_name" not in page
    page = text(client.get(f"{at}steps/data/?q=unheard of"))
    assert "“unheard of” is not in the data dictionary." in page
    assert writing.steward.email in page
    answer = client.post(f"{at}elements/", {"q": "gender", "add": "student.gender"})
    assert answer.url == f"{at}steps/data/"
    assert {"record": "student", "elements": ["gender"]}.items() <= read(draft)["data"][1].items()
    client.post(f"{at}elements/", {"remove": ["student.gender", "enrollment.grade"]})
    assert [row["elements"] for row in read(draft)["data"]] == [["local_id"]]


def test_an_element_that_was_not_offered_is_not_added(writing: Writing, browser: Browser) -> None:
    draft, client = writing.begin(), browser(writing.manager)
    client.post(f"/agreements/drafts/{draft.pk}/elements/", {"add": "student.shoe_size"})
    assert len(read(draft)["data"]) == 1
    page = text(client.get(f"/agreements/drafts/{draft.pk}/steps/data/?q=meal status"))
    assert 'value="student.meal_status"' in page
    assert UNLISTED in page


def test_a_first_element_makes_a_table_of_data(writing: Writing, browser: Browser) -> None:
    start = DRAFT.index("[[data]]")
    draft = writing.begin(DRAFT[:start] + DRAFT[DRAFT.index("[retention]") :])
    sent = {"q": "meal status", "add": "student.meal_status"}
    browser(writing.manager).post(f"/agreements/drafts/{draft.pk}/elements/", sent)
    assert read(draft)["data"] == [{"record": "student", "elements": ["meal_status"]}]


def test_every_term_is_asked_by_a_step() -> None:
    """Record types and elements come from a dictionary, and the letter of a part from Cairn."""
    chosen = {("data", key) for key in ("record", "elements", "part")} | {("part", "id")}
    asked = [
        (part.table, key)
        for step in GUIDED_STEPS
        for has_parts in (False, True)
        for part in list_step_parts(step, has_parts=has_parts)
        for key in part.all_keys
    ]
    every = {(table.key, field.key) for table in FORMAT_TABLES for field in table.fields}
    assert set(asked) == {one for one in every if one[1] not in KEYS_SET_ELSEWHERE} - chosen


def test_a_step_asks_no_key_twice() -> None:
    for step in GUIDED_STEPS:
        parts = list_step_parts(step, has_parts=False)
        keys = [(part.table, key) for part in parts for key in part.all_keys]
        assert len(keys) == len(set(keys))


def test_a_draft_with_a_second_basis_is_written_in_steps(
    writing: Writing, browser: Browser
) -> None:
    import_dictionary(
        organization=writing.elm,
        name="sis.csv",
        content=FIELDS,
        by=writing.steward,
        at=now(),
    )
    draft, client = writing.begin(), browser(writing.manager)
    at = f"/agreements/drafts/{draft.pk}/"
    assert "Remove part" not in text(client.get(f"{at}steps/purpose/"))
    assert client.post(f"{at}parts/", {"do": "add"}).url.endswith("/steps/purpose/")
    raw = read(draft)
    assert "legal_basis" not in raw
    assert [part["id"] for part in raw["part"]] == ["A", "B"]
    assert raw["data"][0]["part"] == "A"
    assert "Part B" in text(client.get(f"{at}steps/purpose/"))
    sent = {"part-rows": "2", "part-0-basis": "audit_evaluation", "part-1-basis": "consent"}
    sent |= {"part-0-purposes": "program_evaluation", "part-1-purposes": "service_coordination"}
    assert client.post(f"{at}steps/purpose/", sent).status_code == 302
    page = text(client.get(f"{at}steps/data/?part=B&q=gender"))
    assert "Add selected to part B" in page
    client.post(f"{at}elements/", {"q": "gender", "part": "B", "add": "student.gender"})
    raw = read(draft)
    assert [(row["part"], row["record"]) for row in raw["data"]] == [
        ("A", "enrollment"),
        ("B", "student"),
    ]
    assert raw["part"][0]["criteria"]["policies"] == {"clause": "4.1"}
    assert raw["part"][1]["basis"] == "consent"
    assert "Part A" in text(client.get(f"{at}steps/criteria/"))
    client.post(f"{at}elements/", {"remove": ["enrollment.grade", "B/student.gender"]})
    assert [row["part"] for row in read(draft)["data"]] == ["A"]
    client.post(f"{at}parts/", {"do": "remove", "part": "B"})
    raw = read(draft)
    assert raw["legal_basis"]["basis"] == "audit_evaluation"
    assert raw["purposes"] == ["program_evaluation"]
    assert "part" not in raw["data"][0]
    before = draft.version
    client.post(f"{at}parts/", {"do": "remove", "part": "C"})
    draft.refresh_from_db()
    assert draft.version == before
