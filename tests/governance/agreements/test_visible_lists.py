"""The lists of drafts and agreements: narrowed in the database as policy answers one by one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements import draft_facts, facts
from cairn.governance.agreements.actions import (
    counsel_review,
    draft_lifecycle,
    signature_and_record,
)
from cairn.governance.agreements.models import Agreement, Draft
from cairn.governance.agreements.queries import visible_agreements, visible_drafts
from cairn.governance.agreements.queries.agreement_inbox import list_agreement_tasks
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Affiliation, Organization
from cairn.platform.accounts.models import User
from cairn.policy.questions.governance.agreement_drafts import may_view_agreement_draft
from cairn.policy.questions.governance.agreements import may_view_agreement
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.organizations import OrganizationKind

pytestmark = pytest.mark.django_db
Person = Callable[..., User]
KINDS = {
    "hub": OrganizationKind.BACKBONE,
    "elm": OrganizationKind.SCHOOL_DISTRICT,
    "oak": OrganizationKind.SCHOOL_DISTRICT,
}
JOINDER = """
reference = "N-1-J-oak"
title = "Joinder"
tier = "joinder"
joins = "N-1"
starts = 2026-01-01
[[parties]]
organization = "oak"
name = "Oak"
kind = "school_district"
role = "provider"
[legal_basis]
basis = "no_disclosure"
"""


def _people(person: Person) -> Iterator[User]:
    """One person in every role at every organization, one without a role, one in two."""
    for slug, kind in KINDS.items():
        for role in Role:
            if role not in (Role.PUBLIC, Role.FAMILY):
                yield person(role, at=slug, kind=kind)
    yield person(Role.PUBLIC)
    both = person(Role.ANALYST, at="elm")
    oak = Affiliation.objects.filter(organization__slug="oak").first()
    assert oak is not None
    Affiliation.objects.create(
        user=both, organization=oak.organization, role=Role.STEWARD, starts=oak.starts
    )
    yield both


def _build_numbered_draft(number: int, text: str = DRAFT) -> str:
    return text.replace('"N-1"', f'"N-{number}"')


def _write_drafts(writing: Writing) -> None:
    """One draft in each state, one that came back after it was read, one changed since then."""
    writing.begin(_build_numbered_draft(1))
    writing.with_counsel(_build_numbered_draft(2))
    writing.out(_build_numbered_draft(3))
    writing.signed(_build_numbered_draft(4))
    for number, note in ((5, ""), (6, "\n# changed")):
        draft = writing.out(_build_numbered_draft(number))
        signature_and_record.decline_signature(
            draft=draft, organization=writing.elm, why="the day", by=writing.steward, at=now()
        )
        if note:
            draft_lifecycle.save_draft(
                draft=draft, text=draft.text + note, note="", by=writing.manager, at=now()
            )
    aside = writing.begin(_build_numbered_draft(7))
    draft_lifecycle.set_draft_aside(draft=aside, why="", by=writing.manager, at=now())
    for state in AgreementState:
        if not Draft.objects.filter(state=state.value).exists():
            Draft.objects.filter(
                pk=writing.begin(_build_numbered_draft(10 + len(state))).pk
            ).update(state=state.value)


def test_drafts_are_narrowed_as_each_is_answered(writing: Writing, person: Person) -> None:
    _write_drafts(writing)
    on, seen = timezone.localdate(), set()
    assert set(Draft.objects.values_list("state", flat=True)) == set(AgreementState)
    for user in _people(person):
        actor = load_actor(user)
        one_by_one = {
            row.pk
            for row in Draft.objects.all()
            if may_view_agreement_draft(draft_facts.build_draft_fact(row, on), actor, on).allowed
        }
        listed = visible_drafts.filter_visible_drafts(actor, on)
        assert sorted(listed.values_list("pk", flat=True)) == sorted(one_by_one), user
        seen.add(len(one_by_one))
    everything = Draft.objects.count()
    assert {0, everything} < seen, "somebody sees some of them only"


def test_more_drafts_take_no_more_queries_and_each_fact_is_as_if_alone(
    writing: Writing, django_assert_max_num_queries: Any
) -> None:
    on, reader = timezone.localdate(), load_actor(writing.manager)
    writing.with_counsel(_build_numbered_draft(90))
    with CaptureQueriesContext(connection) as of_one:
        list_agreement_tasks(reader, on)
    _write_drafts(writing)
    with django_assert_max_num_queries(len(of_one)):
        list_agreement_tasks(reader, on)
    rows = list(Draft.objects.all())
    records = draft_facts.load_draft_records(rows, on)
    for row in rows:
        together = draft_facts.build_draft_fact(row, on, records=records)
        assert together == draft_facts.build_draft_fact(row, on), row


def test_a_draft_is_linted_again_when_the_register_changes(
    writing: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, on, linted = writing.begin(_build_numbered_draft(1)), timezone.localdate(), []
    lint = facts.lint_agreement

    def count(*inputs: Any, **more: Any) -> Any:
        linted.append(inputs)
        return lint(*inputs, **more)

    monkeypatch.setattr(facts, "lint_agreement", count)
    monkeypatch.setattr(facts, "_LINTED", {})
    for name in ("Elm", "Elm", "Elm Schools"):
        Organization.objects.filter(slug="elm").update(name=name)
        draft_facts.read_draft(draft, on)
    assert len(linted) == 2
    monkeypatch.setattr(facts, "_LINTED_TEXTS", 1)
    draft_facts.read_draft(writing.begin(_build_numbered_draft(2)), on)
    assert len(facts._LINTED) == 1


def test_agreements_are_narrowed_as_each_is_answered(
    writing: Writing, person: Person, organization: Callable[..., Any]
) -> None:
    """Oak reads what it joined, and not what a joinder without its signature names."""
    writing.signed(_build_numbered_draft(1))
    unsigned = signature_and_record.load_agreement(
        text=_build_numbered_draft(2), by=writing.manager, at=now()
    ).reference
    oak, steward = organization("oak"), person(Role.STEWARD, at="oak")
    counsel = person(Role.COUNSEL, at="oak")
    draft = writing.begin(JOINDER, organization=oak, by=steward)
    draft_lifecycle.submit_draft_to_counsel(draft=draft, by=steward, at=now())
    counsel_review.record_counsel_clearance(draft=draft, organization=oak, by=counsel, at=now())
    signature_and_record.send_draft_for_signature(draft=draft, by=steward, at=now())
    writing.sign(draft, oak, steward)
    signature_and_record.load_agreement(
        text=JOINDER.replace("N-1", unsigned), by=writing.manager, at=now()
    )
    _check_agreements(person)
    seen_by_oak = visible_agreements.list_visible_agreements(
        load_actor(steward), timezone.localdate()
    )
    assert [listed.row.reference for listed in seen_by_oak] == [
        "N-1",
        "N-1-J-oak",
        "N-2-J-oak",
    ]


def _check_agreements(person: Person) -> None:
    on, seen = timezone.localdate(), set()
    for user in _people(person):
        actor, rows = load_actor(user), list(Agreement.objects.all())
        one_by_one = [
            row.pk
            for row, terms in zip(rows, facts.load_agreement_facts(rows, on), strict=True)
            if may_view_agreement(terms, actor, on).allowed
        ]
        listed = visible_agreements.filter_visible_agreements(actor, on)
        assert list(listed.values_list("pk", flat=True)) == one_by_one, user
        seen.add(len(one_by_one))
    assert {0, len(rows)} < seen


@pytest.mark.parametrize("number", [5, 25])
def test_the_page_of_drafts_asks_as_much_for_few_as_for_many(
    writing: Writing,
    browser: Callable[..., Client],
    django_assert_max_num_queries: Callable[..., object],
    number: int,
) -> None:
    for index in range(number):
        draft = writing.begin(_build_numbered_draft(index + 1))
        if index % 2:
            draft_lifecycle.submit_draft_to_counsel(draft=draft, by=writing.manager, at=now())
    for user in (writing.manager, writing.counsel):
        client = browser(user)
        with django_assert_max_num_queries(24):  # type: ignore[attr-defined]
            page = client.get("/agreements/drafts/").content.decode()
        assert page.count('scope="row"') == (number if user == writing.manager else number // 2)


def test_the_list_of_drafts_is_paged(
    writing: Writing, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.governance.agreements.views.drafts._DRAFTS_PER_PAGE", 2)
    for index in range(3):
        writing.begin(_build_numbered_draft(index + 1))
    draft_lifecycle.set_draft_aside(
        draft=Draft.objects.get(reference="N-1"), why="", by=writing.manager, at=now()
    )
    client = browser(writing.manager)
    first = client.get("/agreements/drafts/").content.decode()
    second = client.get("/agreements/drafts/?page=2").content.decode()
    assert ("N-2" in first, "N-3" in first, "N-1" in first) == (True, True, False)
    assert "N-1" in second
    assert "Drafts: 3" in first
    rows = visible_drafts.list_visible_drafts(load_actor(writing.manager), timezone.localdate())
    assert isinstance(rows, QuerySet)


def test_the_list_of_agreements_is_paged(
    writing: Writing, browser: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.governance.agreements.views.agreements._AGREEMENTS_PER_PAGE", 1)
    for number in (1, 2):
        writing.signed(_build_numbered_draft(number))
    client = browser(writing.steward)
    first = client.get("/agreements/").content.decode()
    assert ("N-1" in first, "N-2" in first, "Agreements: 2" in first) == (True, False, True)
    assert "N-2" in client.get("/agreements/?page=2").content.decode()


def test_the_lists_search_filter_and_download(
    writing: Writing, browser: Callable[..., Client]
) -> None:
    writing.signed(_build_numbered_draft(1))
    writing.signed(
        _build_numbered_draft(2, DRAFT.replace("ends = 2031-06-30", 'ends = "until terminated"'))
    )
    writing.begin(_build_numbered_draft(3))
    client = browser(writing.manager)
    found = client.get("/agreements/", {"q": "n-2", "status": "In force"}).content.decode()
    assert ("/agreements/N-1/" in found, "/agreements/N-2/" in found) == (False, True)
    assert "Agreements: 1 of 2" in found
    header, *rows = client.get("/agreements/?download=csv").content.decode().splitlines()
    assert "Data provider" in header
    assert [row.split(":")[0] for row in rows] == ["N-1", "N-2"]
    assert "Elm School District" in rows[0]
    assert "When terminated" in rows[1]
    drafts = client.get("/agreements/drafts/?status=Draft").content.decode()
    assert f'href="{reverse("web:partner", args=["elm"])}"' in drafts
    assert "N-3" in client.get("/agreements/drafts/?download=csv").content.decode()
