"""A pilot: what is invented never meets what is real, and no check is turned off."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.policy import permitted_use
from tests.policy.authorized_project import project
from tests.policy.permitted_use import build_declared_rows

from cairn.policy.checks.projects.pilot import (
    check_agreements_match_project,
    check_no_children_in_pilot,
)
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements import agreement
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.data.delivery import DeliveryFact
from cairn.policy.facts.outputs.release import ReleaseFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.projects.project import ProjectFact
from cairn.policy.law.cards.governance import pilot as cards
from cairn.policy.questions.data.data_marts import (
    may_build_data_mart,
    may_count_people,
    may_protect_counts,
)
from cairn.policy.questions.data.deliveries import may_conform_delivery, may_receive_delivery
from cairn.policy.questions.data.record_matching import may_match_records
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.questions.governance import agreement_drafts
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.questions.governance.pilots import (
    may_create_project_from_pilot,
    may_record_pilot_lesson,
    may_resolve_pilot_lesson,
)
from cairn.policy.questions.governance.projects import decide_authorization_in_force
from cairn.policy.questions.outputs.releases import (
    may_draft_release,
    may_publish_release,
    may_view_published_release,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.projects import ProjectState
from cairn.policy.vocabulary.releases import ReleaseState

Agreed = Callable[..., AgreementFact]
Acting = Callable[..., Actor]
ON = date(2026, 11, 24)
TRIES = "The whole way, once."
HOW = "made with cairn synthetic"
BORN = frozenset({"student.birth_date"})
PUBLIC = Purpose.PUBLIC_REPORTING


def _refused(decision: Decision) -> set[str]:
    return {reason.code for reason in decision.refusals}


def _met(decision: Decision) -> set[str]:
    return {r.code for r in decision.reasons if r.effect is Outcome.ALLOW}


def test_a_delivery_is_of_the_world_of_its_agreement(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date
) -> None:
    manager, invented = acting(Role.DATA_MANAGER), replace(delivery, synthetic=HOW)
    for may in (lambda *a: may_receive_delivery(*a, overdue=()), may_conform_delivery):
        assert may(invented, agreed(pilot=TRIES), manager, on).allowed
        assert may(delivery, agreed(), manager, on).allowed
        assert _refused(may(delivery, agreed(pilot=TRIES), manager, on)) == {cards.INVENTED_ONLY.id}
        assert _refused(may(invented, agreed(), manager, on)) == {cards.REAL_ONLY.id}
    nothing_said = replace(delivery, synthetic="  ")
    assert not may_conform_delivery(nothing_said, agreed(pilot=TRIES), manager, on).allowed


def test_no_check_is_turned_off_for_what_is_invented(
    agreed: Agreed, acting: Acting, delivery: DeliveryFact, on: date
) -> None:
    """A pilot is refused for everything for which real data would be."""
    invented = replace(delivery, synthetic=HOW)
    analyst = acting(Role.ANALYST)
    for change in ({"ends": date(2026, 1, 1)}, {"state": AgreementState.DRAFT}, {"parties": ()}):
        for who in (acting(Role.DATA_MANAGER), analyst):
            real = may_receive_delivery(delivery, agreed(**change), who, on, overdue=())
            tried = may_receive_delivery(
                invented, agreed(pilot=TRIES, **change), who, on, overdue=()
            )
            assert _refused(tried) == _refused(real) != set()
    assert not may_receive_delivery(
        invented, agreed(pilot=TRIES), acting(Role.DATA_MANAGER), on, overdue=None
    ).allowed


def test_invented_and_real_are_never_linked(agreed: Agreed, acting: Acting, on: date) -> None:
    manager = acting(Role.DATA_MANAGER)
    real, tried = agreed(), agreed(reference="T", pilot=TRIES)
    assert may_match_records([real], BORN, manager, on, rows=build_declared_rows(real)).allowed
    assert may_match_records(
        [tried], BORN, manager, on, rows=build_declared_rows(tried), pilot=True
    ).allowed
    for behind, pilot in (([real, tried], False), ([real, tried], True), ([tried], False)):
        assert cards.APART.id in _refused(may_match_records(behind, BORN, manager, on, pilot=pilot))
    assert cards.APART.id in _refused(may_match_records([real], BORN, manager, on, pilot=True))


@given(worlds=st.lists(st.booleans(), min_size=1, max_size=4), said=st.booleans())
def test_nothing_synthetic_reaches_a_product_about_children(
    agreed: Agreed,
    acting: Acting,
    on: date,
    sent_back: ReleaseFact,
    worlds: list[bool],
    said: bool,
) -> None:
    """Whatever agreements stand behind a use: with a pilot's among them it is a pilot's as a whole,
    or nothing; and the public sees nothing of it either way."""
    behind = tuple(
        agreed(reference=f"A{n}", pilot=TRIES if pilot else "") for n, pilot in enumerate(worlds)
    )
    manager, analyst = acting(Role.DATA_MANAGER), acting(Role.ANALYST)
    of_one_world = len(set(worlds)) == 1
    for decision in (
        may_build_data_mart(
            behind, BORN, PUBLIC, (), manager, on, rows=build_declared_rows(*behind)
        ),
        may_count_people(behind, BORN, PUBLIC, manager, on, rows=build_declared_rows(*behind)),
        may_protect_counts(behind, PUBLIC, analyst, on),
    ):
        assert decision.allowed is of_one_world
    release = replace(sent_back, agreements=behind, pilot=said)
    as_said = of_one_world and worlds[0] is said
    assert (
        may_match_records(
            behind, BORN, manager, on, rows=build_declared_rows(*behind), pilot=said
        ).allowed
        is as_said
    )
    assert may_draft_release("hub", behind, PUBLIC, analyst, on, pilot=said).allowed is as_said
    assert (cards.APART.id in _refused(may_publish_release(release, manager, on))) is not as_said
    shown = may_view_published_release(replace(release, state=ReleaseState.PUBLISHED), on)
    assert shown.allowed is not (said or any(worlds))


def test_the_public_is_told_of_no_such_figure(sent_back: ReleaseFact, on: date) -> None:
    tried = replace(sent_back, pilot=True, state=ReleaseState.PUBLISHED)
    decision = may_view_published_release(tried, on)
    assert _refused(decision) == {cards.NOT_PUBLIC.id}
    [reason] = decision.refusals
    assert reason.message_for(Audience.PUBLIC) == "This page is not available."
    assert "made-up" in reason.message_for(Audience.FAMILY)


def test_what_an_agreement_rests_on_is_of_its_world(agreed: Agreed, on: date) -> None:
    real, tried = agreed(reference="R"), agreed(reference="T", pilot=TRIES)
    memo = agreed(LegalBasis.NO_DISCLOSURE, reference="M")
    assert decide_agreement_in_force(replace(tried, under=("M",), above=(memo,)), on).allowed
    assert cards.APART.id in _refused(
        decide_agreement_in_force(replace(tried, under=("R",), above=(real,)), on)
    )
    assert cards.APART.id in _refused(
        decide_agreement_in_force(replace(real, under=("T",), above=(tried,)), on)
    )


def _build_pilot(**changes: Any) -> ProjectFact:
    return project(pilot=True, pilots=frozenset({"A"}), **changes)


def test_a_project_rests_on_agreements_of_its_world(acting: Acting) -> None:
    analyst = acting(Role.ANALYST)
    assert decide_authorization_in_force(project(), analyst, ON).allowed
    tried = decide_authorization_in_force(_build_pilot(), analyst, ON)
    assert tried.allowed
    assert cards.RESTS_ON.id in _met(tried)
    mixed = replace(_build_pilot(), pilots=frozenset())
    assert _refused(decide_authorization_in_force(mixed, analyst, ON)) == {cards.RESTS_ON.id}
    real = replace(project(), pilots=frozenset(project().agreements))
    assert _refused(decide_authorization_in_force(real, analyst, ON)) == {cards.RESTS_ON.id}


def test_the_agreement_of_a_pilot_opens_no_child() -> None:
    """Neither as a standing purpose nor under a project, real or pilot."""
    facts = permitted_use.facts()
    assert decide_use(permitted_use.request(), facts, permitted_use.ON).allowed
    tried = tuple(replace(a, pilot=TRIES) for a in facts.agreements)
    assert not decide_use(
        permitted_use.request(), replace(facts, agreements=tried), permitted_use.ON
    ).allowed


def test_without_a_project_nothing_rests_on_a_pilot(agreed: Agreed) -> None:
    real, tried = agreed(), agreed(reference="T", pilot=TRIES)
    assert not list(check_agreements_match_project(None, (real,)).run(ON))
    [reason] = check_agreements_match_project(None, (real, tried)).run(ON)
    assert reason.effect is Outcome.DENY
    assert dict(reason.facts)["others"] == "T"
    [reason] = check_agreements_match_project(project(), (tried,)).run(ON)
    assert reason.effect is Outcome.DENY


def test_a_pilot_is_asked_about_nobody(agreed: Agreed) -> None:
    tried = (agreed(), agreed(reference="T", pilot=TRIES))
    assert [r.effect for r in check_no_children_in_pilot(tried, ()).run(ON)] == [Outcome.ALLOW]
    [reason] = check_no_children_in_pilot(tried, ("c1",)).run(ON)
    assert reason.code == cards.NOBODY.id
    assert reason.effect is Outcome.DENY


def test_an_agreement_stays_in_its_world(agreed: Agreed, acting: Acting, on: date) -> None:
    manager = acting(Role.DATA_MANAGER)
    real, tried = agreed(), agreed(pilot=TRIES)
    assert agreement_drafts.may_replace_agreement(real, manager, on, new=real).allowed
    assert agreement_drafts.may_replace_agreement(tried, manager, on, new=tried).allowed
    for before, after in ((real, tried), (tried, real)):
        refused = agreement_drafts.may_replace_agreement(before, manager, on, new=after)
        assert _refused(refused) == {cards.REMAINS.id}


def test_a_draft_stays_in_its_world(acting: Acting, on: date) -> None:
    manager = acting(Role.DATA_MANAGER)
    draft = agreement.DraftFact(
        reference="A",
        state=AgreementState.COUNSEL_REVIEW,
        organization="hub",
        parties=frozenset({"hub", "river"}),
        owners=frozenset({"river"}),
        digest="0",
        reviewed=frozenset({"river"}),
    )
    for now, was, allowed in (
        (False, None, True),
        (True, None, True),
        (True, True, True),
        (True, False, False),
        (False, True, False),
    ):
        found = agreement_drafts.may_send_agreement_for_signature(
            replace(draft, pilot=now, was_pilot=was), manager, on
        )
        assert found.allowed is allowed, (now, was)


def test_what_was_learned_is_kept_with_a_pilot(acting: Acting) -> None:
    analyst, steward = acting(Role.ANALYST), acting(Role.STEWARD, at="river")
    assert may_record_pilot_lesson(_build_pilot(), steward, ON).allowed
    assert _refused(may_record_pilot_lesson(project(), steward, ON)) == {cards.IS_A_PILOT.id}
    elsewhere = acting(Role.STEWARD, at="hills")
    assert _refused(may_record_pilot_lesson(_build_pilot(), elsewhere, ON)) == {cards.TAKES_PART.id}
    assert may_resolve_pilot_lesson(_build_pilot(lead="hub"), analyst, ON).allowed
    assert not may_resolve_pilot_lesson(_build_pilot(lead="hub"), steward, ON).allowed


def test_the_real_project_is_made_from_a_pilot_that_was_tried(acting: Acting) -> None:
    analyst, hub = acting(Role.ANALYST), {"lead": "hub"}
    assert may_create_project_from_pilot(_build_pilot(**hub), 0, analyst, ON).allowed
    early = _build_pilot(**hub, state=ProjectState.FEEDBACK)
    assert _refused(may_create_project_from_pilot(early, 0, analyst, ON)) == {cards.TRIED.id}
    assert may_create_project_from_pilot(early, 1, analyst, ON).allowed
    real = replace(project(), lead="hub")
    assert cards.IS_A_PILOT.id in _refused(may_create_project_from_pilot(real, 1, analyst, ON))


def test_every_card_says_something_to_everyone() -> None:
    for card in cards.ALL:
        for audience in Audience:
            facts = dict.fromkeys(
                ("agreement", "pilots", "real", "world", "project", "kind", "others", "was", "now"),
                "X",
            )
            assert card.format_message(audience, facts)
            assert card.format_message(audience, facts, met=True)
