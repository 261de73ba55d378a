"""Every rule of the house policy, R01 to R31 and L01 to L12: one case that it allows, one that it
denies, and what each audience hears of the denial."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final

import pytest
from tests.policy import permitted_use

from cairn.policy.checks.data_use import deidentification
from cairn.policy.checks.data_use.directory_notice import check_directory_notice
from cairn.policy.checks.data_use.state_law import require_state_law
from cairn.policy.checks.records import disclosure_log
from cairn.policy.checks.students import record_amendment
from cairn.policy.coverage.data_elements import check_element_coverage
from cairn.policy.engine.decision import Decision, Reason, conclude_decision
from cairn.policy.facts.agreements.agreement_terms import DataTerm
from cairn.policy.facts.data.record_keeping import OnwardFact
from cairn.policy.facts.data.use import DisclosureContext
from cairn.policy.facts.outputs.release import (
    DifferencingConflict,
    DifferencingConflictKind,
    EarlierReleaseFact,
    ReleaseComparison,
    ReleaseFact,
    ReviewFact,
    SendBackFact,
)
from cairn.policy.facts.people.access import Actor, AffiliationFact
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.circumstance import (
    AnnualNotice,
    CourtOrder,
    DeidentificationDetermination,
    Emergency,
    RecordCode,
)
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.law.cards import CARDS
from cairn.policy.law.packs.catalog import BASIS_CRITERIA
from cairn.policy.law.rule_card import NOT_COVERED, SOME_LEFT_OUT
from cairn.policy.questions.data.data_marts import may_count_people
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.questions.outputs.releases import may_publish_release
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Level, Purpose, SpecialClass
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.families import ConsentMethod, OptOutScope, SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import Attacker, OwnerAnswer, ReleaseState, ReviewVerdict

B, S = LegalBasis, SpecialClass
DAY: Final = permitted_use.ON
_VALUES: Final = {
    "study_purpose": "improve_instruction",
    "program_operator": "river",
    "notified": "letter of 2 November",
    "code_method_kept": "clause 6",
}


def _conclude(*reasons: Reason) -> Decision:
    return conclude_decision(Action.VIEW, "7", DAY, reasons, facts=())


def _decide_in_force(basis: LegalBasis, without: str = "", **changes: Any) -> Decision:
    """Whether an agreement on a basis is in force, with one criterion taken out."""
    keys = {*BASIS_CRITERIA[basis], *_VALUES} - {without}
    whole = permitted_use.agreement(
        basis,
        criteria={key: _VALUES.get(key, "clause 3") for key in keys},
        purposes=frozenset({Purpose.PROGRAM_EVALUATION}),
    )
    return decide_agreement_in_force(replace(whole, **changes), DAY)


def _asked(changes: dict[str, Any] | None = None, **request: Any) -> Decision:
    """The use of `uses`, with some of its facts and of its request changed."""
    return decide_use(permitted_use.request(**request), permitted_use.facts(**changes or {}), DAY)


def _child(**changes: Any) -> dict[str, Any]:
    return {"people": (permitted_use.child(**changes),)}


def _consent(**changes: Any) -> dict[str, Any]:
    return _child(consents=(permitted_use.consent(**changes),))


def _on(basis: LegalBasis, **more: Any) -> dict[str, Any]:
    return {"agreements": (permitted_use.agreement(basis),), **more}


def _element(kind: SpecialClass, basis: LegalBasis, **criteria: str) -> Decision:
    """One element of a special class under an agreement."""
    whole = permitted_use.agreement(basis, data=(DataTerm("student", frozenset({"thing"})),))
    agreement = replace(whole, criteria={**whole.criteria, **criteria})
    around = DisclosureContext(classes={"student.thing": frozenset({kind})})
    coverage = check_element_coverage((agreement,), around)
    return _conclude(*coverage.run("student.thing", DAY))


def _authority(kind: SpecialClass, condition: str = "") -> dict[str, str]:
    said = {f"{kind.value}_authority": "exhibit C"}
    return said | ({f"{kind.value}_condition": condition} if condition else {})


def _state(state: str, action: Action = Action.AGGREGATE, **around: Any) -> Decision:
    provider = OrganizationFact("river", OrganizationKind.STATE_EDUCATION_AGENCY, state=state)
    hub = OrganizationFact("hub", OrganizationKind.BACKBONE)
    surroundings = DisclosureContext(providers=(provider,), receiver=hub, action=action, **around)
    yes = Reason(CARDS[0], Outcome.ALLOW)
    return _conclude(
        yes, *(r for rule in require_state_law((), surroundings) for r in rule.run(DAY))
    )


def _published(basis: LegalBasis = B.OWN_RECORDS, **changes: Any) -> Decision:
    """A release that may be published, changed."""
    hub = permitted_use.party("hub", PartyRole.RECIPIENT)
    keys = {*BASIS_CRITERIA[basis], *_VALUES}
    agreement = permitted_use.agreement(
        basis,
        purposes=frozenset({Purpose.PUBLIC_REPORTING}),
        parties=(replace(permitted_use.party("river", PartyRole.PROVIDER), kind=_KIND[basis]), hub),
        criteria={key: _VALUES.get(key, "clause 3") for key in keys},
    )
    release = ReleaseFact(
        id="1",
        state=ReleaseState.SENT_BACK,
        author="3",
        organization="hub",
        purpose=Purpose.PUBLIC_REPORTING,
        agreements=(agreement,),
        reviews=tuple(ReviewFact(one, ReviewVerdict.APPROVE, DAY) for one in ("4", "5")),
        send_backs=(SendBackFact("river", DAY, DAY, OwnerAnswer.CONFIRM),),
        safe=True,
        asked_to_try=frozenset(Attacker),
        has_story=True,
    )
    at_hub = AffiliationFact(
        "hub", OrganizationKind.BACKBONE, Role.DATA_MANAGER, permitted_use.FIRST
    )
    manager = Actor("1", affiliations=(at_hub,))
    return may_publish_release(replace(release, **changes), manager, DAY)


_MET: Final = DifferencingConflict(
    "Absence", "2025-26", DifferencingConflictKind.TELLS_OF_FEW, ("Spring",)
)


def _beside(**changes: Any) -> ReleaseComparison:
    """A release whose check saw the one release that is out of the same outcome and year."""
    counts = frozenset({("absence", "2025-26")})
    seen = ReleaseComparison(counts, (EarlierReleaseFact("7", "Spring", counts),), frozenset({"7"}))
    return replace(seen, **changes)


_KIND: Final = {
    B.OWN_RECORDS: OrganizationKind.COMMUNITY_PROGRAM,
    B.STUDIES: OrganizationKind.SCHOOL_DISTRICT,
}


def _noticed(element: str = permitted_use.GRADE, **changes: Any) -> Decision:
    notice = AnnualNotice(
        organization="river",
        season="2026-27",
        published_on=date(2026, 8, 1),
        directory=frozenset({permitted_use.GRADE}),
        opt_out_until=date(2026, 9, 30),
    )
    notices = (replace(notice, **changes),)
    return _conclude(*check_directory_notice(notices, "river", "A", element, "tutors").run(DAY))


def _emergency(child: dict[str, Any] | None = None, **changes: Any) -> Decision:
    emergency = Emergency(
        id="e1",
        organization="river",
        threat="A named threat against this child.",
        recipients=frozenset({"tutors"}),
        people=frozenset({"c1"}),
        determined_by="Ada Bell, principal",
        determined_on=DAY,
        ends=DAY,
    )
    steward = permitted_use.tutor(
        affiliations=tuple(
            replace(a, role=Role.STEWARD) for a in permitted_use.tutor().affiliations
        )
    )
    world = {"emergencies": (replace(emergency, **changes),), "actors": (steward,)}
    return _asked(world | (child or {}), action=Action.EMERGENCY)


def _ordered(**child: Any) -> Decision:
    """A court orders the records of one child."""
    order = CourtOrder("O-1", "river", "tutors", frozenset({"c1"}), DAY, notified_on=DAY)
    return _asked(_on(B.SUBPOENA, **_child(**child)) | {"orders": (order,)})


def _onward(**changes: Any) -> Decision:
    """The tutors refer a child to mentors whom the agreement names as onward recipient."""
    listed = OnwardFact("A", "river", "tutors", "mentors", "mentoring", permitted_use.FIRST)
    world: dict[str, Any] = {
        "agreements": (permitted_use.onward(),),
        "people": (
            permitted_use.child(
                organizations=frozenset({"river", "tutors", "mentors"}),
                consents=(permitted_use.consent(parties=frozenset({"tutors", "mentors"})),),
            ),
        ),
        "disclosed": (listed,),
    }
    return _asked(world | changes, action=Action.REFER, recipient="mentors")


def _coded(purpose: Purpose = Purpose.RESEARCH, **changes: Any) -> Decision:
    """Rows without names, with a code in each."""
    code = RecordCode("", random=True, method_kept=True)
    facts = permitted_use.facts(codes=(replace(code, **changes),))
    asked = permitted_use.request(action=Action.EXPORT, level=Level.DE_IDENTIFIED, purpose=purpose)
    return _conclude(*deidentification.check_record_code_method(asked, facts).run(DAY))


def _determined(**changes: Any) -> Decision:
    """Figures that are put out, after an earlier release of the same data."""
    said = DeidentificationDetermination(
        "", "Ada Bell", DAY, "an attacker's audit", frozenset({"spring"})
    )
    facts = permitted_use.facts(
        determinations=(replace(said, **changes),), releases=frozenset({"spring"})
    )
    return _conclude(
        *deidentification.check_release_determination(
            permitted_use.request(action=Action.PUBLISH), facts
        ).run(DAY)
    )


def _parent(key: str) -> Decision:
    world = {"actors": (Actor.family(key),)}
    actor = Actor.family(key).id
    return _asked(world, actor=actor, acting_for="", action=Action.PARENT_VIEW)


def _bare(**changes: Any) -> dict[str, Any]:
    organizations = tuple(map(permitted_use.organization, ("river", "hub", "mentors")))
    return {"organizations": (*organizations, permitted_use.organization("tutors", **changes))}


@dataclass(frozen=True)
class Case:
    """A rule: a decision in which it is met, and one in which it refuses (or asks a person).

    ``by`` is the card that refuses, where it is another's: whoever may not ask hears only that.
    """

    rule: str
    met: Callable[[], Decision]
    refused: Callable[[], Decision]
    by: str = ""

    @property
    def card(self) -> str:
        return self.by or self.rule


def _counted(basis: LegalBasis, at: str = "tutors") -> Decision:
    """A door that does not ask child by child, for the manager of a hub."""
    manager = AffiliationFact(at, OrganizationKind.BACKBONE, Role.DATA_MANAGER, permitted_use.FIRST)
    secured = tuple(replace(s, organization=at) for s in permitted_use.tutor().security)
    asking = permitted_use.tutor(affiliations=(manager,), security=secured)
    behind = (permitted_use.agreement(basis),)
    rows = permitted_use.build_declared_rows(*behind)
    return may_count_people(
        behind, (permitted_use.DAYS,), permitted_use.SERVICE, asking, DAY, rows=rows
    )


def _electronic(**changes: Any) -> Decision:
    said = {"authenticated": "code by letter", "approved": "button, 1 August", **changes}
    return _asked(_consent(method=ConsentMethod.ELECTRONIC, **said))


def _head_start(**changes: Any) -> Decision:
    """The use of `uses`, of an element that a Head Start program holds."""
    entries = tuple(
        replace(e, special=frozenset({S.HEAD_START})) if e.name == permitted_use.DAYS else e
        for e in permitted_use.DICTIONARY.elements
    )
    world = {"dictionaries": (replace(permitted_use.DICTIONARY, elements=entries),)}
    return _asked(world | _consent(**changes))


def _declined(scope: OptOutScope) -> OptOutFact:
    return OptOutFact("c1", scope, "2026-27", "river")


def _answered_by(due: date) -> Decision:
    """A request to inspect a record, due on a day and still open."""
    asked_on = date(2026, 10, 9)
    return _conclude(*record_amendment.check_inspection_deadline(asked_on, due, None).run(DAY))


def _without_a_factor() -> Actor:
    return permitted_use.tutor(second_factor=SecondFactor.ABSENT)


CASES: Final = (
    Case("R01", _asked, lambda: _counted(B.CONSENT)),
    Case("R01.1", _asked, lambda: _asked(_child(consents=()))),
    Case("R01.2", _asked, lambda: _asked(_consent(revoked_on=DAY))),
    Case("R02", _asked, lambda: _asked(_consent(records=frozenset({permitted_use.GRADE})))),
    Case("R03", _asked, lambda: _asked(_consent(purposes=frozenset({Purpose.RESEARCH})))),
    Case("R04", _asked, lambda: _asked(_consent(parties=frozenset({"mentors"})))),
    Case("R05", _asked, lambda: _asked(_consent(signed_on=None))),
    Case("R05.1", _electronic, lambda: _electronic(authenticated="")),
    Case("R05.2", _electronic, lambda: _electronic(approved="")),
    Case("R06", _asked, lambda: _asked(_child(birth_date=date(2008, 11, 24)))),
    Case("R06.1", _asked, lambda: _asked(_child(birth_date=None))),
    Case("R07", _asked, lambda: _asked(_consent(relation=SignerRelation.OTHER))),
    Case("R07.1", _asked, lambda: _asked(_child(court_order=True))),
    Case("R07.2", _asked, lambda: _asked(_child(parents_conflict=True))),
    *(
        Case(
            card.id, partial(_decide_in_force, basis), partial(_decide_in_force, basis, without=key)
        )
        for basis in (
            B.SCHOOL_OFFICIAL,
            B.STUDIES,
            B.AUDIT_EVALUATION,
            B.TRANSFER,
            B.CHILD_WELFARE,
            B.DE_IDENTIFIED,
        )
        for key, card in BASIS_CRITERIA[basis].items()
    ),
    Case(
        "R09",
        lambda: _asked(_on(B.SCHOOL_OFFICIAL)),
        lambda: _asked(_on(B.SCHOOL_OFFICIAL, **_child(organizations=frozenset({"river"})))),
    ),
    Case(
        "R10",
        lambda: _decide_in_force(B.STUDIES),
        lambda: _decide_in_force(B.STUDIES, without="study_purpose"),
    ),
    Case("R12", lambda: _published(B.STUDIES), lambda: _published(B.STUDIES, safe=False)),
    Case(
        "R14",
        lambda: _decide_in_force(B.AUDIT_EVALUATION),
        lambda: _decide_in_force(B.AUDIT_EVALUATION, without="program_operator"),
    ),
    Case(
        "R15",
        lambda: _counted(B.SCHOOL_OFFICIAL),
        lambda: _counted(B.SCHOOL_OFFICIAL, at="mentors"),
    ),
    Case("R16", _onward, lambda: _onward(agreements=(permitted_use.onward(clause=""),))),
    Case("R16.1", _onward, lambda: _onward(disclosed=())),
    Case(
        "R18.1",
        lambda: _conclude(
            *disclosure_log.check_disclosure_recorded(["tutors"], "tutoring").run(DAY)
        ),
        lambda: _conclude(*disclosure_log.check_disclosure_recorded([""], " ").run(DAY)),
    ),
    Case(
        "R19",
        lambda: _conclude(
            *disclosure_log.check_onward_record_deadline(date(2026, 10, 25), None).run(DAY)
        ),
        lambda: _conclude(
            *disclosure_log.check_onward_record_deadline(date(2026, 10, 24), None).run(DAY)
        ),
    ),
    Case("R20", lambda: _parent("c1"), lambda: _parent("c2"), by="A05"),
    Case("R21", _emergency, lambda: _emergency(threat="")),
    Case("R21.2", _emergency, lambda: _emergency(ends=date(2026, 11, 23))),
    Case("R21.5", _emergency, lambda: _emergency(determined_by="")),
    Case("R21.7", _emergency, lambda: _emergency(_child(withheld=frozenset({permitted_use.DAYS})))),
    Case("R21.8", _emergency, lambda: _emergency(_child(withheld=None))),
    Case(
        "R22",
        lambda: _asked(_on(B.DIRECTORY, **_child())),
        lambda: _asked(_on(B.DIRECTORY, **_child(opt_outs=(_declined(OptOutScope.DIRECTORY),)))),
    ),
    Case("R22.1", _noticed, lambda: _noticed(element=permitted_use.DAYS)),
    Case("R22.2", _noticed, lambda: _noticed(published_on=date(2026, 12, 1))),
    Case("R22.3", _noticed, lambda: _noticed(opt_out_until=DAY)),
    Case("R22.4", _noticed, lambda: _noticed(limited_to=frozenset({"mentors"}))),
    Case("R23", _published, lambda: _published(safe=None)),
    Case("P18", _published, lambda: _published(beside=_beside(met=(_MET,)))),
    Case(
        "P19",
        _published,
        lambda: _published(
            beside=_beside(met=(replace(_MET, how=DifferencingConflictKind.OTHER_CHILDREN),))
        ),
    ),
    Case(
        "P44",
        _published,
        lambda: _published(
            beside=_beside(met=(replace(_MET, how=DifferencingConflictKind.HIDES_PUBLIC),))
        ),
    ),
    Case(
        "P20",
        lambda: _published(beside=_beside()),
        lambda: _published(beside=_beside(attacked=frozenset())),
    ),
    Case("P42", _published, lambda: _published(asked_to_try=frozenset())),
    Case("R23.2", _determined, lambda: _determined(covers=frozenset())),
    Case("R24", _coded, lambda: _coded(method_kept=None)),
    Case("R24.1", _coded, lambda: _coded(Purpose.SERVICE_COORDINATION)),
    Case("R24.2", _coded, lambda: _coded(random=None)),
    Case("R25", _asked, lambda: _asked({"actors": (_without_a_factor(),)})),
    Case(
        "R26",
        _published,
        lambda: _published(send_backs=(SendBackFact("river", DAY, DAY, OwnerAnswer.DECLINE),)),
    ),
    Case("R28.2", _ordered, lambda: _ordered(withheld=frozenset({permitted_use.DAYS}))),
    Case("R28.3", _ordered, lambda: _ordered(withheld=None)),
    Case(
        "R28",
        lambda: _decide_in_force(B.SUBPOENA),
        lambda: _decide_in_force(B.SUBPOENA, without="order"),
    ),
    Case(
        "R28.1",
        lambda: _decide_in_force(B.SUBPOENA),
        lambda: _decide_in_force(B.SUBPOENA, without="notified"),
    ),
    Case(
        "R29",
        lambda: _asked(_bare(barred_until=date(2026, 11, 23))),
        lambda: _asked(_bare(barred_until=DAY)),
    ),
    Case("R30", lambda: _answered_by(DAY), lambda: _answered_by(date(2026, 11, 23))),
    Case(
        "R31.1",
        lambda: _asked(_on(B.CHILD_WELFARE, **_child(placement="tutors"))),
        lambda: _asked(_on(B.CHILD_WELFARE, **_child(placement="mentors"))),
    ),
    *(
        Case(
            rule,
            partial(_element, kind, B.SCHOOL_OFFICIAL, **_authority(kind, condition)),
            partial(_element, kind, B.OWN_RECORDS),
        )
        for rule, kind, condition in (
            ("L01", S.MEAL_STATUS, "child_nutrition_program"),
            ("L02", S.HOMELESSNESS, ""),
            ("L03", S.DISABILITY, ""),
            ("L04", S.EARLY_INTERVENTION, ""),
            ("L05", S.HEAD_START, "program_officials"),
            ("L06", S.ONLINE_UNDER_13, "school_authorization"),
            ("L07", S.HEALTH, "education_record"),
            ("L08", S.SUBSTANCE_USE, "research"),
            ("L09", S.WAGE, "public_official"),
            ("L10", S.JUVENILE, ""),
            ("L10.1", S.WIC, "administers_wic"),
            ("L10.2", S.SNAP, "school_meals"),
            ("L10.3", S.TANF, "audit"),
            ("L10.4", S.CHILD_WELFARE, "state_statute"),
            ("L10.5", S.DOMESTIC_VIOLENCE, "statutory_or_court_mandate"),
            ("L11", S.SURVEY, "notice_and_opt_out"),
            ("L13", S.IMMIGRATION, ""),
        )
    ),
    Case("L05.1", lambda: _head_start(says_revocable=True), _head_start),
    Case("L12", lambda: _state("MD"), lambda: _state("OH")),
    Case("L12.1", lambda: _state("MD"), lambda: _state("")),
    Case("L12.2", lambda: _state("MD"), lambda: _state("MD", Action.EXPORT)),
    Case(
        "L12.5",
        lambda: _state("UT", Action.PUBLISH, reported_on=date(2026, 11, 9)),
        lambda: _state("UT", Action.PUBLISH, reported_on=date(2026, 11, 10)),
    ),
)
# Rules that ask for something to be done with what is allowed, instead of allowing it.
DUTIES: Final = {"R17": Action.REFER, "R18": Action.VIEW}
HOUSE: Final = {f"R{n:02}" for n in range(1, 32)} | {f"L{n:02}" for n in range(1, 13)}


def _family(code: str) -> str:
    return code.partition(".")[0]


def _refusal(decision: Decision, rule: str) -> Reason | None:
    return next((r for r in decision.refusals if r.code == rule), None)


def test_every_rule_of_the_house_has_a_case_and_a_card() -> None:
    cased = {_family(case.rule) for case in CASES} | set(DUTIES)
    assert cased >= HOUSE
    assert {_family(card.id) for card in CARDS} >= HOUSE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_allows_and_denies(case: Case) -> None:
    met, refused = case.met(), case.refused()
    assert met.allowed, [(r.code, r.message) for r in met.refusals]
    assert _refusal(met, case.card) is None
    assert not refused.allowed
    assert _refusal(refused, case.card) is not None, [r.code for r in refused.refusals]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_each_audience_hears_its_own_words(case: Case) -> None:
    refusal = _refusal(case.refused(), case.card)
    assert refusal is not None
    said = {audience: refusal.message_for(audience) for audience in Audience}
    assert all(words and "{" not in words for words in said.values())
    assert "{" not in refusal.citation + refusal.next_step
    assert said[Audience.STEWARD] not in {said[a] for a in Audience if a is not Audience.STEWARD}
    assert said[Audience.FAMILY] != said[Audience.PUBLIC]
    if refusal.people or refusal.about:
        element = NOT_COVERED.format(element=refusal.about)
        assert said[Audience.RECIPIENT] in (SOME_LEFT_OUT, element)


@pytest.mark.parametrize(("rule", "action"), DUTIES.items())
def test_what_is_allowed_obliges_and_what_is_denied_does_not(rule: str, action: Action) -> None:
    allowed = _onward() if action is Action.REFER else _asked(action=action)
    assert rule in {o.code for o in allowed.obligations}
    refused = _asked(_child(consents=()), action=action)
    assert not refused.allowed
    assert not refused.obligations
