"""An extract leaves once, for the one it was made for, with everything behind it as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.policy import authorized_project, permitted_use

from cairn.policy.checks.outputs.extract import (
    compute_people_digest,
    find_extract_destruction_date,
    find_extract_people,
    is_extract_recalled,
)
from cairn.policy.engine.decision import Decision, Reason
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.agreement_terms import DataTerm, Retention
from cairn.policy.facts.outputs.extract import ExtractFact
from cairn.policy.facts.outputs.release import ReviewFact
from cairn.policy.facts.people.access import Actor, AffiliationFact
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.facts.students.nation import MemberFact, NationDecisionFact, NationFacts
from cairn.policy.law.cards.outputs.extract import ALL
from cairn.policy.questions.outputs.extracts import (
    find_viewable_extracts,
    may_fetch_extract,
    may_issue_extract,
    may_open_extract_list,
    may_prepare_extract,
    may_request_extract,
    may_review_extract,
    may_view_extract,
    may_withdraw_extract,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import Level, Purpose
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.families import OptOutScope
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.projects import ProjectState
from cairn.policy.vocabulary.releases import ExtractState, NationAnswer, ReviewVerdict

ON = permitted_use.ON
DAY = timedelta(days=1)
_STUDY = ("on_behalf_of", "scope", "use_limit", "no_identification", "destruction")
_X = ExtractState


def _actor(one: str, role: Role, at: str = "hub") -> Actor:
    """Somebody who is cleared, in an organization that is."""
    kind = OrganizationKind.BACKBONE if at == "hub" else OrganizationKind.SCHOOL_DISTRICT
    secured = tuple(replace(s, organization=at) for s in permitted_use.tutor().security)
    held = (AffiliationFact(at, kind, role, permitted_use.FIRST, permitted_use.LAST),)
    return permitted_use.tutor(id=one, affiliations=held, security=secured)


RESEARCHER = _actor("7", Role.ANALYST)
MANAGER = _actor("1", Role.DATA_MANAGER)
REVIEWER = _actor("4", Role.REVIEWER)


def _agreement(**changes: Any) -> AgreementFact:
    whole = permitted_use.agreement(
        permitted_use.LegalBasis.STUDIES,
        criteria={"study_purpose": "improve_instruction", **dict.fromkeys(_STUDY, "clause 3")},
        purposes=frozenset({Purpose.RESEARCH}),
        parties=(
            permitted_use.party("river", PartyRole.PROVIDER),
            permitted_use.party("hub", PartyRole.RECIPIENT),
        ),
        data=(
            DataTerm("absence", frozenset({"days"}), "2020-21", "2027-28", clause="exhibit A"),
            DataTerm("student", frozenset({"grade"}), clause="exhibit A"),
        ),
    )
    return replace(whole, **changes)


def _extract(**changes: Any) -> ExtractFact:
    """One that its recipient may fetch today."""
    leave = authorized_project.build_authorization(purpose=Purpose.RESEARCH)
    whole = ExtractFact(
        id="9",
        state=_X.ISSUED,
        requester="7",
        recipient="7",
        organization="hub",
        project=authorized_project.project(purpose=Purpose.RESEARCH, authorization=leave),
        agreements=(_agreement(),),
        elements=frozenset({permitted_use.DAYS, permitted_use.GRADE}),
        reviews=tuple(ReviewFact(one, ReviewVerdict.APPROVE, ON) for one in ("4", "5")),
        alike=10,
        people="a",
        people_now="a",
        link_until=ON,
        accepted=True,
        file="extract.zip",
    )
    return replace(whole, **changes)


def _codes(decision: Decision) -> list[str]:
    return list(dict.fromkeys(r.code for r in decision.refusals))


def _fetch(actor: Actor = RESEARCHER, on: date = ON, **changes: Any) -> Decision:
    return may_fetch_extract(_extract(**changes), actor, on)


def _build_authorized_project(**changes: Any) -> dict[str, Any]:
    leave = authorized_project.build_authorization(purpose=Purpose.RESEARCH, **changes)
    return {"project": authorized_project.project(purpose=Purpose.RESEARCH, authorization=leave)}


CASES: dict[str, Callable[[], Decision]] = {
    "E01": lambda: _fetch(state=_X.IN_REVIEW),
    "E02": lambda: _fetch(_actor("8", Role.ANALYST)),
    "E03": lambda: _fetch(state=_X.FETCHED, fetched_on=ON - DAY),
    "E04": lambda: _fetch(link_until=ON - DAY),
    "E05": lambda: _fetch(
        agreements=(_agreement(retention=Retention(period_days=None, clause="9")),)
    ),
    "E06": lambda: _fetch(alike=9),
    "E07": lambda: _fetch(people_now="b"),
    "E08": lambda: _fetch(received=frozenset({"3", "9"})),
    "E09": lambda: _fetch(accepted=False),
    "E10": lambda: may_review_extract(
        _extract(state=_X.IN_REVIEW, requester="1", recipient="4", reviews=()), REVIEWER, ON
    ),
    "E11": lambda: _fetch(state=_X.WITHDRAWN),
}


def test_its_recipient_fetches_it() -> None:
    found = _fetch()
    assert found.allowed, [(r.code, r.message) for r in found.refusals]
    assert found.usable == {permitted_use.DAYS, permitted_use.GRADE}
    owed = {o.code: o.due for o in found.obligations}
    assert owed["DESTROY"] == date(2027, 6, 30)
    assert "R17" in owed


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_denies_and_each_audience_hears_its_own_words(rule: str) -> None:
    refused = CASES[rule]()
    assert not refused.allowed
    (reason,) = [r for r in refused.refusals if r.code == rule]
    said = {audience: reason.message_for(audience) for audience in Audience}
    assert all(words and "{" not in words for words in said.values())
    assert "{" not in reason.next_step
    if said[Audience.STEWARD] != said[Audience.RECIPIENT]:
        assert said[Audience.STEWARD] not in {said[Audience.FAMILY], said[Audience.PUBLIC]}


def test_every_card_has_its_case() -> None:
    """E12 and later are about free text; `test_extract_text` has those."""
    ids = {card.id for card in ALL if card.id.startswith("E")}
    assert {id_ for id_ in ids if id_ < "E12"} == set(CASES)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"link_until": None}, ["E04"]),
        ({"alike": None}, ["E06"]),
        ({"people": "", "people_now": ""}, ["E07"]),
        ({"received": frozenset({"9"})}, []),
        ({"received": frozenset({"3"}), "beside": frozenset({"3"})}, []),
        ({"reviews": ()}, ["P16"]),
        ({"agreements": ()}, ["G09", "G10", "E05"]),
        (_build_authorized_project(ends=ON - DAY), ["J24"]),
        (_build_authorized_project(staff=frozenset({"8"})), ["J26"]),
        (_build_authorized_project(level=Level.POPULATION), ["J29"]),
    ],
)
def test_what_stands_in_the_way(changes: dict[str, Any], codes: list[str]) -> None:
    found = _fetch(**changes)
    assert not codes or not found.allowed
    told = [r.code for r in found.refusals]
    if codes and codes[0].startswith("J"):
        assert len(told) == 1
    elif not codes:
        assert told == []
    else:
        assert set(codes) <= set(told)


def test_a_code_is_for_research_alone() -> None:
    other = authorized_project.project()
    agreement = _agreement(purposes=frozenset({Purpose.PROGRAM_EVALUATION}))
    assert _codes(_fetch(project=other, agreements=(agreement,))) == ["R24.1"]


def test_without_a_leave_there_is_no_element() -> None:
    found = _fetch(project=authorized_project.project(purpose=Purpose.RESEARCH, authorization=None))
    assert not found.allowed
    assert not found.usable


def test_an_agreement_opens_its_own_level_and_years() -> None:
    close = _agreement(level=Level.POPULATION)
    assert not _fetch(agreements=(close,)).usable
    short = _agreement(data=(DataTerm("absence", frozenset({"days"}), "2024-25", "2025-26"),))
    assert permitted_use.DAYS not in _fetch(agreements=(short,)).usable
    both = _fetch(agreements=(short, replace(_agreement(), reference="B")))
    assert both.usable == {permitted_use.DAYS, permitted_use.GRADE}


def test_an_element_that_is_not_authorized_is_left_out() -> None:
    found = _fetch(elements=frozenset({permitted_use.DAYS, "student.home_language"}))
    assert found.usable == {permitted_use.DAYS}


def _prepare(actor: Actor = MANAGER, state: ExtractState = _X.ASKED, **more: Any) -> Decision:
    said: dict[str, Any] = {
        "opt_outs": (),
        "rows": permitted_use.build_declared_rows(_agreement()),
        **more,
    }
    return may_prepare_extract(_extract(state=state), actor, ON, **said)


@pytest.mark.parametrize(
    ("state", "may"),
    [(_X.ASKED, True), (_X.RETURNED, True), (_X.ISSUED, True), (_X.FETCHED, False)],
)
def test_preparing(state: ExtractState, may: bool) -> None:
    assert _prepare(state=state).allowed is may
    assert _codes(_prepare(_actor("8", Role.ANALYST, at="river"), state)) == ["A03"]


def test_whoever_said_no_is_not_in_it() -> None:
    assert not _prepare(opt_outs=None).allowed
    declined = OptOutFact("p1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "river")
    member = MemberFact("p2", frozenset({"nation"}))
    found = _prepare(opt_outs=(declined,), nations=NationFacts((), (member,)))
    assert found.outcome is Outcome.ALLOW_SUBSET
    assert found.require().except_people == {"p1", "p2"}
    yes = NationDecisionFact("nation", NationAnswer.APPROVE, "Ada", ON)
    assert _prepare(nations=NationFacts((yes,), (member,))).require().except_people == frozenset()


def test_what_decides_who_is_in_has_one_name() -> None:
    def name(**said: Any) -> str:
        asked = {
            "opt_outs": (),
            "rows": permitted_use.build_declared_rows(_agreement()),
            "nations": NationFacts(),
            **said,
        }
        answer = find_extract_people(_extract(), elements=_extract().elements, on=ON, **asked)
        return compute_people_digest(answer, (_agreement(),))

    declined = OptOutFact("p1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "river")
    assert name() == name()
    assert name() != name(opt_outs=(declined,))
    assert name() != name(rows=())
    assert len(name(opt_outs=None)) == 64


def test_asking() -> None:
    asked = _extract(state=_X.ASKED, reviews=(), alike=None, people="", people_now="")
    assert may_request_extract(asked, RESEARCHER, ON).allowed
    assert _codes(may_request_extract(asked, REVIEWER, ON)) == ["A03"]
    closed = authorized_project.project(
        purpose=Purpose.RESEARCH,
        authorization=authorized_project.build_authorization(purpose=Purpose.RESEARCH),
        state=ProjectState.CLOSED,
    )
    assert not may_request_extract(replace(asked, project=closed), RESEARCHER, ON).allowed


def test_reviewing() -> None:
    waiting = _extract(state=_X.IN_REVIEW, reviews=())
    assert may_review_extract(waiting, REVIEWER, ON).allowed
    mine = replace(waiting, requester="4", recipient="8")
    assert _codes(may_review_extract(mine, REVIEWER, ON)) == ["P02"]
    given = (ReviewFact("4", ReviewVerdict.APPROVE, ON),)
    assert _codes(may_review_extract(replace(waiting, reviews=given), REVIEWER, ON)) == ["P03"]


def test_issuing_asks_all_that_the_fetch_asks_of_the_rows() -> None:
    waiting = _extract(state=_X.IN_REVIEW, link_until=None, accepted=False)
    assert may_issue_extract(waiting, MANAGER, ON).allowed
    for changes, code in (
        ({"alike": 4}, "E06"),
        ({"people_now": "b"}, "E07"),
        ({"reviews": ()}, "P16"),
    ):
        assert code in _codes(may_issue_extract(replace(waiting, **changes), MANAGER, ON))  # type: ignore[arg-type]
    assert may_issue_extract(waiting, RESEARCHER, ON).refusals


def test_taking_back_and_looking() -> None:
    steward = _actor("9", Role.STEWARD, at="river")
    stranger = _actor("9", Role.STEWARD, at="hills")
    assert may_withdraw_extract(_extract(), steward, ON).allowed
    assert not may_withdraw_extract(_extract(), stranger, ON).allowed
    assert _codes(may_withdraw_extract(_extract(state=_X.WITHDRAWN), steward, ON)) == ["E01"]
    assert may_view_extract(_extract(), steward, ON).allowed
    assert not may_view_extract(_extract(), stranger, ON).allowed
    assert may_open_extract_list(stranger, ON).allowed


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("at", ["river", "hub", "lake"])
def test_the_list_of_extracts_is_narrowed_as_its_question_answers(
    acting: Callable[..., Actor], role: Role, at: str
) -> None:
    actor, extract = acting(role, at=at), _extract()
    scope = find_viewable_extracts(actor, ON)
    concerned = extract.owners | {extract.organization}
    assert scope.includes(concerned) is may_view_extract(extract, actor, ON).allowed


def test_the_earliest_day_counts() -> None:
    long, short = _agreement(), _agreement(retention=Retention(period_days=30))
    assert find_extract_destruction_date((long, short), None, ON, ()) == ON + 30 * DAY
    assert find_extract_destruction_date((long,), ON + DAY, ON, ()) == ON + DAY
    assert find_extract_destruction_date((), ON, ON, ()) is None
    assert (
        find_extract_destruction_date(
            (long, _agreement(retention=Retention(period_days=None))), None, ON, ()
        )
        is None
    )


def test_a_reason_is_a_card() -> None:
    assert all(isinstance(r, Reason) for r in _fetch().reasons)


def test_who_fetched_it_is_told_when_it_is_withdrawn() -> None:
    back = _extract(state=_X.WITHDRAWN, fetched_on=ON - DAY)
    assert is_extract_recalled(back, RESEARCHER)
    assert not is_extract_recalled(back, _actor("somebody else", Role.ANALYST))
    assert not is_extract_recalled(_extract(state=_X.WITHDRAWN), RESEARCHER)
    assert not is_extract_recalled(_extract(state=_X.FETCHED, fetched_on=ON - DAY), RESEARCHER)
