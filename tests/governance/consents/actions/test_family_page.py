"""What a family does on its own page: allowed, refused, twice, and out of order."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.governance.consents.sample_consents import AT, BORN, ON, World, paper

from cairn.governance.consents import facts
from cairn.governance.consents.actions.children import find_or_create_child
from cairn.governance.consents.actions.family_page import (
    answer_consent_form,
    end_own_opt_outs,
    opt_out_child,
    revoke_own_consent,
    undo_own_revocation,
)
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.opt_outs import Objection, OptOut
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.consents.signature_lists import FamilySignature
from cairn.governance.partners.facts import load_actor
from cairn.platform.audit.models import AuditLine
from cairn.policy.engine.decision import Refused
from cairn.policy.facts.people.access import Actor
from cairn.policy.vocabulary.families import OptOutScope, SignerRelation

ROSA = FamilySignature("Rosa Alba", SignerRelation.PARENT, ON, "es")
LEO = FamilySignature("Leo Alba", SignerRelation.PARENT, ON, "es")
STUDENT = FamilySignature("Ada Alba", SignerRelation.STUDENT, ON, "en")
ALL = OptOutScope.ALL_DISCRETIONARY


def _make_child(world: World, local_id: str = "S-1", born: date = BORN) -> Child:
    return find_or_create_child(world.river, ChildLabel(local_id, "Ada", born), by=world.river)


@pytest.fixture
def child(world: World) -> Child:
    return _make_child(world)


@pytest.fixture
def consent(world: World) -> Consent:
    (row,) = world.verified(paper())
    return row


def _family(child: Child) -> Actor:
    return Actor.family(child.key)


def _answer(world: World, child: Child, signature: FamilySignature = ROSA, **said: Any) -> Consent:
    return answer_consent_form(
        **{
            "child": child,
            "form": world.form,
            "signature": signature,
            "records": ["attendance.*"],
            "who": _family(child),
            "at": AT,
            **said,
        }
    )


def _opt_out(child: Child, signature: FamilySignature = ROSA, who: Actor | None = None) -> None:
    opt_out_child(child=child, scope=ALL, signature=signature, who=who or _family(child), at=AT)


def _end(child: Child, signature: FamilySignature = ROSA) -> tuple[int, int]:
    ended = end_own_opt_outs(child=child, scope=ALL, signature=signature, who=_family(child), at=AT)
    return ended.ended, ended.disputed


def _events() -> list[str]:
    return list(
        AuditLine.objects.filter(actor_id="", event__regex="^(consent|opt_out)")
        .order_by("sequence")
        .values_list("event", flat=True)
    )


def _count_active() -> int:
    return len(facts.list_active_opt_outs())


# Strangers, staff and another family


def _strangers(world: World, child: Child) -> list[Actor]:
    other = _make_child(world, "S-2")
    return [Actor.public(), load_actor(world.steward), load_actor(world.tutor), _family(other)]


def test_nobody_but_the_childs_own_family_acts_on_its_page(world: World, consent: Consent) -> None:
    child = consent.child
    _opt_out(child)
    before = (Consent.objects.count(), _count_active(), AuditLine.objects.count())
    attempts: list[Callable[[Actor], object]] = [
        lambda who: _answer(world, child, who=who),
        lambda who: revoke_own_consent(consent=consent, name="Rosa Alba", who=who, at=AT),
        lambda who: _opt_out(child, LEO, who),
        lambda who: end_own_opt_outs(child=child, scope=ALL, signature=ROSA, who=who, at=AT),
    ]
    for who in _strangers(world, child):
        for attempt in attempts:
            with pytest.raises(Refused):
                attempt(who)
    consent.refresh_from_db()
    assert consent.state == "verified"
    assert (Consent.objects.count(), _count_active(), AuditLine.objects.count()) == before


# Answers to a form


def test_a_family_agrees_to_what_the_form_offers_and_to_no_more(world: World, child: Child) -> None:
    row = _answer(world, child, records=["attendance.*", "student.ssn"])
    assert (row.state, row.records) == ("granted", ["attendance.*"])
    line = AuditLine.objects.get(event="consent.answered")
    assert line.detail == {"form": world.form.name, "answer": "agree"}


def test_a_family_that_agrees_to_nothing_offered_refuses(world: World, child: Child) -> None:
    assert _answer(world, child, records=[]).state == "refused"
    assert _answer(world, child, records=["student.ssn"]).state == "refused"


def test_a_second_answer_of_the_same_person_replaces_the_first(world: World, child: Child) -> None:
    first, second = _answer(world, child), _answer(world, child, records=[])
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "refused")
    assert _events() == ["consent.answered"] * 2


def test_the_student_answers_once_the_rights_have_passed(world: World, child: Child) -> None:
    with pytest.raises(Refused):
        _answer(world, child, STUDENT)
    adult = _make_child(world, "S-9", ON.replace(year=ON.year - 19))
    with pytest.raises(Refused):
        _answer(world, adult, ROSA)
    assert not Consent.objects.exists()
    assert _answer(world, adult, STUDENT).state == "granted"


# Revocation, and a revocation that was a slip


def _revoke(consent: Consent, name: str = "Rosa Alba") -> None:
    revoke_own_consent(consent=consent, name=name, who=_family(consent.child), at=AT)


def _undo(consent: Consent, name: str = "Rosa Alba") -> None:
    undo_own_revocation(consent=consent, name=name, who=_family(consent.child), at=AT)


def test_a_revoked_consent_counts_no_longer_and_is_not_revoked_twice(consent: Consent) -> None:
    _revoke(consent)
    consent.refresh_from_db()
    assert (consent.state, consent.revoked_at) == ("revoked", AT)
    with pytest.raises(Refused):
        _revoke(consent)
    assert _events() == ["consent.revoked"]


def test_a_refusal_is_not_revoked(world: World, child: Child) -> None:
    row = _answer(world, child, records=[])
    with pytest.raises(Refused):
        _revoke(row)
    row.refresh_from_db()
    assert row.state == "refused"


def test_a_slip_is_undone_by_the_same_person_alone(consent: Consent) -> None:
    _revoke(consent)
    with pytest.raises(Consent.DoesNotExist):
        _undo(consent, "Leo Alba")
    _undo(consent)
    consent.refresh_from_db()
    assert (consent.state, consent.revoked_at, consent.revoker) == ("verified", None, "")
    assert _events() == ["consent.revoked", "consent.revocation_undone"]


def test_an_undone_revocation_of_an_unverified_consent_waits_for_the_district_again(
    world: World, child: Child
) -> None:
    row = _answer(world, child)
    _revoke(row)
    _undo(row)
    row.refresh_from_db()
    assert row.state == "granted"


def test_what_was_not_revoked_cannot_be_undone(consent: Consent) -> None:
    with pytest.raises(Consent.DoesNotExist):
        _undo(consent)
    _revoke(consent)
    _undo(consent)
    with pytest.raises(Consent.DoesNotExist):
        _undo(consent)


def test_another_family_undoes_no_revocation(world: World, consent: Consent) -> None:
    _revoke(consent)
    other = _family(_make_child(world, "S-2"))
    with pytest.raises(Refused):
        undo_own_revocation(consent=consent, name="Rosa Alba", who=other, at=AT)
    consent.refresh_from_db()
    assert consent.state == "revoked"


# Opt-outs


def test_an_opt_out_counts_at_once_and_twice_is_one(child: Child) -> None:
    _opt_out(child)
    _opt_out(child)
    assert _count_active() == 1
    assert _events() == ["opt_out.by_family"] * 2


def test_each_parents_opt_out_is_its_own(child: Child) -> None:
    _opt_out(child, ROSA)
    _opt_out(child, LEO)
    assert OptOut.objects.filter(withdrawn_at__isnull=True).count() == 2


def test_a_parent_of_an_adult_does_not_opt_out(world: World) -> None:
    adult = _make_child(world, "S-9", ON.replace(year=ON.year - 19))
    with pytest.raises(Refused):
        _opt_out(adult, ROSA)
    assert _count_active() == 0
    _opt_out(adult, STUDENT)
    assert _count_active() == 1


def test_whoever_opted_out_ends_it_and_ending_it_again_ends_nothing(child: Child) -> None:
    _opt_out(child)
    assert _end(child) == (1, 0)
    assert _count_active() == 0
    assert _end(child) == (0, 0)
    assert _events() == [
        "opt_out.by_family",
        "opt_out.ended_by_family",
        "opt_out.ended_by_family",
    ]


def test_another_parent_only_disputes_an_opt_out(child: Child) -> None:
    _opt_out(child, ROSA)
    assert _end(child, LEO) == (0, 1)
    assert _count_active() == 1
    assert Objection.objects.count() == 1
    line = AuditLine.objects.filter(event="opt_out.ended_by_family").latest("sequence")
    assert line.detail == {"scope": "all_discretionary", "ended": 0, "disputed": 1}


def test_an_end_before_any_opt_out_ends_nothing(child: Child) -> None:
    assert _end(child) == (0, 0)
    _opt_out(child)
    assert _count_active() == 1


def test_another_scope_stays(child: Child) -> None:
    _opt_out(child)
    ended = end_own_opt_outs(
        child=child,
        scope=OptOutScope.DIRECTORY,
        signature=ROSA,
        who=_family(child),
        at=AT + timedelta(days=1),
    )
    assert (ended.ended, ended.disputed) == (0, 0)
    assert _count_active() == 1


def test_the_season_is_the_school_year_of_the_day(child: Child) -> None:
    _opt_out(child)
    recording = OptOut.objects.get().recording
    assert (recording.season, recording.recorded_by) == ("2026-27", None)
    assert timezone.localdate(recording.recorded_at) == ON
