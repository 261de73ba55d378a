"""From the first draft to the last signature: who may, in which state, and what a change undoes."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.governance.agreements.draft_steps import DRAFT, Writing, now

from cairn.governance.agreements import draft_facts, facts
from cairn.governance.agreements.actions import (
    counsel_review,
    draft_lifecycle,
    signature_and_record,
)
from cairn.governance.agreements.api import find_damaged_signed_pages
from cairn.governance.agreements.confirmation_links import hash_confirmation_key
from cairn.governance.agreements.draft_facts import BadDraft
from cairn.governance.agreements.models import (
    Agreement,
    Draft,
    PaperSignature,
    Signature,
    SignedPage,
)
from cairn.governance.agreements.queries import agreement_inbox, visible_agreements, visible_drafts
from cairn.governance.agreements.scanned_pages import read_scanned_page
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Organization
from cairn.platform.accounts.models import User
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import Actor
from cairn.policy.lint import list_unconfirmed_criteria
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import AgreementState

pytestmark = pytest.mark.django_db
OVERRIDABLE = DRAFT.replace('{ value = "elm" }', '{ value = "hub" }')


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
    terms = facts.load_agreement_fact(row)
    assert terms.text_digest == facts.compute_text_digest(draft.text)
    assert {p.signed_by for p in terms.parties} == {writing.steward.name, writing.manager.name}
    assert terms.parties[0].signed_how == "signed with a command on the server, as this account"
    assert decide_agreement_in_force(terms, timezone.localdate()).allowed
    assert AuditLine.objects.filter(event="agreement.signed").count() == 1


def test_a_changed_text_undoes_reviews_and_signatures(writing: Writing) -> None:
    draft = writing.out()
    writing.sign(draft, writing.elm, writing.steward)
    draft_lifecycle.recall_draft(draft=draft, by=writing.manager, at=now())
    changed = DRAFT.replace("period_days = 365", "period_days = 730")
    draft_lifecycle.save_draft(
        draft=draft, text=changed, note="Retention", by=writing.manager, at=now()
    )
    opened = visible_drafts.open_draft(draft.pk, load_actor(writing.manager), timezone.localdate())
    elm = opened.party_progress[0]
    assert elm.review is None
    assert elm.signature is None
    assert elm.undone is not None
    draft_lifecycle.submit_draft_to_counsel(draft=draft, by=writing.manager, at=now())
    with pytest.raises(Refused):
        signature_and_record.send_draft_for_signature(draft=draft, by=writing.manager, at=now())


def test_the_same_text_again_is_no_version_and_an_earlier_one_can_come_back(
    writing: Writing,
) -> None:
    draft = writing.begin()
    draft_lifecycle.save_draft(draft=draft, text=DRAFT, note="", by=writing.manager, at=now())
    assert draft.version == 1
    other = DRAFT.replace("Elm and the hub", "Elm")
    draft_lifecycle.save_draft(
        draft=draft, text=other, note="The agreement", by=writing.manager, at=now()
    )
    draft_lifecycle.save_draft(draft=draft, text=DRAFT, note="Back", by=writing.manager, at=now())
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
    draft_lifecycle.set_draft_aside(draft=draft, why="we begin anew", by=writing.manager, at=now())
    row = writing.signed()
    with pytest.raises(BadDraft, match="on record"):
        writing.begin()
    with pytest.raises(BadDraft, match="must keep that reference"):
        writing.begin(DRAFT.replace("N-1", "N-2"), agreement=row)


def test_counsel_of_the_owner_lets_a_finding_stand(
    writing: Writing, person: Callable[..., User]
) -> None:
    draft = writing.with_counsel(OVERRIDABLE)
    on = timezone.localdate()
    finding = draft_facts.read_draft(draft, on).open_law_findings[0]
    counsel_review.record_counsel_clearance(
        draft=draft, organization=writing.elm, by=writing.counsel, at=now()
    )
    with pytest.raises(Refused):
        signature_and_record.send_draft_for_signature(draft=draft, by=writing.manager, at=now())
    give = {"draft": draft, "finding": finding, "reason": "an outside firm evaluates", "at": now()}
    for who, organization in (
        (writing.steward, writing.elm),
        (person(Role.COUNSEL, at="hub"), writing.hub),
    ):
        with pytest.raises(Refused):
            counsel_review.override_finding(**give, organization=organization, by=who)
    made = counsel_review.override_finding(**give, organization=writing.elm, by=writing.counsel)
    assert made.by == writing.counsel
    told = draft_facts.read_draft(draft, on)
    assert finding not in told.open_law_findings
    assert told.terms.overrides[0].reason == "an outside firm evaluates"


def test_the_law_of_the_owners_state_counts_against_a_commercial_purpose(writing: Writing) -> None:
    text = DRAFT.replace('["program_evaluation"]', '["program_evaluation", "sale"]')
    draft, on = writing.with_counsel(text), timezone.localdate()
    assert "LM01 sale" not in draft_facts.read_draft(draft, on).open_law_findings
    writing.elm.state = "CA"
    writing.elm.save()
    reading = draft_facts.read_draft(draft, on)
    assert "LM01 sale" in reading.open_law_findings
    (finding,) = (f for f in reading.findings if f.key == "LM01 sale")
    assert finding.citation == "Cal. Bus. & Prof. Code 22584(b)(3)"


def test_counsel_confirms_each_criterion_of_this_very_text(writing: Writing) -> None:
    """Reliance needs it; what a writer states in the text about counsel does not count."""
    own = DRAFT.replace(
        '{ value = "elm" }',
        '{ value = "elm", confirmed_by = "Me", confirmed_for = "elm", confirmed_on = 2026-11-01 }',
    )
    draft, on = writing.with_counsel(own), timezone.localdate()
    assert "LK02 program_operator" in draft_facts.read_draft(draft, on).open_law_findings
    confirm = {"draft": draft, "criterion": "designation", "at": now()}
    for who, organization in ((writing.steward, writing.elm), (writing.manager, writing.hub)):
        with pytest.raises(Refused):
            counsel_review.confirm_criterion(**confirm, organization=organization, by=who)
    with pytest.raises(Refused, match="does not wait for confirmation"):
        counsel_review.confirm_criterion(
            **{**confirm, "criterion": "nothing"}, organization=writing.elm, by=writing.counsel
        )
    row = counsel_review.confirm_criterion(**confirm, organization=writing.elm, by=writing.counsel)
    assert str(row) == "designation in N-1"
    fact = draft_facts.read_draft(draft, on).terms.criterion_facts["designation"]
    assert (fact.confirmed_by, fact.confirmed_for, fact.confirmed_on) == (
        writing.counsel.name,
        "elm",
        on,
    )
    with pytest.raises(Refused):
        counsel_review.confirm_criterion(**confirm, organization=writing.elm, by=writing.counsel)
    draft_lifecycle.recall_draft(draft=draft, by=writing.manager, at=now())
    changed = own.replace("period_days = 365", "period_days = 366")
    draft_lifecycle.save_draft(draft=draft, text=changed, note="", by=writing.manager, at=now())
    assert not draft_facts.read_draft(draft, on).terms.criterion_facts["designation"].is_confirmed


def test_a_steward_says_which_counsel_read_it(writing: Writing) -> None:
    draft = writing.with_counsel()
    findings = draft_facts.read_draft(draft, timezone.localdate()).open_law_findings
    for criterion in list_unconfirmed_criteria(findings):
        counsel_review.attest_criterion(
            draft=draft,
            organization=writing.elm,
            criterion=criterion,
            counsel="R. Vance, Vance & Cole",
            read_on=timezone.localdate(),
            by=writing.steward,
            at=now(),
        )
    counsel_review.attest_counsel_review(
        draft=draft,
        organization=writing.elm,
        counsel="R. Vance, Vance & Cole",
        read_on=timezone.localdate(),
        by=writing.steward,
        at=now(),
    )
    signature_and_record.send_draft_for_signature(draft=draft, by=writing.manager, at=now())
    draft.refresh_from_db()
    assert draft.state == AgreementState.OUT_FOR_SIGNATURE


def test_a_paper_is_attested_with_its_own_date(writing: Writing) -> None:
    draft = writing.out()
    day = timezone.localdate() - timedelta(days=3)
    paper, key = signature_and_record.record_paper_signature(
        draft=draft,
        organization=writing.elm,
        name="Marisol Okafor",
        capacity="Superintendent",
        signed_on=day,
        page=read_scanned_page(b"%PDF-1.7 a scan"),
        by=writing.manager,
        at=now(),
    )
    assert paper.key == hash_confirmation_key(key) != key
    assert not Signature.objects.exists()
    with pytest.raises(Refused):
        signature_and_record.confirm_paper_signature(
            paper=paper, who=load_actor(writing.manager), by=writing.manager, at=now()
        )
    opened_twice = PaperSignature.objects.get()
    signature_and_record.confirm_paper_signature(paper=paper, who=Actor.public(), by=None, at=now())
    assert AuditLine.objects.get(event="draft.signed").actor_id == ""
    with pytest.raises(PaperSignature.DoesNotExist):
        signature_and_record.deny_paper_signature(
            paper=opened_twice, who=Actor.public(), by=None, at=now()
        )
    assert bytes(SignedPage.objects.get().content) == b"%PDF-1.7 a scan"
    assert list(find_damaged_signed_pages()) == []
    place = f"signed page of {draft.reference} for elm"
    other = b"%PDF-1.7 another scan"
    SignedPage.objects.update(content=other)
    differs = (place, "The scan is not the one that was stored: its SHA-256 differs.")
    assert list(find_damaged_signed_pages()) == [differs]
    SignedPage.objects.update(digest=hashlib.sha256(other).hexdigest())
    unknown = (place, "The audit log records no confirmation of this scan.")
    assert list(find_damaged_signed_pages()) == [unknown]
    writing.sign(draft, writing.hub, writing.manager)
    elm = facts.load_agreement_fact(Agreement.objects.get()).parties[0]
    assert (elm.signed_by, elm.signed_on) == ("Marisol Okafor", day)
    assert elm.signed_how == f"signed on paper, attested by {writing.manager.name}"


def test_nobody_signs_twice_or_for_another(writing: Writing) -> None:
    draft = writing.out()
    with pytest.raises(Refused):
        writing.sign(draft, writing.hub, writing.steward)
    writing.sign(draft, writing.elm, writing.steward)
    with pytest.raises(Refused):
        writing.sign(draft, writing.elm, writing.steward)
    assert Signature.objects.count() == 1


@pytest.mark.parametrize(
    "return_draft", [counsel_review.return_draft_to_writers, signature_and_record.decline_signature]
)
def test_it_comes_back_with_what_must_change(
    writing: Writing, return_draft: Callable[..., object]
) -> None:
    by_counsel = return_draft is counsel_review.return_draft_to_writers
    draft = writing.with_counsel() if by_counsel else writing.out()
    by = writing.counsel if by_counsel else writing.steward
    return_draft(draft=draft, organization=writing.elm, why="name the backups", by=by, at=now())
    draft.refresh_from_db()
    assert (draft.state, draft.returned_why) == (AgreementState.DRAFT, "name the backups")
    told = {
        line.title: line
        for line in agreement_inbox.list_agreement_tasks(load_actor(writing.manager), now().date())
    }
    assert told["draft returned to you with requested changes"].detail == "N-1"


def test_who_sees_a_draft(writing: Writing, person: Callable[..., User]) -> None:
    on = timezone.localdate()
    draft = writing.begin()
    assert list(visible_drafts.list_visible_drafts(load_actor(writing.manager), on)) == [draft]
    assert list(visible_drafts.list_visible_drafts(load_actor(writing.steward), on)) == []
    draft_lifecycle.submit_draft_to_counsel(draft=draft, by=writing.manager, at=now())
    assert list(visible_drafts.list_visible_drafts(load_actor(writing.counsel), on)) == [draft]
    assert (
        list(visible_drafts.list_visible_drafts(load_actor(person(Role.STEWARD, at="oak")), on))
        == []
    )
    with pytest.raises(Refused):
        visible_drafts.list_visible_drafts(load_actor(person(Role.ANALYST, at="hub")), on)
    with pytest.raises(Draft.DoesNotExist):
        visible_drafts.open_draft(10_000, load_actor(writing.manager), on)


def test_an_amendment_counts_only_when_all_have_signed_it(writing: Writing) -> None:
    row = writing.signed()
    changed = row.text.replace("minimum_cell = 10", "minimum_cell = 20")
    draft = writing.begin(row.text, agreement=row)
    draft_lifecycle.save_draft(draft=draft, text=changed, note="", by=writing.manager, at=now())
    draft_lifecycle.submit_draft_to_counsel(draft=draft, by=writing.manager, at=now())
    writing.confirm(draft)
    counsel_review.record_counsel_clearance(
        draft=draft, organization=writing.elm, by=writing.counsel, at=now()
    )
    signature_and_record.send_draft_for_signature(draft=draft, by=writing.manager, at=now())
    writing.sign(draft, writing.elm, writing.steward)
    row.refresh_from_db()
    assert facts.load_agreement_fact(row).disclosure.minimum_cell == 10
    assert visible_drafts.list_amendment_drafts(
        row, load_actor(writing.manager), timezone.localdate()
    ) == [draft]
    writing.sign(draft, writing.hub, writing.manager)
    row.refresh_from_db()
    assert (row.version, facts.load_agreement_fact(row).disclosure.minimum_cell) == (2, 20)
    assert decide_agreement_in_force(facts.load_agreement_fact(row), timezone.localdate()).allowed
    kept = visible_agreements.list_agreement_versions(row)
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
    draft_lifecycle.submit_draft_to_counsel(draft=draft, by=steward, at=now())
    counsel_review.record_counsel_clearance(draft=draft, organization=oak, by=counsel, at=now())
    signature_and_record.send_draft_for_signature(draft=draft, by=steward, at=now())
    writing.sign(draft, oak, steward)
    terms = facts.load_agreement_fact(row)
    assert [p.organization for p in terms.parties] == ["elm", "hub", "oak"]
    assert decide_agreement_in_force(terms, timezone.localdate()).allowed
    closed = DRAFT.replace('kind = "joinder"', 'kind = "notices"').replace("N-1", "N-2")
    writing.signed(closed)
    with pytest.raises(Refused):
        writing.begin(text.replace("N-1", "N-2"), organization=oak, by=steward)


def test_a_text_loaded_meanwhile_is_never_replaced_by_an_older_draft(writing: Writing) -> None:
    draft = writing.out()
    writing.sign(draft, writing.elm, writing.steward)
    signature_and_record.load_agreement(
        text=DRAFT, by=writing.manager, at=now() + timedelta(minutes=1)
    )
    with pytest.raises(Refused, match="was recorded after this draft was started"):
        writing.sign(draft, writing.hub, writing.manager)
    assert Agreement.objects.get().version == 1


def test_a_text_changed_into_a_joinder_asks_what_it_joins(writing: Writing) -> None:
    draft = writing.begin()
    joining = 'joins = "NOWHERE"\n' + DRAFT
    draft_lifecycle.save_draft(draft=draft, text=joining, note="", by=writing.manager, at=now())
    with pytest.raises(Refused, match="no clause that allows others to join"):
        draft_lifecycle.submit_draft_to_counsel(draft=draft, by=writing.manager, at=now())
