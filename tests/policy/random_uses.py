"""Random worlds around one use: mostly in order, with a few things wrong."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st
from tests.policy import permitted_use as u
from tests.policy.authorized_project import build_authorization, project

from cairn.policy.facts.agreements.agreement import AgreementFact, AgreementPart
from cairn.policy.facts.agreements.agreement_terms import AccessTerm, AmendedTerm, Retention
from cairn.policy.facts.agreements.population import Enrollment, GradeLevel, Population
from cairn.policy.facts.data.use import Facts, LocalPolicy, UseRequest
from cairn.policy.facts.people.access import Actor, OwnerBar, ProgramSite, StaffAssignmentFact
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.circumstance import (
    CourtOrder,
    EnrollmentTransfer,
    RecordCode,
    StudentCircumstance,
)
from cairn.policy.facts.students.consent import OptOutFact, WrittenConsent
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import IdentifierClass, LegalBasis, Level, Purpose
from cairn.policy.vocabulary.families import ConsentMethod, OptOutScope, SignerRelation
from cairn.policy.vocabulary.organizations import OrganizationKind

PHONE: Final = "student.phone"
ELEMENTS: Final = (u.DAYS, u.GRADE, u.MEALS, PHONE)
HILLS: Final = replace(u.DICTIONARY, organization="hills")
IDS: Final = ("c1", "c2", "c3")
COMMON_BASES: Final = (
    LegalBasis.CONSENT,
    LegalBasis.SCHOOL_OFFICIAL,
    LegalBasis.DIRECTORY,
    LegalBasis.CHILD_WELFARE,
)
BASES: Final = (
    *COMMON_BASES * 3,
    *(LegalBasis.TRANSFER, LegalBasis.SUBPOENA, LegalBasis.FINANCIAL_AID) * 2,
    *(LegalBasis.DE_IDENTIFIED,) * 2,
    *(basis for basis in LegalBasis if basis not in COMMON_BASES),
)
AROUND: Final = st.dates(date(2026, 11, 20), date(2026, 11, 28))
PURPOSES: Final = (u.SERVICE, Purpose.IMPROVE_INSTRUCTION)


HERE: Final = Enrollment("s1", "3", "tutors", "2026-27", date(2026, 8, 20))
ENROLLED: Final = (
    (replace(HERE, grade="4"),),
    (replace(HERE, grade=""), replace(HERE, school="s2")),
    (replace(HERE, school_year="2013-14"),),
    (replace(HERE, starts=None),),
    (replace(HERE, ends=date(2026, 7, 31)),),
    (Enrollment(program="mentors"), Enrollment()),
)


CUSTODIANS: Final = (
    *[frozenset[str]()] * 3,
    frozenset({"s1"}),
    frozenset({"s2"}),
    frozenset({"s1", "s2"}),
)


def mostly(good: Any, *others: Any) -> st.SearchStrategy[Any]:
    """The good value, and one time in sixteen another: a world has some thirty such places, and
    a good part of the worlds must allow something for a test to say anything."""
    return st.sampled_from((good,) * 15 * max(len(others), 1) + others)


def consents(child: str) -> st.SearchStrategy[WrittenConsent]:
    records = (frozenset({"absence.*"}), frozenset({u.GRADE, "student.*"}), frozenset({PHONE}))
    return st.builds(
        u.consent,
        st.just(child),
        id=st.sampled_from(("one", "two")),
        signer=mostly("s1", "", "s2", "s2"),
        relation=mostly(SignerRelation.PARENT, *SignerRelation),
        method=mostly(ConsentMethod.PAPER, ConsentMethod.ELECTRONIC),
        authenticated=mostly("code", ""),
        approved=mostly("yes", ""),
        signed_on=mostly(date(2026, 8, 1), None, u.ON, date(2026, 11, 26), date(2022, 1, 1)),
        records=mostly(records[0] | records[1], *records),
        purposes=mostly(frozenset(PURPOSES), frozenset({Purpose.RESEARCH})),
        parties=mostly(frozenset({"tutors"}), frozenset(), frozenset({"mentors"})),
        classes=mostly(frozenset(), frozenset({OrganizationKind.COMMUNITY_PROGRAM})),
        starts=mostly(None, u.ON, date(2026, 11, 26)),
        ends=mostly(None, u.ON, date(2026, 11, 23), date(2027, 7, 31)),
        verified_on=mostly(date(2026, 8, 20), None, date(2026, 11, 26)),
        verified_by=mostly("River's steward", ""),
        revoked_on=mostly(None, u.ON, date(2026, 11, 26)),
        superseded_by=mostly("", "two", "three"),
    )


def children(one: str) -> st.SearchStrategy[PersonFact]:
    scopes = [(OptOutFact(one, scope, "2026-27", "river"),) for scope in OptOutScope]
    born = (None, date(2008, 11, 24), date(2008, 11, 25), date(2008, 2, 29), date(2000, 1, 1))
    return st.builds(
        u.child,
        st.just(one),
        birth_date=mostly(date(2016, 5, 4), *born),
        postsecondary=mostly(False, None, True),
        organizations=mostly(
            frozenset({"river", "tutors"}),
            frozenset({"hills", "tutors"}),
            frozenset({"river"}),
            frozenset({"tutors"}),
        ),
        claimed=mostly(frozenset(), frozenset({"tutors"}), frozenset({"river"})),
        consents=st.lists(consents(one), min_size=1, max_size=2).map(tuple),
        opt_outs=mostly((), None, *scopes),
        parents_conflict=mostly(False, True),
        court_order=mostly(False, True),
        placement=mostly("", "tutors", "mentors"),
        hold=mostly("", "safety"),
        nations=mostly(frozenset(), None, frozenset({"nation"})),
        withheld=mostly(frozenset(), None, frozenset({u.DAYS})),
        enrollments=mostly((HERE,), None, (), *ENROLLED),
        colleges=mostly(frozenset(), frozenset({"river"}), frozenset({"hills"})),
        conflict_decided_on=mostly(None, u.ON, date(2026, 11, 25)),
        custodians=st.sampled_from(CUSTODIANS),
    )


def populations() -> st.SearchStrategy[Population | None]:
    """Mostly those who are meant, and filters of every kind."""
    term = {
        "grades": frozenset({GradeLevel.THIRD}),
        "schools": frozenset({"s1", "s9"}),
        "programs": frozenset({"tutors"}),
        "born_from": date(2016, 5, 4),
        "born_to": date(2016, 5, 4),
        "age_to": 10,
        "age_on": date(2026, 5, 4),
        "enrolled_from": date(2026, 8, 1),
        "enrolled_to": date(2026, 11, 1),
    }
    some = st.sets(st.sampled_from(sorted(term)), max_size=3)
    limited = some.map(lambda names: Population(**{name: term[name] for name in names}))  # type: ignore[arg-type]
    return st.one_of(st.just(Population(everyone=True)), st.just(None), limited)


def _list_usual_purposes(basis: LegalBasis) -> frozenset[Purpose]:
    is_study = basis in (LegalBasis.STUDIES, LegalBasis.AUDIT_EVALUATION)
    return frozenset({Purpose.IMPROVE_INSTRUCTION} if is_study else PURPOSES)


@st.composite
def agreements(draw: st.DrawFn, reference: str) -> AgreementFact:
    basis = draw(st.sampled_from(BASES))
    whole = u.agreement(basis, reference=reference)
    first, second = whole.data
    data = (
        replace(
            first,
            first_year=draw(mostly("", "2025-26", "2026-27")),
            last_year=draw(mostly("", "2026-27", "2025-26")),
        ),
        replace(second, elements=draw(mostly(frozenset({"grade", "meal_status"}), frozenset()))),
    )
    parties = tuple(
        replace(p, signed_on=draw(mostly(u.FIRST, None, date(2026, 11, 25)))) for p in whole.parties
    )
    if draw(mostly(False, True)):
        parties = (replace(parties[0], organization="hills"), parties[1])
    if draw(mostly(False, True)):
        parties = (parties[0], replace(parties[1], role=PartyRole.PROCESSOR))
    lost = draw(mostly("", *whole.criteria))
    kept = draw(mostly("kept permanently", "kept for five years", ""))
    stored = {"consents_kept": kept} if basis is LegalBasis.CONSENT else {}
    return replace(
        whole,
        starts=draw(mostly(u.FIRST, u.ON, date(2026, 11, 25))),
        ends=draw(mostly(date(2028, 2, 29), None, u.ON, date(2026, 11, 23))),
        terminated_on=draw(mostly(None, u.ON, date(2026, 11, 25))),
        purposes=draw(mostly(_list_usual_purposes(basis), frozenset({u.SERVICE}))),
        parties=parties,
        data=data,
        basis_clause=draw(mostly("clause 3", "")),
        criteria={k: v for k, v in whole.criteria.items() if k != lost} | stored,
        retention=draw(mostly(whole.retention, Retention(None))),
        level=draw(mostly(Level.INDIVIDUAL, Level.PROGRAM)),
        children=draw(populations()),
        access=draw(
            mostly(
                (),
                (AccessTerm("tutors", "tutors", "tutoring"),),
                (AccessTerm("mentors", "mentors", "mentoring"),),
                (AccessTerm("tutors", "stewards", "tutoring", "", frozenset({Role.STEWARD})),),
            )
        ),
    )


def join_as_parts(first: AgreementFact, second: AgreementFact) -> AgreementFact:
    """One text with the terms of the first, and the legal bases and data of both in two parts."""
    parts = tuple(
        AgreementPart(letter, one.basis, one.purposes, one.data, one.basis_clause, "", one.criteria)
        for letter, one in (("A", first), ("B", second))
    )
    return replace(
        first,
        basis=LegalBasis.NO_DISCLOSURE,
        basis_clause="",
        purposes=frozenset(),
        criteria={},
        data=(),
        parts=parts,
    )


@st.composite
def agreements_on_record(draw: st.DrawFn) -> tuple[AgreementFact, ...]:
    """One agreement, two, or one with two parts."""
    first, second = draw(agreements("A")), draw(agreements("B"))
    kinds = ((first,), (first, second), (join_as_parts(first, second),))
    return draw(st.sampled_from(kinds))


@st.composite
def amendments(draw: st.DrawFn, amended: AgreementFact) -> tuple[AgreementFact, ...]:
    """Sometimes an amendment that strikes elements or purposes, mostly in order itself.

    Of an agreement with parts it mostly names one; else it closes what it names in all of them."""
    if draw(st.sampled_from((True, True, False))):
        return ()
    grade_only = replace(u.agreement().data[1], elements=frozenset({"grade"}))
    terms: dict[str, Any] = {"data": (grade_only,), "purposes": frozenset({u.SERVICE})}
    changed = draw(st.sampled_from(sorted(terms)))
    parties = tuple(
        replace(p, signed_on=draw(mostly(u.FIRST, None, date(2026, 11, 25))))
        for p in amended.parties
    )
    letter = draw(st.sampled_from(("A", "B", ""))) if amended.parts else ""
    text = replace(
        amended,
        reference=f"{amended.reference}-1",
        tier=AgreementTier.AMENDMENT,
        basis=LegalBasis.NO_DISCLOSURE,
        amends=amended.reference,
        changes=(AmendedTerm(changed, "before", "now", part=letter),),
        starts=draw(mostly(u.FIRST, u.ON, date(2026, 11, 25))),
        terminated_on=draw(mostly(None, u.ON)),
        parties=parties,
        parts=(),
    )
    if not letter:
        return (replace(text, **{changed: terms[changed]}),)
    (part,) = (one for one in amended.parts if one.id == letter)
    return (replace(text, parts=(replace(part, **{changed: terms[changed]}),)),)


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    whole = u.tutor()
    (role,) = whole.affiliations
    ended = replace(role, ends=draw(mostly(u.LAST, u.ON, date(2026, 11, 23))))
    return replace(
        whole,
        active=draw(mostly(True, False)),
        second_factor=draw(mostly(SecondFactor.PRESENT, SecondFactor.ABSENT)),
        affiliations=draw(mostly((ended,), ())),
        clearance=draw(mostly(whole.clearance, None)),
        security=draw(mostly(whole.security, ())),
        assignments=draw(mostly((), (draw(assignments()),), (draw(assignments()), ASSIGNED))),
    )


SITES: Final = (ProgramSite("1", "Alder"), ProgramSite("1", "Birch"), ProgramSite("2", "Alder"))
ASSIGNED: Final = StaffAssignmentFact("tutors", "Reading", u.FIRST, None, "1", "Alder")


def assignments() -> st.SearchStrategy[StaffAssignmentFact]:
    """An assignment at the tutors' or at another organization, in force or not."""
    return st.builds(
        StaffAssignmentFact,
        st.sampled_from(("tutors", "tutors", "mentors")),
        st.just("Reading"),
        st.sampled_from((u.FIRST, u.ON, date(2026, 11, 25))),
        st.sampled_from((None, u.ON, date(2026, 11, 23))),
        st.sampled_from(("", "1", "2")),
        st.sampled_from(("", "Alder")),
    )


