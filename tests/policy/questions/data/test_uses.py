"""The one decision of a use: a world in order, then one thing changed at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest
from tests.policy import permitted_use as u
from tests.policy.authorized_project import build_authorization, build_response, project

from cairn.policy.engine import audience_redaction
from cairn.policy.engine.decision import Decision, Obligation, Reason
from cairn.policy.facts.agreements.agreement_terms import (
    DeliveryTerm,
    GiveBackTerm,
    OnwardRecipient,
)
from cairn.policy.facts.agreements.data_dictionary import DataDictionaryFact
from cairn.policy.facts.data.record_keeping import OnwardFact
from cairn.policy.facts.data.use import Facts, LocalPolicy, UseRequest
from cairn.policy.facts.people.access import Actor, AffiliationFact, OwnerBar
from cairn.policy.facts.students.circumstance import (
    AnnualNotice,
    CourtOrder,
    DeidentificationDetermination,
    Emergency,
    EnrollmentTransfer,
    PersonalDetermination,
    RecordCode,
)
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.law.cards.governance import agreement_draft as agreement_draft_cards
from cairn.policy.law.cards.governance import committee as committee_cards
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import PartyRole
from cairn.policy.vocabulary.data_use import (
    IdentifierClass,
    LegalBasis,
    Level,
    Purpose,
    SpecialClass,
)
from cairn.policy.vocabulary.decisions import Audience, Outcome
from cairn.policy.vocabulary.families import ConsentMethod, OptOutScope, SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.projects import Decider, StepAnswer

ALLOW, SUBSET, DENY, ASKS = (
    Outcome.ALLOW,
    Outcome.ALLOW_SUBSET,
    Outcome.DENY,
    Outcome.NEEDS_PERSON,
)


def decided(
    facts: Facts | None = None, request: UseRequest | None = None, on: date = u.ON
) -> Decision:
    """The world in order, with what a test changed."""
    return decide_use(request or u.request(), facts or u.facts(), on)


def codes(decision: Decision) -> set[str]:
    """The rules that refuse or ask."""
    return {r.code for r in decision.refusals}


def of_child(**changes: Any) -> Facts:
    return u.facts(people=(u.child(**changes),))


def by(basis: LegalBasis, **changes: Any) -> Facts:
    """The same on another basis, for a child without any consent."""
    return u.facts(agreements=(u.agreement(basis),), people=(u.child(consents=(), **changes),))


def opted_out(scope: OptOutScope) -> tuple[OptOutFact, ...]:
    return (OptOutFact("c1", scope, "2026-27", "river"),)


def answered(card: str, about: str, **changes: Any) -> tuple[PersonalDetermination, ...]:
    whole = PersonalDetermination(
        card, about, True, "Ada Bell", "river", u.FIRST, "Read by counsel."
    )
    return (replace(whole, **changes),)


def test_everything_is_in_order() -> None:
    decision = decided()
    assert decision.outcome is ALLOW
    assert decision.included == {"c1"}
    assert decision.require().only_people == {"c1"}
    assert {o.code for o in decision.obligations} == {"R18", "COPY", "DESTROY"}
    assert decision.agreements == ("A",)


CONSENTS: list[tuple[dict[str, Any], str, Outcome]] = [
    ({"records": frozenset({u.GRADE})}, "R02", DENY),
    ({"purposes": frozenset({Purpose.RESEARCH})}, "R03", DENY),
    ({"parties": frozenset({"mentors"})}, "R04", DENY),
    ({"signed_on": None, "starts": u.FIRST}, "R05", DENY),
    ({"signed_on": date(2026, 11, 25), "starts": u.FIRST}, "R05", DENY),
    ({"signer": ""}, "R05", DENY),
    ({"ends": date(2026, 11, 23)}, "R01.2", DENY),
    ({"starts": date(2026, 11, 25)}, "R01.2", DENY),
    ({"revoked_on": u.ON}, "R01.2", DENY),
    ({"superseded_by": "nobody has it"}, "R01.2", DENY),
    ({"verified_on": None}, "C01", DENY),
    ({"verified_on": date(2026, 11, 25)}, "C01", DENY),
    ({"verified_by": ""}, "C01", DENY),
    ({"relation": SignerRelation.AGENCY}, "R07", DENY),
    ({"relation": SignerRelation.OTHER}, "R07", DENY),
    ({"relation": SignerRelation.STUDENT}, "R07", DENY),
    ({"method": ConsentMethod.ELECTRONIC, "approved": "yes"}, "R05.1", DENY),
    ({"method": ConsentMethod.ELECTRONIC, "authenticated": "code"}, "R05.2", DENY),
]


@pytest.mark.parametrize(("changes", "code", "outcome"), CONSENTS)
def test_a_consent_that_does_not_count(
    changes: dict[str, Any], code: str, outcome: Outcome
) -> None:
    decision = decided(of_child(consents=(u.consent(**changes),)))
    assert decision.outcome is outcome
    assert codes(decision) == {code}
    (refusal,) = decision.refusals
    assert refusal.people == ("c1",)


STILL_COUNTS: list[dict[str, Any]] = [
    {"parties": frozenset(), "classes": frozenset({OrganizationKind.COMMUNITY_PROGRAM})},
    {"ends": u.ON},
    {"starts": u.ON},
    {"revoked_on": date(2026, 11, 25)},
    {"relation": SignerRelation.GUARDIAN},
    {"method": ConsentMethod.ELECTRONIC, "authenticated": "code", "approved": "yes"},
    {"relation": SignerRelation.FOSTER_PARENT},
    {"relation": SignerRelation.ACTING_PARENT},
    {"ends": None},
]


@pytest.mark.parametrize("changes", STILL_COUNTS)
def test_a_consent_that_counts(changes: dict[str, Any]) -> None:
    assert decided(of_child(consents=(u.consent(**changes),))).outcome is ALLOW


@pytest.mark.parametrize("born", [date(2012, 11, 25), date(2019, 11, 24)])
def test_below_14_college_attendance_need_not_be_recorded(born: date) -> None:
    """The twin of the question that card R06.1 asks from that age on."""
    assert decided(of_child(postsecondary=None, birth_date=born)).outcome is ALLOW


def test_a_later_consent_takes_the_place_of_an_earlier_from_its_own_day() -> None:
    first = u.consent(id="one", superseded_by="two")
    for signed, outcome in ((date(2026, 11, 25), ALLOW), (u.ON, DENY)):
        second = u.consent(id="two", signed_on=signed, records=frozenset({u.GRADE}))
        assert decided(of_child(consents=(first, second))).outcome is outcome


CHILDREN: list[tuple[dict[str, Any], str, Outcome]] = [
    ({"consents": ()}, "R01.1", DENY),
    ({"birth_date": None}, "R06.1", ASKS),
    ({"postsecondary": None, "birth_date": date(2012, 11, 24)}, "R06.1", ASKS),
    ({"postsecondary": True}, "R06", DENY),
    ({"birth_date": date(2008, 11, 24)}, "R06", DENY),
    ({"parents_conflict": True}, "R07.2", ASKS),
    ({"court_order": True}, "R07.1", ASKS),
    ({"hold": "safety"}, "C02", DENY),
    ({"opt_outs": None}, "X32", DENY),
    ({"opt_outs": opted_out(OptOutScope.ALL_DISCRETIONARY)}, "P14", DENY),
    ({"organizations": frozenset({"river"})}, "C03", DENY),
    ({"organizations": frozenset({"tutors"})}, "X31", DENY),
    ({"nations": frozenset({"nation"})}, "X33", DENY),
    ({"withheld": frozenset({u.DAYS})}, "X34", DENY),
    ({"nations": None}, "X36", DENY),
    ({"withheld": None}, "X37", DENY),
]


@pytest.mark.parametrize(("changes", "code", "outcome"), CHILDREN)
def test_one_thing_about_a_child(changes: dict[str, Any], code: str, outcome: Outcome) -> None:
    decision = decided(of_child(**changes))
    assert decision.outcome is outcome
    assert codes(decision) == {code}


CLAIMED = {"organizations": frozenset({"river"}), "claimed": frozenset({"tutors"})}


def test_a_programs_own_list_suffices_where_the_family_named_the_program() -> None:
    assert decided(of_child(**CLAIMED)).outcome is ALLOW
    asked = u.facts(
        people=(u.child(**CLAIMED),), agreements=(u.agreement(LegalBasis.SCHOOL_OFFICIAL),)
    )
    decision = decided(asked)
    assert decision.outcome is DENY
    assert "R09.1" in codes(decision)


def test_a_directory_opt_out_does_not_reach_a_consent() -> None:
    assert decided(of_child(opt_outs=opted_out(OptOutScope.DIRECTORY))).outcome is ALLOW


def test_a_child_about_whom_nothing_or_two_things_are_said() -> None:
    for people in ((), (u.child(), u.child(hold="safety"))):
        assert codes(decided(u.facts(people=people))) == {"X30"}


@pytest.mark.parametrize(
    ("card", "changes"), [("R07.2", {"parents_conflict": True}), ("R07.1", {"court_order": True})]
)
def test_the_district_decides_by_name_and_with_a_reason(card: str, changes: dict[str, Any]) -> None:
    facts = of_child(**changes)
    given = replace(facts, answers=answered(card, "c1"))
    assert decided(given).outcome is ALLOW
    for lacking in (
        {"reason": " "},
        {"by": ""},
        {"allows": False},
        {"ends": date(2026, 1, 1)},
        {"on": date(2027, 1, 1)},
        {"organization": "tutors"},
        {"about": "c2"},
    ):
        assert (
            decided(replace(facts, answers=answered(card, **{"about": "c1", **lacking}))).outcome
            is ASKS
        )


def test_some_children_and_some_elements() -> None:
    people = (
        u.child("c1"),
        u.child("c2", consents=()),
        u.child("c3", consents=(u.consent("c3", records=frozenset({u.GRADE})),)),
        u.child("c4", birth_date=None),
    )
    request = u.request(people=("c1", "c2", "c3", "c4"), elements=frozenset({u.DAYS, u.GRADE}))
    decision = decided(u.facts(people=people), request)
    assert decision.people == {"c1": ALLOW, "c2": DENY, "c3": SUBSET, "c4": ASKS}
    assert decision.partly == {"c3": {u.GRADE}}
    permit = decision.require()
    assert (permit.only_people, permit.except_people) == ({"c1"}, {"c2", "c3", "c4"})
    assert permit.partly == {"c3": {u.GRADE}}
    assert decision.outcome is SUBSET


def _in_agreement(**changes: Any) -> Callable[[], Decision]:
    return lambda: decided(u.facts(agreements=(u.agreement(**changes),)))


def _asking(**changes: Any) -> Callable[[], Decision]:
    return lambda: decided(request=u.request(**changes))


def _knowing(**changes: Any) -> Callable[[], Decision]:
    return lambda: decided(u.facts(**changes))


def _organizations(slug: str, **changes: Any) -> Callable[[], Decision]:
    known = {s: u.organization(s) for s in ("river", "tutors", "mentors")}
    known[slug] = u.organization(slug, **changes)
    return _knowing(organizations=tuple(known.values()))


UNSIGNED = tuple(replace(p, signed_on=None) for p in u.agreement().parties)
WHOLE: dict[str, tuple[Callable[[], Decision], set[str], Outcome]] = {
    "an actor nobody knows": (_asking(actor="9"), {"A01", "A03"}, DENY),
    "a closed account": (_knowing(actors=(u.tutor(active=False),)), {"A02"}, DENY),
    "no clearance": (_knowing(actors=(u.tutor(clearance=None),)), {"T04"}, DENY),
    "an uncleared organization": (_knowing(actors=(u.tutor(security=()),)), {"T08"}, DENY),
    "acting for another": (_asking(acting_for="river"), {"A03"}, DENY),
    "no use of data": (_asking(action=Action.COUNT), {"A03"}, DENY),
    "nobody": (_asking(people=()), {"X05"}, DENY),
    "no element": (_asking(elements=frozenset()), {"G11"}, DENY),
    "unknown receiver": (
        _knowing(organizations=(u.organization("river"),)),
        {"X03"},
        DENY,
    ),
    "unknown owner": (
        _knowing(organizations=(u.organization("tutors"), u.organization("mentors"))),
        {"X03"},
        DENY,
    ),
    "a bar": (_organizations("tutors", barred_until=u.ON), {"R29"}, DENY),
    "destruction overdue": (_organizations("tutors", overdue=1), {"X04"}, DENY),
    "nobody looked what is overdue": (_organizations("tutors", overdue=None), {"X04"}, DENY),
    "state unknown": (_organizations("river", state=""), {"L12.1"}, DENY),
    "state silent": (_organizations("river", state="WY"), {"L12"}, ASKS),
    "no agreement": (_knowing(agreements=()), {"G09", "G10"}, DENY),
    "a purpose that stands for itself no more": (
        _knowing(policy=LocalPolicy()),
        {"J30", "G09", "G10"},
        DENY,
    ),
    "another purpose in the agreement": (
        _in_agreement(purposes=frozenset({Purpose.RESEARCH})),
        {"R15.1"},
        DENY,
    ),
    "criteria attested, no clause": (
        lambda: decided(
            u.facts(agreements=(u.agreement(LegalBasis.SCHOOL_OFFICIAL, basis_clause=""),))
        ),
        {"X06"},
        ASKS,
    ),
    "an element nobody lists": (
        _asking(elements=frozenset({"student.phone"})),
        {"G10"},
        DENY,
    ),
    "no dictionary": (_knowing(dictionaries=()), {"X20"}, DENY),
    "another's dictionary": (
        _knowing(dictionaries=(replace(u.DICTIONARY, organization="hills"),)),
        {"X20"},
        DENY,
    ),
    "years before the agreement's": (_asking(first_year="2023-24"), {"X24"}, DENY),
    "years after it": (_asking(last_year="2027-28"), {"X24"}, DENY),
    "no years": (_asking(first_year="", last_year=""), {"X21", "X24"}, DENY),
    "closer than agreed": (_in_agreement(level=Level.PROGRAM), {"X23"}, DENY),
}


@pytest.mark.parametrize("name", WHOLE)
def test_one_thing_about_the_request(name: str) -> None:
    made, expected, outcome = WHOLE[name]
    decision = made()
    assert decision.outcome is outcome
    assert expected <= codes(decision)


def test_an_agreement_out_of_force_carries_nothing() -> None:
    for changes in ({"parties": UNSIGNED}, {"ends": date(2026, 11, 23)}, {"terminated_on": u.ON}):
        decision = _in_agreement(**changes)()
        assert decision.outcome is DENY
        assert {r.code for r in decision.refusals} & {"G02", "G04", "G05"}
    assert _in_agreement(ends=u.ON)().outcome is ALLOW


def test_a_person_answers_for_a_state_and_for_a_clause() -> None:
    silent = (*map(u.organization, ("tutors",)), u.organization("river", state="WY"))
    facts = u.facts(organizations=silent)
    assert decided(facts).outcome is ASKS
    assert decided(replace(facts, answers=answered("L12", "WY"))).outcome is ALLOW
    attested = replace(
        by(LegalBasis.SCHOOL_OFFICIAL),
        agreements=(u.agreement(LegalBasis.SCHOOL_OFFICIAL, basis_clause=""),),
    )
    assert decided(attested).outcome is ASKS
    given = decided(replace(attested, answers=answered("X06", "A")))
    assert given.outcome is ALLOW
    assert "X07" in {r.code for r in given.reasons}


BASES: list[tuple[LegalBasis, dict[str, Any], Facts | None, Outcome]] = [
    (LegalBasis.SCHOOL_OFFICIAL, {}, None, ALLOW),
    (LegalBasis.DIRECTORY, {}, None, ALLOW),
    (LegalBasis.DIRECTORY, {"opt_outs": opted_out(OptOutScope.DIRECTORY)}, None, DENY),
    (LegalBasis.CHILD_WELFARE, {"placement": "tutors"}, None, ALLOW),
    (LegalBasis.CHILD_WELFARE, {"placement": "", "opt_outs": None}, None, DENY),
    (LegalBasis.CHILD_WELFARE, {"placement": "tutors", "opt_outs": None}, None, ALLOW),
    (LegalBasis.TRANSFER, {}, None, DENY),
    (LegalBasis.SUBPOENA, {}, None, DENY),
    (LegalBasis.NO_DISCLOSURE, {}, None, DENY),
]


@pytest.mark.parametrize(("basis", "changes", "_facts", "outcome"), BASES)
def test_each_basis_asks_its_own_of_a_child(
    basis: LegalBasis, changes: dict[str, Any], _facts: None, outcome: Outcome
) -> None:
    assert decided(by(basis, **changes)).outcome is outcome


def test_a_transfer_on_record_opens_that_childs_records() -> None:
    facts = by(LegalBasis.TRANSFER)
    moved = EnrollmentTransfer("c1", "river", "tutors", u.ON, notified_on=u.ON)
    assert decided(replace(facts, transfers=(moved,))).outcome is ALLOW
    untold = replace(moved, notified_on=None)
    assert decided(replace(facts, transfers=(untold,))).outcome is DENY
    notice = AnnualNotice("river", "2026-27", u.FIRST, forwarding=True)
    assert decided(replace(facts, transfers=(untold,), notices=(notice,))).outcome is ALLOW
    elsewhere = replace(moved, receiver="mentors")
    assert decided(replace(facts, transfers=(elsewhere,))).outcome is DENY
    told = {o.code for o in decided(replace(facts, transfers=(moved,))).obligations}
    assert {"R27.2", "R27.3"} <= told


def test_an_order_asks_for_notice_first_or_a_seal() -> None:
    facts = by(LegalBasis.SUBPOENA)
    order = CourtOrder("O-1", "river", "tutors", frozenset({"c1"}), u.FIRST)
    for changes, outcome in (
        ({}, DENY),
        ({"notified_on": u.ON}, ALLOW),
        ({"notified_on": date(2026, 11, 25)}, DENY),
        ({"sealed": "sealed by the court"}, ALLOW),
        ({"sealed": "sealed", "issued_on": date(2026, 11, 25)}, DENY),
        ({"sealed": "sealed", "recipient": "mentors"}, DENY),
    ):
        changed = replace(order, **changes)
        assert decided(replace(facts, orders=(changed,))).outcome is outcome


@pytest.mark.parametrize(("withheld", "card"), [(frozenset({u.DAYS}), "R28.2"), (None, "R28.3")])
def test_whether_an_order_reaches_what_is_kept_back_a_person_answers(
    withheld: frozenset[str] | None, card: str
) -> None:
    order = CourtOrder("O-1", "river", "tutors", frozenset({"c1"}), u.FIRST, notified_on=u.ON)
    facts = replace(by(LegalBasis.SUBPOENA, withheld=withheld), orders=(order,))
    decision = decided(facts)
    assert decision.outcome is ASKS
    assert [r.code for r in decision.refusals] == [card]
    assert decided(replace(facts, answers=answered(card, "A c1"))).outcome is ALLOW
    for answer in (answered(card, "c1"), answered(card, "A c2"), answered("R21.7", "A c1")):
        assert decided(replace(facts, answers=answer)).outcome is ASKS
    no_order = replace(facts, orders=(), answers=answered(card, "A c1"))
    assert decided(no_order).outcome is DENY


def test_records_follow_a_child_whose_school_has_not_said_what_it_keeps_back() -> None:
    moved = EnrollmentTransfer("c1", "river", "tutors", u.ON, notified_on=u.ON)
    unsaid = replace(by(LegalBasis.TRANSFER, withheld=None), transfers=(moved,))
    assert decided(unsaid).outcome is ALLOW
    kept = replace(by(LegalBasis.TRANSFER, withheld=frozenset({u.DAYS})), transfers=(moved,))
    assert decided(kept).outcome is DENY
    assert codes(decided(kept)) == {"X34"}
    assert decided(replace(unsaid, transfers=())).outcome is DENY


def test_where_a_child_lives_does_not_follow_it_until_its_school_has_said() -> None:
    terms = u.agreement(LegalBasis.TRANSFER)
    term = replace(terms.data[0], record="student", elements=frozenset({"street"}))
    entry = u.element("student.street", IdentifierClass.DIRECT)
    facts = replace(
        by(LegalBasis.TRANSFER, withheld=None),
        agreements=(replace(terms, data=(*terms.data, term)),),
        dictionaries=(replace(u.DICTIONARY, elements=(*u.DICTIONARY.elements, entry)),),
        transfers=(EnrollmentTransfer("c1", "river", "tutors", u.ON, notified_on=u.ON),),
    )
    request = u.request(elements=frozenset({u.DAYS, "student.street"}))
    decision = decided(facts, request)
    assert decision.partly == {"c1": {u.DAYS}}
    assert codes(decision) == {"X37"}
    said = replace(facts, people=(u.child(withheld=frozenset()),))
    assert decided(said, request).outcome is ALLOW


def test_a_coarser_form_is_offered_and_is_what_the_permit_names() -> None:
    request = u.request(elements=frozenset({u.DAYS, u.BORN}))
    decision = decided(request=request)
    assert decision.outcome is SUBSET
    assert decision.elements == {u.DAYS: ALLOW, u.BORN: Outcome.COARSEN}
    assert decision.coarser == {u.BORN: u.BAND}
    assert decision.require().elements == {u.DAYS, u.BAND}
    only = decided(request=u.request(elements=frozenset({u.BORN})))
    assert only.require().elements == {u.BAND}


def test_what_identifies_is_not_used_above_single_children() -> None:
    listed = replace(u.agreement().data[1], elements=frozenset({"birth_date", "grade"}))
    facts = u.facts(agreements=(u.agreement(data=(listed,)),))
    request = u.request(elements=frozenset({u.BORN, u.GRADE}), level=Level.PROGRAM)
    decision = decided(facts, request)
    assert "X22" in codes(decision)
    assert decision.elements[u.BORN] is DENY
    unconfirmed = tuple(replace(e, confirmed=False) for e in u.DICTIONARY.elements)
    unsure = replace(facts, dictionaries=(DataDictionaryFact("river", "roster", 1, unconfirmed),))
    assert decided(unsure, request).outcome is DENY


def _onward(**changes: Any) -> tuple[Facts, UseRequest]:
    listed = OnwardFact("A", "river", "tutors", "mentors", "mentoring", u.FIRST)
    child = u.child(
        consents=(u.consent(parties=frozenset({"mentors"})),),
        organizations=frozenset({"river", "mentors"}),
    )
    facts = u.facts(agreements=(u.onward(),), disclosed=(listed,), people=(child,))
    request = u.request(action=Action.REFER, recipient="mentors")
    return replace(facts, **changes), request


def test_passing_on_needs_name_record_and_interest() -> None:
    facts, request = _onward()
    decision = decided(facts, request)
    assert decision.outcome is ALLOW
    assert "R17" in {o.code for o in decision.obligations}
    assert codes(decided(replace(facts, disclosed=()), request)) == {"R16.1"}
    assert codes(decided(replace(facts, agreements=(u.onward(clause=""),)), request)) == {"R16"}
    unnamed = decided(replace(facts, agreements=(u.agreement(),)), request)
    assert unnamed.outcome is DENY


def test_who_is_no_party_receives_and_passes_on_nothing() -> None:
    facts, request = _onward()
    role = replace(u.tutor().affiliations[0], organization="hub", kind=OrganizationKind.BACKBONE)
    secured = replace(u.tutor().security[0], organization="hub")
    outsider = u.tutor(affiliations=(role,), security=(secured,))
    decision = decided(replace(facts, actors=(outsider,)), replace(request, acting_for="hub"))
    assert "R15" in codes(decision)


def test_records_travel_only_by_a_way_that_is_agreed() -> None:
    facts, request = _onward()
    for way in ("command", "", "e-mail"):
        channels = DeliveryTerm(channels=frozenset())
        agreement = replace(u.onward(), delivery=channels)
        assert "G13" in codes(
            decided(replace(facts, agreements=(agreement,)), replace(request, channel=way))
        )


@pytest.mark.parametrize(
    ("action", "file", "refused"),
    [
        (Action.EXPORT, "days_2026.csv", False),
        (Action.EXPORT, "all.csv", True),
        (Action.EXPORT, "", True),
        (Action.VIEW, "", False),
    ],
)
def test_records_leave_in_a_file_that_is_named(action: Action, file: str, refused: bool) -> None:
    facts, request = _onward()
    terms = tuple(replace(t, file_names=("days_*.csv",)) for t in u.onward().data)
    known = replace(facts, agreements=(replace(u.onward(), data=terms),))
    decision = decided(known, replace(request, action=action, file=file))
    assert ("G31" in codes(decision)) is refused


def test_the_owner_uses_its_own_records_without_a_consent_of_its_own() -> None:
    """A district's staff looks at the district's own children: nothing is disclosed to anyone."""
    role = replace(
        u.tutor().affiliations[0],
        organization="river",
        kind=OrganizationKind.SCHOOL_DISTRICT,
        role=Role.STEWARD,
    )
    steward = u.tutor(
        affiliations=(role,), security=(replace(u.tutor().security[0], organization="river"),)
    )
    facts = replace(by(LegalBasis.SCHOOL_OFFICIAL), actors=(steward,))
    assert decided(facts, u.request(acting_for="river")).outcome is ALLOW


EMERGENCY = Emergency(
    "E-1",
    "river",
    "A credible threat at the bus stop.",
    frozenset({"tutors"}),
    frozenset({"c1"}),
    "River's superintendent",
    u.ON,
    u.ON,
)
BREAK_GLASS: list[tuple[dict[str, Any], set[str], Outcome]] = [
    ({}, set(), ALLOW),
    ({"threat": " "}, {"R21"}, DENY),
    ({"determined_by": ""}, {"R21.5"}, DENY),
    ({"determined_on": date(2026, 11, 25)}, {"R21.5"}, DENY),
    ({"ends": None}, {"R21.2"}, DENY),
    ({"determined_on": u.FIRST, "ends": date(2026, 11, 23)}, {"R21.2"}, DENY),
    ({"recipients": frozenset({"mentors"})}, {"X08"}, DENY),
    ({"people": frozenset({"c2"})}, {"X35"}, DENY),
]


def _emergency_actor() -> Actor:
    role = replace(u.tutor().affiliations[0], role=Role.STEWARD)
    return u.tutor(affiliations=(role,))


def _glass(**changes: Any) -> tuple[Facts, UseRequest]:
    """A steward of the tutors in an emergency, with no agreement, no consent, no opt-out known."""
    facts = u.facts(
        agreements=(),
        actors=(_emergency_actor(),),
        people=(u.child(consents=(), opt_outs=None),),
        emergencies=(EMERGENCY,),
    )
    return replace(facts, **changes), u.request(action=Action.EMERGENCY)


@pytest.mark.parametrize(("changes", "expected", "outcome"), BREAK_GLASS)
def test_an_emergency_is_put_in_words_by_the_district(
    changes: dict[str, Any], expected: set[str], outcome: Outcome
) -> None:
    facts, request = _glass(emergencies=(replace(EMERGENCY, **changes),))
    decision = decided(facts, request)
    assert expected <= codes(decision)
    assert decision.outcome is outcome or (outcome is DENY and not decision.allowed)


OVER = replace(
    EMERGENCY,
    id="E-0",
    people=frozenset({"c2"}),
    determined_on=u.FIRST,
    ends=date(2026, 11, 23),
)


@pytest.mark.parametrize("other", [OVER, replace(OVER, determined_by="")])
def test_one_emergency_opens_no_child_of_another_that_does_not_hold(other: Emergency) -> None:
    both = (other, EMERGENCY)
    facts, request = _glass(
        emergencies=both, people=(u.child(), u.child("c2", consents=(), opt_outs=None))
    )
    decision = decided(facts, replace(request, people=("c1", "c2")))
    assert decision.people == {"c1": ALLOW, "c2": DENY}


def test_a_provider_that_is_no_recipient_gets_no_other_providers_children() -> None:
    two = u.agreement(
        LegalBasis.SCHOOL_OFFICIAL,
        parties=(
            u.party("river", PartyRole.PROVIDER),
            u.party("hills", PartyRole.PROVIDER),
            u.party("tutors", PartyRole.RECIPIENT),
        ),
    )
    role = replace(
        u.tutor().affiliations[0],
        organization="hills",
        kind=OrganizationKind.SCHOOL_DISTRICT,
        role=Role.DATA_MANAGER,
    )
    secured = replace(u.tutor().security[0], organization="hills")
    asks = u.facts()
    facts = replace(
        by(LegalBasis.SCHOOL_OFFICIAL),
        agreements=(two,),
        actors=(u.tutor(affiliations=(role,), security=(secured,)),),
        organizations=(*asks.organizations, u.organization("hills")),
        dictionaries=(u.DICTIONARY, replace(u.DICTIONARY, organization="hills")),
        people=(
            u.child("c1", organizations=frozenset({"river"})),
            u.child("c2", organizations=frozenset({"hills"})),
        ),
    )
    counts = u.request(acting_for="hills", people=("c1", "c2"), action=Action.AGGREGATE)
    assert decided(facts, counts).people == {"c1": DENY, "c2": ALLOW}


def test_an_undetermined_emergency_waits_for_a_person() -> None:
    facts, request = _glass(emergencies=(replace(EMERGENCY, determined_by=""),))
    assert decided(facts, request).outcome is ASKS
    assert decided(replace(facts, answers=answered("R21.5", "E-1")), request).outcome is ALLOW


def test_bulk_is_no_emergency_until_a_person_says_so() -> None:
    ids = tuple(f"c{n}" for n in range(26))
    facts, request = _glass(
        people=tuple(u.child(one) for one in ids),
        emergencies=(replace(EMERGENCY, people=frozenset(ids)),),
    )
    request = replace(request, people=ids)
    assert decided(facts, request).outcome is ASKS
    assert decided(replace(facts, answers=answered("R21.3", "E-1")), request).outcome is ALLOW


def test_a_protected_class_waits_even_in_an_emergency() -> None:
    facts, request = _glass()
    protected = replace(request, elements=frozenset({u.DAYS, u.MEALS}))
    decision = decided(facts, protected)
    assert decision.elements == {u.DAYS: ALLOW, u.MEALS: ASKS}
    assert decided(facts, replace(request, elements=frozenset({u.MEALS}))).outcome is ASKS
    assert "X05" in codes(decided(facts, replace(request, people=())))


def test_an_emergency_reads_the_dictionary_of_the_owner() -> None:
    """An element that the dictionary classifies waits; one that it lacks does not exist."""
    facts, request = _glass()
    treatment = replace(
        u.element("student.tx_episode", IdentifierClass.INDIRECT),
        special=frozenset({SpecialClass.SUBSTANCE_USE}),
    )
    dictionary = replace(u.DICTIONARY, elements=(*u.DICTIONARY.elements, treatment))
    facts = replace(facts, dictionaries=(dictionary,))
    named = replace(request, elements=frozenset({u.DAYS, treatment.name, "student.nothing"}))
    decision = decided(facts, named)
    assert decision.elements == {u.DAYS: ALLOW, treatment.name: ASKS, "student.nothing": DENY}
    answer = answered("R21.5", treatment.name)
    settled = decided(replace(facts, answers=answer), named)
    assert settled.elements[treatment.name] is ALLOW
    assert decided(replace(facts, dictionaries=()), request).outcome is ASKS


KEPT: list[tuple[frozenset[str] | None, str]] = [(frozenset({u.DAYS}), "R21.7"), (None, "R21.8")]


@pytest.mark.parametrize(("withheld", "card"), KEPT)
def test_what_may_be_kept_back_waits_for_a_person_in_an_emergency(
    withheld: frozenset[str] | None, card: str
) -> None:
    """Not refused, so that nobody is lost to a missing form; never open by itself."""
    facts, request = _glass(people=(u.child(opt_outs=None, consents=(), withheld=withheld),))
    decision = decided(facts, request)
    assert decision.outcome is ASKS
    assert [r.code for r in decision.refusals] == [card]
    by_a_person = decided(replace(facts, answers=answered(card, "E-1 c1")), request)
    assert by_a_person.outcome is ALLOW
    other = "R21.8" if card == "R21.7" else "R21.7"
    for answer in (answered(card, "c1"), answered(card, "E-0 c1"), answered(card, "E-1 c2")):
        assert decided(replace(facts, answers=answer), request).outcome is ASKS
    assert decided(replace(facts, answers=answered(other, "E-1 c1")), request).outcome is ASKS
    declined = answered(card, "E-1 c1", allows=False)
    assert decided(replace(facts, answers=declined), request).outcome is ASKS
    hills = answered(card, "E-1 c1", organization="hills")
    assert decided(replace(facts, answers=hills), request).outcome is ASKS


@pytest.mark.parametrize(("withheld", "card"), KEPT)
def test_an_answer_in_an_emergency_opens_nothing_else(
    withheld: frozenset[str] | None, card: str
) -> None:
    said = answered(card, "E-1 c1")
    facts = u.facts(people=(u.child(withheld=withheld),), emergencies=(EMERGENCY,), answers=said)
    assert decided(facts).outcome is DENY
    elsewhere = replace(EMERGENCY, people=frozenset({"c2"}))
    facts, request = _glass(people=(u.child(withheld=withheld),), emergencies=(elsewhere,))
    decision = decided(replace(facts, answers=said), request)
    assert decision.outcome is DENY
    assert card not in codes(decision)


def test_a_family_sees_its_own_child_and_no_other() -> None:
    facts = u.facts(
        actors=(replace(Actor.family("c1"), id="7"),), people=(u.child(), u.child("c2"))
    )
    request = u.request(action=Action.PARENT_VIEW, acting_for="")
    assert decided(facts, request).outcome is ALLOW
    for people in (("c2",), ("c1", "c2"), ()):
        assert decided(facts, replace(request, people=people)).outcome is DENY
    assert codes(decided(replace(facts, people=()), request)) == {"X30"}


@pytest.mark.parametrize(
    ("relation", "changes", "code", "outcome"),
    [
        (None, {}, "", ALLOW),
        (SignerRelation.PARENT, {}, "", ALLOW),
        (SignerRelation.PARENT, {"birth_date": date(2006, 5, 4)}, "R06.2", DENY),
        (None, {"birth_date": date(2006, 5, 4)}, "R06.2", DENY),
        (SignerRelation.STUDENT, {"birth_date": date(2006, 5, 4)}, "", ALLOW),
        (
            SignerRelation.PARENT,
            {"birth_date": date(2006, 5, 4), "tax_dependent": True},
            "",
            ALLOW,
        ),
        (SignerRelation.PARENT, {"postsecondary": True}, "R06.2", DENY),
        (SignerRelation.PARENT, {"birth_date": None}, "R06.1", ASKS),
    ],
)
def test_whose_record_it_is_once_the_rights_have_passed(
    relation: SignerRelation | None, changes: dict[str, Any], code: str, outcome: Outcome
) -> None:
    family = replace(Actor.family("c1"), id="7", relation=relation)
    facts = u.facts(actors=(family,), people=(u.child(**changes),))
    decision = decided(facts, u.request(action=Action.PARENT_VIEW, acting_for=""))
    assert decision.outcome is outcome
    assert codes(decision) == ({code} if code else set())


YEARS: Final = {"first_year": "2025-26", "last_year": "2026-27"}


def _project(**changes: Any) -> tuple[Facts, UseRequest]:
    """An analyst of the hub counts, for an authorized project."""
    parties = (u.party("river", PartyRole.PROVIDER), u.party("hub", PartyRole.RECIPIENT))
    agreement = u.agreement(
        LegalBasis.SCHOOL_OFFICIAL,
        parties=parties,
        purposes=frozenset({Purpose.PROGRAM_EVALUATION}),
        data=(replace(u.agreement().data[0], first_year=""), u.agreement().data[1]),
    )
    role = replace(
        u.tutor().affiliations[0],
        organization="hub",
        kind=OrganizationKind.BACKBONE,
        role=Role.ANALYST,
    )
    analyst = u.tutor(
        affiliations=(role,), security=(replace(u.tutor().security[0], organization="hub"),)
    )
    facts = u.facts(
        agreements=(agreement,),
        actors=(analyst,),
        projects=(project(),),
        people=(u.child(consents=(), organizations=frozenset({"river"})),),
    )
    request = u.request(
        action=Action.AGGREGATE,
        purpose=Purpose.PROGRAM_EVALUATION,
        acting_for="hub",
        project="P-1",
        first_year="",
        last_year="",
    )
    return replace(facts, **changes), request


def test_a_project_that_is_authorized() -> None:
    facts, request = _project()
    decision = decided(facts, request)
    assert decision.outcome is ALLOW, [r.message for r in decision.refusals]
    assert {"SUPPRESS", "DESTROY"} <= {o.code for o in decision.obligations}
    refused = decided(facts, replace(request, elements=frozenset({u.DAYS, u.BAND})))
    assert refused.elements == {u.DAYS: ALLOW, u.BAND: DENY}


PROJECTS: dict[str, dict[str, Any]] = {
    "none": {"projects": ()},
    "two of one name": {"projects": (project(), project())},
    "no leave": {"projects": (project(authorization=None),)},
    "an agreement that is not on record": {
        "projects": (project(authorization=build_authorization(agreements=("A", "B"))),)
    },
    "another person": {
        "projects": (project(authorization=build_authorization(staff=frozenset({"8"}))),)
    },
    "over": {"projects": (project(authorization=build_authorization(ends=date(2026, 11, 23))),)},
    "the owner has not approved": {"projects": (project(words=()),)},
}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_that_lacks_something(name: str) -> None:
    facts, request = _project(**PROJECTS[name])
    assert decided(facts, request).outcome is DENY


def test_a_nations_children_are_in_once_it_approved() -> None:
    members = (u.child(consents=(), nations=frozenset({"nation"})),)
    facts, request = _project(people=members)
    assert decided(facts, request).outcome is ALLOW
    declined = tuple(
        replace(w, answer=StepAnswer.DECLINE) if w.decider is Decider.NATIONS else w
        for w in project().words
    )
    refused = decided(replace(facts, projects=(project(words=declined),)), request)
    assert "X33" in codes(refused)
    elsewhere = (u.child(consents=(), nations=frozenset({"another"})),)
    assert codes(decided(replace(facts, people=elsewhere), request)) == {"X33"}
    assert build_response(Decider.NATIONS, "nation").answer is StepAnswer.APPROVE


def test_what_is_put_out_rests_on_a_determination_over_earlier_releases() -> None:
    facts, request = _project()
    request = replace(request, action=Action.RELEASE, people=(), level=Level.POPULATION)
    said = DeidentificationDetermination(
        "P-1", "Ada Bell", u.FIRST, "An attacker's audit.", frozenset({"R-1"})
    )
    for determined, releases, met in (
        ((), frozenset(), False),
        ((said,), None, False),
        ((said,), frozenset({"R-1"}), True),
        ((said,), frozenset({"R-1", "R-2"}), False),
        ((replace(said, by=""),), frozenset(), False),
        ((replace(said, on=date(2027, 1, 1)),), frozenset(), False),
    ):
        world = replace(facts, determinations=determined, releases=releases)
        decision = decided(world, request)
        assert ("R23.2" not in codes(decision)) is met
        assert (decision.outcome is ALLOW) is met
    done = decided(replace(facts, determinations=(said,), releases=frozenset()), request)
    assert {"SUPPRESS", "SEND_BACK"} <= {o.code for o in done.obligations}


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"elements": frozenset({u.DAYS})}, True),
        ({"elements": frozenset({u.MEALS})}, False),
        ({"years": frozenset({"2025-26", "2026-27"})}, True),
        ({"years": frozenset({"2025-26"})}, False),
    ],
)
def test_a_determination_counts_for_the_elements_and_years_of_its_figures(
    changes: dict[str, Any], met: bool
) -> None:
    facts, request = _project()
    request = replace(request, action=Action.RELEASE, people=(), level=Level.POPULATION, **YEARS)
    said = DeidentificationDetermination("P-1", "Ada Bell", u.FIRST, "An audit.", **changes)
    decision = decided(replace(facts, determinations=(said,), releases=frozenset()), request)
    assert ("R23.2" not in codes(decision)) is met


@pytest.mark.parametrize(
    ("action", "level", "needs_project"),
    [
        (Action.RELEASE, Level.POPULATION, False),
        (Action.RELEASE, Level.INDIVIDUAL, True),
        (Action.EXPORT, Level.POPULATION, True),
    ],
)
def test_figures_under_the_agreements_alone_need_no_project(
    action: Action, level: Level, needs_project: bool
) -> None:
    facts, request = _project()
    policy = replace(facts.policy, standing_figures=frozenset({Action.RELEASE}))
    request = replace(request, action=action, people=(), level=level, project="")
    assert ("J03" in codes(decided(replace(facts, policy=policy), request))) is needs_project
    assert "J03" in codes(decided(facts, request))


def test_a_count_under_consents_names_no_student_where_each_row_is_decided_later() -> None:
    """A partnership decides each row when it reads it; a file of facts does not."""
    facts, request = _project()
    (agreement,) = facts.agreements
    facts = replace(facts, agreements=(replace(agreement, basis=LegalBasis.CONSENT),))
    request = replace(request, people=(), level=Level.POPULATION, **YEARS)
    policy = replace(facts.policy, standing_figures=frozenset({Action.AGGREGATE}))
    counting = replace(facts, policy=policy)
    assert "X05" in codes(decided(counting, request))
    assert "X05" not in codes(decided(counting, replace(request, project="")))


def test_a_file_that_brought_an_element_shows_that_its_owner_has_it() -> None:
    facts, request = u.facts(), u.request()
    unknown = replace(facts, dictionaries=())
    assert "X20" in codes(decided(unknown, request))
    received = {facts.agreements[0].reference: request.elements}
    assert decided(replace(unknown, received=received), request).outcome is ALLOW
    other = {"another": request.elements}
    assert "X20" in codes(decided(replace(unknown, received=other), request))


@pytest.mark.parametrize(
    ("identifier", "confirmed", "fits"),
    [
        (IdentifierClass.INDIRECT, False, True),
        (IdentifierClass.INDIRECT, True, True),
        (IdentifierClass.DIRECT, True, False),
    ],
)
def test_figures_under_the_agreements_alone_may_count_by_what_is_not_confirmed(
    identifier: IdentifierClass, confirmed: bool, fits: bool
) -> None:
    facts, request = _project()
    entries = tuple(
        replace(entry, identifier=identifier, confirmed=confirmed)
        for entry in u.DICTIONARY.elements
    )
    policy = replace(facts.policy, standing_figures=frozenset({Action.AGGREGATE}))
    facts = replace(
        facts, policy=policy, dictionaries=(DataDictionaryFact("river", "roster", 1, entries),)
    )
    request = replace(request, people=(), level=Level.POPULATION, project="", **YEARS)
    assert ("X22" not in codes(decided(facts, request))) is fits
    for_project = replace(request, project="P-1")
    assert ("X22" not in codes(decided(facts, for_project))) is (fits and confirmed)


def test_an_extract_names_no_student_and_no_channel() -> None:
    """Its recipient downloads it from this site; one that is sent has a channel."""
    facts, request = _project()
    request = replace(
        request, action=Action.EXPORT, level=Level.DE_IDENTIFIED, people=(), channel=""
    )
    assert not {"X05", "G13"} & codes(decided(facts, request))
    sent = replace(request, channel="email")
    assert {"X05", "G13"} <= codes(decided(facts, sent))
    assert {"X05", "G13"} <= codes(decided(facts, replace(request, level=Level.INDIVIDUAL)))


@pytest.mark.parametrize("stated", [Level.INDIVIDUAL, Level.DE_IDENTIFIED])
def test_deidentified_records_are_used_about_no_named_child(stated: Level) -> None:
    """Whatever level the agreement states (34 CFR 99.31(b)(1)); the owner may send its rows."""
    agreement = u.agreement(LegalBasis.DE_IDENTIFIED, level=stated)
    facts = u.facts(agreements=(agreement,))
    assert codes(decided(facts)) == {"X23"}
    rows = u.request(level=Level.DE_IDENTIFIED, elements=frozenset({u.GRADE}))
    assert "X23" not in codes(decided(facts, rows))
    role = AffiliationFact("river", OrganizationKind.SCHOOL_DISTRICT, Role.STEWARD, u.FIRST, u.LAST)
    sender = u.tutor(affiliations=(role,), security=(u.secured("river"),))
    sent = u.request(action=Action.DELIVER, acting_for="river", recipient="tutors", people=())
    found = codes(decided(replace(facts, actors=(sender,)), sent))
    assert ("X23" in found) is (stated is not Level.INDIVIDUAL)


def test_a_record_code_is_random_secret_and_for_research() -> None:
    facts, request = _project()
    request = replace(request, action=Action.EXPORT, level=Level.DE_IDENTIFIED)
    good = RecordCode("P-1", random=True, method_kept=True)
    for code, expected in (
        (None, {"R24.2", "R24", "R24.1"}),
        (good, {"R24.1"}),
        (replace(good, random=None), {"R24.2", "R24.1"}),
        (replace(good, random=False), {"R24.2", "R24.1"}),
        (replace(good, method_kept=None), {"R24", "R24.1"}),
    ):
        world = replace(facts, codes=(code,) if code else ())
        found = codes(decided(world, request))
        assert found & {"R24", "R24.1", "R24.2"} == expected


def test_what_is_given_back_is_owed() -> None:
    give = (GiveBackTerm("A table of attendance", within_days=30), GiveBackTerm("A talk"))
    decision = _in_agreement(giveback=give)()
    due = {o.message: o.due for o in decision.obligations if o.code == "GIVE_BACK"}
    assert due == {"A table of attendance": date(2026, 12, 24), "A talk": None}


def test_a_student_signs_once_the_right_is_theirs() -> None:
    born = date(2008, 6, 1)
    for changes, signed, outcome in (
        ({}, date(2026, 6, 1), ALLOW),
        ({}, date(2026, 5, 31), DENY),
        ({"birth_date": None, "postsecondary": True}, date(2026, 5, 31), ALLOW),
        ({"birth_date": date(2010, 6, 1), "postsecondary": True}, date(2026, 9, 1), ALLOW),
        ({"birth_date": date(2010, 6, 1)}, date(2026, 9, 1), DENY),
    ):
        consent = u.consent(relation=SignerRelation.STUDENT, signed_on=signed, verified_on=signed)
        child = u.child(**{"birth_date": born, "consents": (consent,), **changes})
        assert decided(u.facts(people=(child,))).outcome is outcome


def test_counsel_may_read_a_parents_earlier_consent_as_counting_on() -> None:
    policy = LocalPolicy(rights_pass_at_18=False, standing_purposes=frozenset({u.SERVICE}))
    for signed, outcome in ((date(2026, 8, 1), ALLOW), (date(2026, 10, 2), DENY)):
        consent = u.consent(signed_on=signed, verified_on=signed)
        child = u.child(birth_date=date(2008, 10, 1), consents=(consent,))
        assert decided(u.facts(people=(child,), policy=policy)).outcome is outcome
        assert decided(u.facts(people=(child,))).outcome is DENY


def test_a_license_under_an_agreement_opens_the_owners_data() -> None:
    """The hub passes on what River gave it: both papers, River's record, River's children."""
    hub = u.agreement(
        parties=(u.party("river", PartyRole.PROVIDER), u.party("hub", PartyRole.RECIPIENT)),
        onward=(OnwardRecipient("tutors", "tutoring", "clause 7"),),
    )
    license_ = u.agreement(
        reference="L",
        under=("A",),
        parties=(u.party("hub", PartyRole.PROVIDER), u.party("tutors", PartyRole.RECIPIENT)),
    )
    listed = OnwardFact("A", "river", "hub", "tutors", "tutoring", u.FIRST)
    facts = u.facts(agreements=(license_, hub), disclosed=(listed,))
    decision = decided(facts)
    assert decision.outcome is ALLOW, [r.message for r in decision.refusals]
    assert decision.agreements == ("A", "L")
    assert "R16.1" in codes(decided(replace(facts, disclosed=())))
    over = replace(hub, ends=date(2026, 11, 23))
    assert decided(replace(facts, agreements=(license_, over))).outcome is DENY
    elsewhere = (u.child(organizations=frozenset({"hub", "tutors"})),)
    assert codes(decided(replace(facts, people=elsewhere))) == {"X31"}


def test_a_recipient_hears_of_no_law_of_one_class_or_state() -> None:
    silent = (u.organization("tutors"), u.organization("river", state="WY"))
    told = audience_redaction.redact_decision(
        decided(u.facts(organizations=silent)), Audience.RECIPIENT
    )
    assert told["outcome"] == "needs_person"
    assert "AGREED" in {r["code"] for r in told["reasons"]}
    assert "WY" not in str(told)


@pytest.mark.parametrize(
    ("kind", "role", "at", "owners", "hears"),
    [
        (OrganizationKind.BACKBONE, Role.DATA_MANAGER, "hub", {"river"}, Audience.STEWARD),
        (OrganizationKind.BACKBONE, Role.ANALYST, "hub", {"river"}, Audience.RECIPIENT),
        (OrganizationKind.SCHOOL_DISTRICT, Role.STEWARD, "river", {"river"}, Audience.STEWARD),
        (OrganizationKind.SCHOOL_DISTRICT, Role.COUNSEL, "river", {"river"}, Audience.STEWARD),
        # One owner hears nothing about the children of another.
        (OrganizationKind.SCHOOL_DISTRICT, Role.STEWARD, "river", {"river", "hills"}, None),
        (OrganizationKind.SCHOOL_DISTRICT, Role.PROGRAM_STAFF, "river", {"river"}, None),
        # A recipient's own steward is a recipient, and of unknown data nobody is the owner.
        (OrganizationKind.COMMUNITY_PROGRAM, Role.STEWARD, "tutors", {"river"}, None),
        (OrganizationKind.COMMUNITY_PROGRAM, Role.STEWARD, "tutors", set(), None),
    ],
)
def test_only_owners_and_the_keeper_hear_every_reason(
    kind: OrganizationKind, role: Role, at: str, owners: set[str], hears: Audience | None
) -> None:
    held = replace(u.tutor().affiliations[0], organization=at, kind=kind, role=role)
    actor = u.tutor(affiliations=(held,))
    assert audience_redaction.find_audience(actor, frozenset(owners), u.ON) is (
        hears or Audience.RECIPIENT
    )
    assert (
        audience_redaction.find_audience(Actor.public(), frozenset(owners), u.ON) is Audience.PUBLIC
    )
    ended = u.tutor(affiliations=(replace(held, ends=u.FIRST),))
    assert audience_redaction.find_audience(ended, frozenset(owners), u.ON) is Audience.PUBLIC


def test_each_party_hears_every_reason_about_its_own_paper() -> None:
    held = replace(u.tutor().affiliations[0], role=Role.STEWARD)
    actor = u.tutor(affiliations=(held,))
    assert (
        audience_redaction.find_agreement_audience(actor, frozenset({"river", "tutors"}), u.ON)
        is Audience.STEWARD
    )
    assert (
        audience_redaction.find_agreement_audience(actor, frozenset({"river"}), u.ON)
        is Audience.RECIPIENT
    )


def test_a_recipient_is_told_of_its_own_duties_alone() -> None:
    theirs, keepers = (Obligation(code, "Do it.", "a law") for code in ("R17", "L03"))
    assert audience_redaction.is_duty_visible_to(theirs, Audience.RECIPIENT)
    assert not audience_redaction.is_duty_visible_to(keepers, Audience.RECIPIENT)
    assert audience_redaction.is_duty_visible_to(keepers, Audience.STEWARD)
    assert not audience_redaction.is_duty_visible_to(theirs, Audience.PUBLIC)


def test_staff_hear_whole_what_only_says_where_a_paper_stands() -> None:
    assert all(
        audience_redaction.is_workflow_step(Reason(card, DENY))
        for card in (*agreement_draft_cards.ALL, *committee_cards.ALL)
    )
    assert not any(
        audience_redaction.is_workflow_step(reason) for reason in decided(u.facts()).reasons
    )


def test_an_emergency_does_not_wait_for_registration_or_training() -> None:
    """34 CFR 99.36: any appropriate party. What is missing is completed after."""
    facts, request = _glass()
    unregistered = replace(facts, organizations=(u.organization("river"),))
    untrained = replace(facts, actors=(replace(_emergency_actor(), clearance=None),))
    for changed, codes_after in (
        (facts, set()),
        (unregistered, {"R21.9"}),
        (untrained, {"R21.10"}),
        (replace(unregistered, actors=untrained.actors), {"R21.9", "R21.10"}),
    ):
        decision = decide_use(request, changed, u.ON)
        assert decision.outcome is ALLOW
        follow_ups = {o.code: o for o in decision.obligations if o.code.startswith("R21.")}
        assert set(follow_ups) - {"R21.4"} == codes_after
        assert {o.due for code, o in follow_ups.items() if code in codes_after} <= {
            date(2026, 12, 1)
        }


def test_an_emergency_still_needs_an_official_known_to_cairn_and_a_receiver_without_a_bar() -> None:
    facts, request = _glass()
    absent = replace(
        facts, actors=(replace(_emergency_actor(), second_factor=SecondFactor.ABSENT),)
    )
    assert codes(decide_use(request, absent, u.ON)) == {"R25"}
    barred = tuple(
        replace(item, owner_bars=(OwnerBar("river", u.ON),)) if item.slug == "tutors" else item
        for item in facts.organizations
    )
    assert codes(decide_use(request, replace(facts, organizations=barred), u.ON)) == {"R29"}


@pytest.mark.parametrize(
    ("basis", "level", "expected"),
    [
        (LegalBasis.SCHOOL_OFFICIAL, Level.POPULATION, set()),
        (LegalBasis.SCHOOL_OFFICIAL, Level.INDIVIDUAL, {"X05"}),
        (LegalBasis.CONSENT, Level.POPULATION, {"X05"}),
        (LegalBasis.DIRECTORY, Level.POPULATION, {"X05"}),
    ],
)
def test_a_count_names_no_child_where_the_basis_asks_nothing_of_each(
    basis: LegalBasis, level: Level, expected: set[str]
) -> None:
    staff = replace(
        u.tutor(), affiliations=(replace(u.tutor().affiliations[0], role=Role.ANALYST),)
    )
    request = u.request(action=Action.AGGREGATE, level=level, people=())
    decision = decided(u.facts(agreements=(u.agreement(basis),), actors=(staff,)), request)
    assert codes(decision) & {"X05"} == expected
