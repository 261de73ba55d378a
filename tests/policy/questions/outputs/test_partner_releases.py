"""A release for one partner: only its own party, large groups, ranges, and after its own attack."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.policy.checks.outputs.release_audience import (
    LEAST_PARTNER_MINIMUM,
    list_audience_obstacles,
)
from cairn.policy.engine.decision import Decision
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.outputs.release import ReleaseAudience, ReleaseFact
from cairn.policy.facts.people.access import Actor
from cairn.policy.questions.outputs.releases import (
    find_released_audiences,
    may_audit_release,
    may_draft_release,
    may_preview_release_to_owners,
    may_publish_release,
    may_submit_release,
    may_view_partner_release,
    may_view_published_release,
    must_repeat_audit,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.data_use import Purpose
from cairn.policy.vocabulary.releases import ReleaseState

Acting = Callable[..., Actor]
Agreed = Callable[..., AgreementFact]
DAY = timedelta(days=1)
RIVER = ReleaseAudience("river", minimum=10, in_ranges=True, was_tested=True)


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.refusals]


CASES: list[tuple[dict[str, object], list[str]]] = [
    ({}, []),
    ({"minimum": LEAST_PARTNER_MINIMUM - 1}, ["P52"]),
    ({"minimum": 0}, ["P52"]),
    ({"minimum": 30}, []),
    ({"in_ranges": False}, ["P53"]),
    ({"organization": "hills"}, ["P51"]),
    ({"cohort_on": date(2020, 10, 1)}, []),
    ({"cohort_on": date(2999, 10, 1)}, ["P58"]),
    ({"organization": "hills", "minimum": 5, "in_ranges": False}, ["P51", "P52", "P53"]),
]


@pytest.mark.parametrize(("changes", "refused"), CASES)
def test_each_step_asks_about_the_partner(
    sent_back: ReleaseFact,
    agreed: Agreed,
    acting: Acting,
    on: date,
    changes: dict[str, object],
    refused: list[str],
) -> None:
    audience = replace(RIVER, **changes)  # type: ignore[arg-type]
    analyst, manager = acting(Role.ANALYST), acting(Role.DATA_MANAGER)
    drafted = may_draft_release(
        "hub", (agreed(),), Purpose.PUBLIC_REPORTING, analyst, on, audience=audience
    )
    assert codes(drafted) == refused
    release = replace(sent_back, audience=audience)
    draft, checked = (
        replace(release, state=state) for state in (ReleaseState.DRAFT, ReleaseState.CHECKED)
    )
    assert codes(may_audit_release(draft, analyst, on)) == refused
    assert codes(may_submit_release(checked, analyst, on)) == refused
    reviewed = replace(release, state=ReleaseState.IN_REVIEW)
    assert codes(may_preview_release_to_owners(reviewed, manager, on)) == refused
    with_public = codes(may_publish_release(replace(release, audience=None), manager, on))
    assert codes(may_publish_release(release, manager, on)) == sorted([*with_public, *refused])
    asked = list_audience_obstacles(audience, on)
    assert [reason.code for reason in asked] == [code for code in refused if code != "P51"]


def test_a_cohort_may_be_of_today(agreed: Agreed, acting: Acting, on: date) -> None:
    for day, refused in ((on, []), (on + DAY, ["P58"])):
        audience = replace(RIVER, cohort_on=day)
        drafted = may_draft_release(
            "hub", (agreed(),), Purpose.PUBLIC_REPORTING, acting(Role.ANALYST), on,
            audience=audience,
        )  # fmt: skip
        assert codes(drafted) == refused
        assert [reason.code for reason in list_audience_obstacles(audience, on)] == refused
    # Without one, the decision is the same as before there were any.
    drafted = may_draft_release(
        "hub", (agreed(),), Purpose.PUBLIC_REPORTING, acting(Role.ANALYST), on, audience=RIVER
    )
    assert "P58" not in [reason.code for reason in drafted.reasons]


def test_the_audit_must_have_attacked_as_the_partner(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    untested = replace(
        sent_back, state=ReleaseState.CHECKED, audience=replace(RIVER, was_tested=False)
    )
    analyst = acting(Role.ANALYST)
    refused = may_submit_release(untested, analyst, on)
    assert codes(refused) == ["P54"]
    assert must_repeat_audit(untested, on)
    assert not must_repeat_audit(replace(untested, audience=RIVER), on)
    assert not must_repeat_audit(replace(untested, audience=None), on)
    assert codes(may_submit_release(replace(untested, safe=None), analyst, on)) == ["R23"]


def test_only_its_partner_reads_it(sent_back: ReleaseFact, acting: Acting, on: date) -> None:
    published = replace(sent_back, state=ReleaseState.PUBLISHED, audience=RIVER)
    for reader in (acting(Role.STEWARD, at="river"), acting(Role.DATA_MANAGER)):
        assert may_view_partner_release(published, reader, on).allowed
        for_everyone = replace(published, audience=None)
        assert not may_view_partner_release(for_everyone, reader, on).allowed
    for other in (
        acting(Role.STEWARD, at="hills"),
        acting(Role.PROGRAM_STAFF, at="river"),
        acting(Role.ANALYST),
        acting(Role.REVIEWER),
        acting(Role.COMMITTEE_MEMBER),
        Actor.public(),
    ):
        assert not may_view_partner_release(published, other, on).allowed, other
    assert codes(may_view_published_release(published, on)) == ["P55"]
    assert may_view_published_release(replace(published, audience=None), on).allowed


def test_the_right_ends_with_the_agreement_the_role_and_the_release(
    sent_back: ReleaseFact, acting: Acting, on: date
) -> None:
    published = replace(sent_back, state=ReleaseState.PUBLISHED, audience=RIVER)
    steward = acting(Role.STEWARD, at="river")
    (agreement,) = published.agreements
    assert agreement.ends is not None
    for changes, day, refused in (
        ({}, on, []),
        ({"state": ReleaseState.WITHDRAWN}, on, ["P07"]),
        ({"state": ReleaseState.CORRECTED}, on, ["P07"]),
        ({"agreements": (replace(agreement, terminated_on=on),)}, on, ["P51"]),
        ({"agreements": ()}, on, ["P51"]),
        ({"audience": replace(RIVER, minimum=9)}, on, ["P52"]),
        ({"pilot": True}, on, ["PL1"]),
    ):
        found = may_view_partner_release(replace(published, **changes), steward, day)  # type: ignore[arg-type]
        assert found.allowed is not bool(refused), changes
        if refused and refused[0].startswith("P5"):
            assert codes(found) == refused
    assert not may_view_partner_release(published, steward, agreement.ends + DAY).allowed


def test_the_public_knows_of_no_release_for_a_partner(acting: Acting, on: date) -> None:
    public = find_released_audiences(Actor.public(), on)
    assert (public.every, public.organizations) == (False, frozenset())
    steward = find_released_audiences(acting(Role.STEWARD, at="river"), on)
    assert (steward.every, steward.organizations) == (False, frozenset({"river"}))
    assert find_released_audiences(acting(Role.COMMITTEE_MEMBER), on).organizations == frozenset()
    assert find_released_audiences(acting(Role.DATA_MANAGER), on).includes({"river"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    partner=st.sampled_from(["river", "hills", "backbone"]),
    at=st.sampled_from(["river", "hills", "backbone"]),
    role=st.sampled_from(Role),
    state=st.sampled_from(ReleaseState),
    minimum=st.integers(0, 20),
    in_ranges=st.booleans(),
)
def test_whoever_reads_it_is_of_the_partner_or_the_hubs_data_manager(
    sent_back: ReleaseFact,
    acting: Acting,
    on: date,
    partner: str,
    at: str,
    role: Role,
    state: ReleaseState,
    minimum: int,
    in_ranges: bool,
) -> None:
    audience = ReleaseAudience(partner, minimum, in_ranges, was_tested=True)
    release = replace(sent_back, state=state, audience=audience)
    actor = Actor.public() if role is Role.PUBLIC else acting(role, at=at)
    decision = may_view_partner_release(release, actor, on)
    if decision.allowed:
        assert state is ReleaseState.PUBLISHED
        assert minimum >= LEAST_PARTNER_MINIMUM
        assert in_ranges
        assert (role is Role.STEWARD and at == partner) or role is Role.DATA_MANAGER
        # A list that is narrowed first loses none of what may be read.
        assert find_released_audiences(actor, on).includes({partner})
    assert not may_view_published_release(release, on).allowed