@st.composite
def organizations(draw: st.DrawFn) -> tuple[OrganizationFact, ...]:
    return (
        u.organization("river", state=draw(mostly(draw(st.sampled_from(("UT", "CA"))), "", "WY"))),
        *draw(mostly((u.organization("hills"),), (), (u.organization("hills", state="WY"),))),
        u.organization(
            "tutors",
            overdue=draw(mostly(0, None, 2)),
            barred_until=draw(mostly(None, u.ON, date(2026, 11, 23))),
            owner_bars=draw(
                mostly((), (OwnerBar("river", u.ON),), (OwnerBar("hills", date(2027, 1, 1)),))
            ),
        ),
    )


def occasions(one: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few occasions of one kind."""
    return st.lists(one, min_size=1, max_size=3).map(tuple)


def transfers() -> st.SearchStrategy[EnrollmentTransfer]:
    return st.builds(
        EnrollmentTransfer,
        st.sampled_from(IDS),
        mostly("river", "hills"),
        mostly("tutors", "mentors"),
        st.just(date(2027, 1, 11)),
        mostly(u.FIRST, None, None, date(2026, 11, 25)),
    )


def orders() -> st.SearchStrategy[CourtOrder]:
    return st.builds(
        CourtOrder,
        st.just("O-1"),
        mostly("river", "hills"),
        mostly("tutors", "mentors"),
        st.frozensets(st.sampled_from(IDS), min_size=1),
        mostly(date(2026, 11, 2), date(2026, 11, 25)),
        notified_on=mostly(None, u.ON),
        sealed=mostly("", "a sealed order"),
        effort_on=mostly(date(2026, 11, 10), None, None, date(2026, 11, 25)),
    )


def applications() -> st.SearchStrategy[StudentCircumstance]:
    """Applications for financial aid, and circumstances of other bases."""
    return st.builds(
        StudentCircumstance,
        st.sampled_from(IDS),
        mostly(LegalBasis.FINANCIAL_AID, LegalBasis.TRANSFER, LegalBasis.SUBPOENA),
        mostly("river", "hills"),
        mostly("tutors", "mentors"),
        mostly(date(2026, 9, 1), None, date(2026, 11, 25)),
        mostly(None, u.ON, date(2026, 11, 23)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Facts:
    """A world of up to two agreements, or one of two parts, and three children."""
    known = draw(st.lists(st.sampled_from(IDS), unique=True, min_size=1))
    own = draw(agreements_on_record())
    return u.facts(
        agreements=(*own, *draw(amendments(own[0]))),
        people=tuple(draw(children(one)) for one in known),
        actors=(draw(actors()),),
        organizations=draw(organizations()),
        dictionaries=draw(mostly((u.DICTIONARY, HILLS), (), (u.DICTIONARY,))),
        notices=draw(
            mostly(
                (u.NOTICE,),
                (),
                (replace(u.NOTICE, opt_out_until=u.ON),),
                (replace(u.NOTICE, directory=frozenset()),),
                (replace(u.NOTICE, limited_to=frozenset({"mentors"})),),
                (replace(u.NOTICE, published_on=u.ON),),
                (replace(u.NOTICE, forwarding=True),),
                (replace(u.NOTICE, official_criteria=False),),
                (u.NOTICE, replace(u.NOTICE, season="2027-28", directory=frozenset())),
                (replace(u.NOTICE, season="2025-26", published_on=u.FIRST, limited_to=None),),
            )
        ),
        program_sites={
            one: draw(st.frozensets(st.sampled_from(SITES), max_size=2)) for one in known
        },
        transfers=draw(occasions(transfers())),
        orders=draw(occasions(orders())),
        circumstances=draw(occasions(applications())),
        policy=LocalPolicy(
            rights_pass_at_18=draw(st.booleans()), standing_purposes=frozenset(PURPOSES)
        ),
    )


def requests() -> st.SearchStrategy[UseRequest]:
    """A tutor looks at some elements of some children."""
    return st.builds(
        u.request,
        action=st.sampled_from((Action.VIEW, Action.LIST)),
        purpose=st.sampled_from((*[u.SERVICE] * 3, Purpose.IMPROVE_INSTRUCTION)),
        elements=st.frozensets(st.sampled_from(ELEMENTS), min_size=1),
        people=st.lists(st.sampled_from((*IDS, "c9")), min_size=1, unique=True).map(tuple),
        first_year=mostly("2025-26", "", "2014-15"),
        last_year=mostly("2026-27", ""),
    )


@st.composite
def row_exports(draw: st.DrawFn) -> tuple[Facts, UseRequest]:
    """An analyst of the hub takes rows without names for an authorized project."""
    basis = draw(
        st.sampled_from(
            (
                *[LegalBasis.DE_IDENTIFIED] * 3,
                *(LegalBasis.STUDIES, LegalBasis.SCHOOL_OFFICIAL, LegalBasis.CONSENT),
            )
        )
    )
    whole = u.agreement(basis)
    lost = draw(mostly("", *whole.criteria))
    levels = (Level.INDIVIDUAL, Level.DE_IDENTIFIED, Level.PROGRAM)
    purpose = draw(mostly(Purpose.RESEARCH, Purpose.PROGRAM_EVALUATION))
    agreement = replace(
        whole,
        parties=(whole.parties[0], u.party("hub", PartyRole.RECIPIENT)),
        purposes=frozenset({purpose}),
        criteria={key: text for key, text in whole.criteria.items() if key != lost},
        level=draw(st.sampled_from(levels)),
        data=tuple(replace(term, first_year="", last_year="") for term in whole.data),
    )
    (role,) = u.tutor().affiliations
    hub = replace(role, organization="hub", kind=OrganizationKind.BACKBONE, role=Role.ANALYST)
    entries = tuple(
        replace(
            entry,
            confirmed=draw(mostly(True, False)),
            identifier=draw(mostly(entry.identifier, *IdentifierClass)),
        )
        for entry in u.DICTIONARY.elements
    )
    leave = build_authorization(
        purpose=purpose,
        level=draw(st.sampled_from(levels)),
        ends=draw(mostly(date(2027, 6, 30), u.ON, date(2026, 11, 23))),
    )
    code = RecordCode(
        draw(mostly("P-1", "P-2")), draw(mostly(True, False, None)), draw(mostly(True, None))
    )
    facts = u.facts(
        agreements=(agreement,),
        actors=(u.tutor(affiliations=(hub,), security=(u.secured("hub"),)),),
        projects=(project(purpose=purpose, authorization=leave),),
        people=(),
        dictionaries=(replace(u.DICTIONARY, elements=entries),),
        codes=draw(mostly((code,), ())),
    )
    request = u.request(
        action=Action.EXPORT,
        acting_for="hub",
        project="P-1",
        purpose=purpose,
        level=Level.DE_IDENTIFIED,
        elements=draw(st.sampled_from((frozenset({u.DAYS}), frozenset({u.DAYS, u.GRADE})))),
        people=(),
        channel="",
        first_year="",
        last_year="",
    )
    return facts, request
