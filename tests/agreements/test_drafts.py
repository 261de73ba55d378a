"""From the first draft to the last signature: who may, in which state, and what a change undoes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.agreements.written import DRAFT, Writing, now

from cairn.accounts.models import User
from cairn.agreements import actions, drafted, facts, queries
from cairn.agreements.drafted import BadDraft
from cairn.agreements.models import Agreement, Draft, Signature
from cairn.audit.models import AuditLine
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.authority import in_force
from cairn.rules.decision import Refused
from cairn.rules.vocabulary import AgreementState, Role

pytestmark = pytest.mark.django_db
OVERRIDABLE = DRAFT.replace('program_operator = "elm"', 'program_operator = "hub"')


def test_the_last_signature_puts_it_on_record_and_in_force(writing: Writing) -> None:
    draft = writing.out()
    assert not Agreement.objects.exists()
    writing.sign(draft, writing.elm, writing.steward)
    assert not Agreement.objects.exists()
    writing.sign(draft, writing.hub, writing.manager)
    draft.refresh_from_db()
    assert draft.state == AgreementState.SIGNED
    row = Agreement.objects.get()
    assert row.text == draft.text
    terms = facts.agreement(row)
    assert terms.text_digest == facts.digest(draft.text)
    assert {p.signed_by for p in terms.parties} == {writing.steward.name, writing.manager.name}
    assert terms.parties[0].signed_how == "in a session with a second factor"
    assert in_force(terms, timezone.localdate()).allowed
    assert AuditLine.objects.filter(event="agreement.signed").count() == 1


def test_a_changed_text_undoes_reviews_and_signatures(writing: Writing) -> None:
    draft = writing.out()
    writing.sign(draft, writing.elm, writing.steward)
    actions.take_back(draft=draft, by=writing.manager, at=now())
    changed = DRAFT.replace("period_days = 365", "period_days = 730")
    actions.save(draft=draft, text=changed, note="Retention", by=writing.manager, at=now())
    opened = queries.opened(draft.pk, actor(writing.manager), timezone.localdate())
    elm = opened.standings[0]
    assert elm.review is None
    assert elm.signature is None
    assert elm.undone is not None
    actions.submit(draft=draft, by=writing.manager, at=now())
    with pytest.raises(Refused):
        actions.send_out(draft=draft, by=writing.manager, at=now())


def test_the_same_text_again_is_no_version_and_an_earlier_one_can_come_back(
    writing: Writing,
) -> None:
    draft = writing.begin()
    actions.save(draft=draft, text=DRAFT, note="", by=writing.manager, at=now())
    assert draft.version == 1
    other = DRAFT.replace("Elm and the hub", "Elm")
    actions.save(draft=draft, text=other, note="The agreement", by=writing.manager, at=now())
    actions.save(draft=draft, text=DRAFT, note="Back", by=writing.manager, at=now())
    assert [v.version for v in draft.versions.all()] == [3, 2, 1]
    assert draft.title == "Sharing: Elm and the hub"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DRAFT.replace('reference = "N-1"', ""), "needs a reference"),
        ("this is no TOML", "not TOML"),
        ('joins = "NOWHERE"' + DRAFT, "No agreement has the reference"),
    ],
)
def test_what_cannot_begin_says_why_and_leaves_nothing(
    writing: Writing, text: str, said: str
) -> None:
    with pytest.raises(BadDraft, match=said):
        writing.begin(text)
    assert not Draft.objects.exists()


def test_a_reference_is_taken_once(writing: Writing) -> None:
    draft = writing.begin()
    with pytest.raises(BadDraft, match="Another open draft"):
        writing.begin()
    actions.set_aside(draft=draft, why="we begin anew", by=writing.manager, at=now())
    row = writing.signed()
    with pytest.raises(BadDraft, match="on record"):
        writing.begin()
    with pytest.raises(BadDraft, match="keeps that reference"):
        writing.begin(DRAFT.replace("N-1", "N-2"), agreement=row)


def test_counsel_of_the_owner_lets_a_finding_stand(
    writing: Writing, person: Callable[..., User]
) -> None:
    draft = writing.with_counsel(OVERRIDABLE)
    on = timezone.localdate()
    finding = drafted.reading(draft, on).open_law[0]
    actions.clear(draft=draft, organization=writing.elm, by=writing.counsel, at=now())
    with pytest.raises(Refused):
        actions.send_out(draft=draft, by=writing.manager, at=now())
    give = {"draft": draft, "finding": finding, "reason": "an outside firm evaluates", "at": now()}
    for who, organization in (
        (writing.steward, writing.elm),
        (person(Role.COUNSEL, at="hub"), writing.hub),
    ):
        with pytest.raises(Refused):
            actions.override(**give, organization=organization, by=who)
    made = actions.override(**give, organization=writing.elm, by=writing.counsel)
    assert made.by == writing.counsel
    told = drafted.reading(draft, on)
    assert finding not in told.open_law
    assert told.terms.overrides[0].reason == "an outside firm evaluates"


def test_a_steward_says_which_counsel_read_it(writing: Writing) -> None:
    draft = writing.with_counsel()
    actions.attest_review(
        draft=draft,
        organization=writing.elm,
        counsel="R. Vance, Vance & Cole",
        read_on=timezone.localdate(),
        by=writing.steward,
        at=now(),
    )
    actions.send_out(draft=draft, by=writing.manager, at=now())
    draft.refresh_from_db()
    assert draft.state == AgreementState.OUT_FOR_SIGNATURE


def test_a_paper_is_attested_with_its_own_date(writing: Writing) -> None:
    draft = writing.out()
    day = timezone.localdate() - timedelta(days=3)
    actions.attest(
        draft=draft,
        organization=writing.elm,
        name="Marisol Okafor",
        capacity="Superintendent",
        signed_on=day,
        by=writing.manager,
        at=now(),
    )
    writing.sign(draft, writing.hub, writing.manager)
    elm = facts.agreement(Agreement.objects.get()).parties[0]
    assert (elm.signed_by, elm.signed_on) == ("Marisol Okafor", day)
    assert elm.signed_how == f"on paper, attested by {writing.manager.name}"


def test_nobody_signs_twice_or_for_another(writing: Writing) -> None:
    draft = writing.out()
    with pytest.raises(Refused):
        writing.sign(draft, writing.hub, writing.steward)
    writing.sign(draft, writing.elm, writing.steward)
    with pytest.raises(Refused):
        writing.sign(draft, writing.elm, writing.steward)
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("speak", ["send_back", "decline"])
def test_it_comes_back_with_what_must_change(writing: Writing, speak: str) -> None:
    draft = writing.with_counsel() if speak == "send_back" else writing.out()
    by = writing.counsel if speak == "send_back" else writing.steward
    getattr(actions, speak)(
        draft=draft, organization=writing.elm, why="name the backups", by=by, at=now()
    )
    draft.refresh_from_db()
    assert (draft.state, draft.returned_why) == (AgreementState.DRAFT, "name the backups")
    told = {line.title: line for line in queries.waiting(actor(writing.manager), now().date())}
    assert told["draft that came back to you"].detail == "N-1"


def test_who_sees_a_draft(writing: Writing, person: Callable[..., User]) -> None:
    on = timezone.localdate()
    draft = writing.begin()
    assert queries.drafts(actor(writing.manager), on) == [draft]
    assert queries.drafts(actor(writing.steward), on) == []
    actions.submit(draft=draft, by=writing.manager, at=now())
    assert queries.drafts(actor(writing.counsel), on) == [draft]
    assert queries.drafts(actor(person(Role.STEWARD, at="oak")), on) == []
    with pytest.raises(Refused):
        queries.drafts(actor(person(Role.ANALYST, at="hub")), on)
    with pytest.raises(Draft.DoesNotExist):
        queries.opened(10_000, actor(writing.manager), on)


def test_an_amendment_counts_only_when_all_have_signed_it(writing: Writing) -> None:
    row = writing.signed()
    changed = row.text.replace("minimum_cell = 10", "minimum_cell = 20")
    draft = writing.begin(row.text, agreement=row)
    actions.save(draft=draft, text=changed, note="", by=writing.manager, at=now())
    actions.submit(draft=draft, by=writing.manager, at=now())
    actions.clear(draft=draft, organization=writing.elm, by=writing.counsel, at=now())
    actions.send_out(draft=draft, by=writing.manager, at=now())
    writing.sign(draft, writing.elm, writing.steward)
    row.refresh_from_db()
    assert facts.agreement(row).disclosure.minimum_cell == 10
    assert queries.drafts_of(row, actor(writing.manager), timezone.localdate()) == [draft]
    writing.sign(draft, writing.hub, writing.manager)
    row.refresh_from_db()
    assert (row.version, facts.agreement(row).disclosure.minimum_cell) == (2, 20)
    assert in_force(facts.agreement(row), timezone.localdate()).allowed
    kept = queries.versions(row)
    assert [len(one.signatures) for one in kept] == [2, 2]


def test_a_joinder_adds_a_party_by_its_own_signature(
    writing: Writing, person: Callable[..., User], organization: Callable[..., Organization]
) -> None:
    row = writing.signed()
    oak = organization("oak")
    steward, counsel = person(Role.STEWARD, at="oak"), person(Role.COUNSEL, at="oak")
    text = """
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
    draft = writing.begin(text, organization=oak, by=steward)
    actions.submit(draft=draft, by=steward, at=now())
    actions.clear(draft=draft, organization=oak, by=counsel, at=now())
    actions.send_out(draft=draft, by=steward, at=now())
    writing.sign(draft, oak, steward)
    terms = facts.agreement(row)
    assert [p.organization for p in terms.parties] == ["elm", "hub", "oak"]
    assert in_force(terms, timezone.localdate()).allowed
    closed = DRAFT.replace('kind = "joinder"', 'kind = "notices"').replace("N-1", "N-2")
    writing.signed(closed)
    with pytest.raises(Refused):
        writing.begin(text.replace("N-1", "N-2"), organization=oak, by=steward)


def test_a_text_loaded_meanwhile_is_never_replaced_by_an_older_draft(writing: Writing) -> None:
    draft = writing.out()
    writing.sign(draft, writing.elm, writing.steward)
    actions.load(text=DRAFT, by=writing.manager, at=now() + timedelta(minutes=1))
    with pytest.raises(Refused, match="has gone on record since"):
        writing.sign(draft, writing.hub, writing.manager)
    assert Agreement.objects.get().version == 1


def test_a_text_changed_into_a_joinder_asks_what_it_joins(writing: Writing) -> None:
    draft = writing.begin()
    joining = 'joins = "NOWHERE"\n' + DRAFT
    actions.save(draft=draft, text=joining, note="", by=writing.manager, at=now())
    with pytest.raises(Refused, match="no clause by which others may join"):
        actions.submit(draft=draft, by=writing.manager, at=now())
