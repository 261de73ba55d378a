"""The linter: a sound text draws no finding, and every kind of finding has a text that draws it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from cairn.rules.agreement import UNTIL_TERMINATED, Agreement, Clause, ClauseKind
from cairn.rules.authority import in_force
from cairn.rules.cards import CARDS
from cairn.rules.citations import Severity
from cairn.rules.dictionary import DataDictionary, DataElement
from cairn.rules.lint import OBJECTIONS, days, keeping, lint, practices, wording
from cairn.rules.lint.elements import names_nothing
from cairn.rules.lint.parties import is_class
from cairn.rules.terms import (
    AccessTerm,
    Change,
    ConsentTerm,
    DataTerm,
    DeliveryTerm,
    DisclosureTerm,
    Exhibit,
    Frequency,
    GiveBack,
    Milestone,
    OnwardRecipient,
    Penalty,
    PenaltyKind,
    ProjectTerm,
    RenewalKind,
    RenewalTerm,
    Retention,
    RetentionEvent,
    SecurityCondition,
)
from cairn.rules.vocabulary import (
    AgreementState,
    IdentifierClass,
    LegalBasis,
    Level,
    OrganizationKind,
    PartyRole,
    Purpose,
    Relation,
    SpecialClass,
    Tier,
)

Agreed = Callable[..., Agreement]
Sound = Callable[..., Agreement]
Change_ = Callable[[Agreement], Agreement]

DATA = DataTerm(
    "attendance_total",
    frozenset({"local_id", "days_absent"}),
    "2023-24",
    "2025-26",
    "Exhibit A, 1",
    "chronic absence",
)
RETENTION = Retention(
    365,
    method="erased",
    clause="§9",
    certificate="to the district, within 30 days",
    backups="destroyed with the rest",
    on_demand="within 10 days",
)
PROMISED = (ClauseKind.USE_LIMIT, ClauseKind.THIRD_PARTIES, ClauseKind.PROJECT_AUTHORIZATION)


def clauses(*kinds: ClauseKind) -> tuple[Clause, ...]:
    return tuple(Clause(f"§{n}", kind, "So it is.") for n, kind in enumerate(kinds, start=20))


@pytest.fixture
def sound(agreed: Agreed) -> Sound:
    """An agreement with nothing to say against it: ``sound(LegalBasis.STUDIES, ends=None)``."""

    def make(basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL, **changes: object) -> Agreement:
        whole = agreed(basis)
        parties = tuple(
            replace(party, signed_by=f"The {party.signed_capacity} of {party.name}")
            for party in whole.parties
        )
        plain = {
            "purposes": frozenset({Purpose.PROGRAM_EVALUATION}),
            "purpose_clause": "§3",
            "parties": parties,
            "data": (DATA,),
            "retention": RETENTION,
            "disclosure": DisclosureTerm(clause="§7"),
            "delivery": DeliveryTerm(
                frequency=Frequency.YEARLY,
                contacts=(("Jo", "jo@river.example"),),
                receivers=(("Al", "al@hub.example"),),
                clause="§6",
            ),
            "access": (AccessTerm("hub", "analyst", "counts", "§4"),),
            "giveback": (GiveBack("a table", clause="§7"),),
            "security": (
                SecurityCondition.ENCRYPTED_TRANSFER,
                SecurityCondition.ENCRYPTED_STORAGE,
            ),
            "penalties": (Penalty(PenaltyKind.LOSS_OF_ACCESS, clause="§12"),),
            "amendment_clause": "§15",
            "termination_clause": "§16",
            "termination_notice_days": 30,
            "clauses": clauses(*PROMISED),
            "exhibits": (Exhibit("Exhibit A", "Elements"),),
        }
        return replace(whole, **{**plain, **changes})  # type: ignore[arg-type]

    return make


def party(agreement: Agreement, number: int, **changes: object) -> Agreement:
    parties = list(agreement.parties)
    parties[number] = replace(parties[number], **changes)  # type: ignore[arg-type]
    return replace(agreement, parties=tuple(parties))


def changed(
    basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL, **changes: object
) -> Callable[[Sound], Agreement]:
    return lambda sound: sound(basis, **changes)


def without(
    field: str, basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL
) -> Callable[[Sound], Agreement]:
    """The sound text without what one field says."""

    def make(sound: Sound) -> Agreement:
        whole = sound(basis)
        said = getattr(whole, field)
        return replace(whole, **{field: "" if isinstance(said, str) else type(said)()})

    return make


def kept(**changes: object) -> Callable[[Sound], Agreement]:
    return lambda sound: sound(retention=replace(RETENTION, **changes))  # type: ignore[arg-type]


def data(
    basis: LegalBasis = LegalBasis.SCHOOL_OFFICIAL, **changes: object
) -> Callable[[Sound], Agreement]:
    return lambda sound: sound(basis, data=(replace(DATA, **changes),))  # type: ignore[arg-type]


def kind(
    tier: Tier, basis: LegalBasis = LegalBasis.NO_DISCLOSURE, **changes: object
) -> Callable[[Sound], Agreement]:
    return lambda sound: sound(basis, tier=tier, **changes)


DAY = date(2023, 12, 31)
CONSENT = ConsentTerm("1", ("English", "Spanish"), (Relation.PARENT,), verified_by="river")

# The kind of finding, the text that draws it, and its key where it tells several apart.
CASES: list[tuple[str, Callable[[Sound], Agreement], str]] = [
    ("LP01", without("purpose_clause"), ""),
    ("LP02", lambda s: party(s(), 0, signed_by=""), "river"),
    ("LP03", changed(clauses=clauses(*PROMISED[1:])), ""),
    ("LP04", without("access"), ""),
    ("LP05", kept(method=""), ""),
    ("LP05d", kept(on_demand=""), ""),
    ("LP05c", kept(certificate=""), ""),
    ("LP05b", kept(backups=""), ""),
    ("LP06", changed(clauses=clauses(*PROMISED[:2])), ""),
    ("LP06u", data(used_for=""), "attendance_total"),
    ("LP06y", data(first_year="", last_year=""), "attendance_total"),
    ("LP06d", without("data"), ""),
    ("LP07", lambda s: s(delivery=replace(s().delivery, frequency=None)), ""),
    ("LP08", changed(clauses=clauses(ClauseKind.USE_LIMIT, ClauseKind.PROJECT_AUTHORIZATION)), ""),
    ("LP08s", changed(clauses=clauses(*PROMISED, ClauseKind.SUBCONTRACTORS)), ""),
    ("LP09", changed(disclosure=DisclosureTerm()), ""),
    ("LP10", without("giveback"), ""),
    ("LP11", without("penalties"), ""),
    ("LP12", without("amendment_clause"), ""),
    ("LP12t", without("termination_clause"), ""),
    ("LP13", without("security"), "encrypted when they are sent"),
    ("LP14", lambda s: s(delivery=replace(s().delivery, receivers=())), "receives"),
    ("LP15", without("basis_clause"), ""),
    (
        "LB01",
        changed(LegalBasis.STUDIES, purposes=frozenset({Purpose.SERVICE_COORDINATION})),
        "service_coordination",
    ),
    (
        "LB02",
        changed(LegalBasis.AUDIT_EVALUATION, purposes=frozenset({Purpose.RESEARCH})),
        "research",
    ),
    ("LB03", changed(purposes=frozenset({Purpose.RESEARCH})), "research"),
    ("LB04", changed(purposes=frozenset()), ""),
    ("LA01", changed(starts=date.max), ""),
    ("LA02", changed(ends=DAY), ""),
    ("LA03", lambda s: party(s(), 1, signed_on=date(2024, 2, 2)), "hub"),
    ("LA04", changed(fixed_on=date(2024, 2, 2)), "river"),
    ("LA05", changed(ends=None, termination_clause=""), ""),
    ("LA06", lambda s: s(amends="B", above=(s(reference="B", ends=DAY),)), ""),
    ("LA07", changed(renewal=RenewalTerm(RenewalKind.AUTOMATIC)), ""),
    ("LA08", data(last_year="2030-31"), "attendance_total"),
    ("LA09", changed(terminated_on=DAY), ""),
    (
        "LA20",
        lambda s: party(s(), 1, name="Its affiliates and agents"),
        "Its affiliates and agents",
    ),
    ("LA21", data(provider="lake"), "lake"),
    ("LA22", lambda s: s(parties=s().parties[:1]), "recipient"),
    ("LA23", lambda s: party(s(), 1, signed_by=s().parties[0].signed_by), "The director of River"),
    ("LA24", lambda s: party(s(), 1, signed_capacity=""), "Hub"),
    ("LL20", changed(onward=(OnwardRecipient("service providers", "help"),)), "service providers"),
    ("LA30", data(elements=frozenset({"all data"})), "all data"),
    (
        "LL30",
        data(LegalBasis.STUDIES, elements=frozenset({"including but not limited to grades"})),
        "including but not limited to grades",
    ),
    (
        "LL31",
        data(LegalBasis.AUDIT_EVALUATION, elements=frozenset({"relevant data points"})),
        "relevant data points",
    ),
    ("LL32", changed(level=Level.DE_IDENTIFIED), "attendance_total.local_id"),
    ("LA40", kept(period_days=None), ""),
    ("LA41", kept(method="kept as long as needed, then erased"), "as long as"),
    (
        "LA42",
        lambda s: s(
            ends=UNTIL_TERMINATED,
            retention=replace(RETENTION, counted_from=RetentionEvent.TERMINATION),
        ),
        "",
    ),
    ("LA50", changed(title="Agreement with [NAME OF DISTRICT]"), "title"),
    ("LA51", without("exhibits"), "Exhibit A"),
    ("LA52", changed(exhibits=(Exhibit("Exhibit A", "Elements", attached=False),)), "Exhibit A"),
    ("LL50", kind(Tier.CONSENT_FORM, LegalBasis.CONSENT, data=(), consent=CONSENT), ""),
    (
        "LL51",
        kind(Tier.CONSENT_FORM, LegalBasis.CONSENT, purposes=frozenset(), consent=CONSENT),
        "",
    ),
    (
        "LL52",
        lambda s: s(
            LegalBasis.CONSENT, tier=Tier.CONSENT_FORM, parties=s().parties[:1], consent=CONSENT
        ),
        "",
    ),
    ("LL53", kind(Tier.CONSENT_FORM, LegalBasis.CONSENT), ""),
    ("LC01", kind(Tier.CONSENT_FORM, LegalBasis.OWN_RECORDS, consent=CONSENT), "own_records"),
    ("LC02", kind(Tier.CONSENT_FORM, LegalBasis.CONSENT, consent=CONSENT), ""),
    (
        "LC03",
        kind(Tier.CONSENT_FORM, LegalBasis.CONSENT, consent=replace(CONSENT, verified_by="")),
        "",
    ),
    (
        "LC04",
        kind(
            Tier.CONSENT_FORM, LegalBasis.CONSENT, consent=replace(CONSENT, languages=("English",))
        ),
        "",
    ),
    ("LC10", kind(Tier.MEMORANDUM), "governance"),
    ("LC11", kind(Tier.VENDOR), ""),
    ("LC12", kind(Tier.BUSINESS_ASSOCIATE, LegalBasis.OWN_RECORDS), "own_records"),
    ("LC13", kind(Tier.DATA_USE_LICENSE), ""),
    ("LC14", kind(Tier.DATA_USE_LICENSE), ""),
    ("LC15", kind(Tier.DATA_PLAN), ""),
    ("LC16", kind(Tier.AMENDMENT, amends="B"), ""),
    ("LC17", kind(Tier.JOINDER), ""),
    ("LC18", lambda s: s(tier=Tier.JOINDER, joins="B", above=(s(reference="B"),)), "B"),
]


@pytest.mark.parametrize("basis", [b for b in LegalBasis if b is not LegalBasis.EMERGENCY])
def test_a_sound_text_draws_no_finding_of_the_linters_own(
    sound: Sound, on: date, basis: LegalBasis
) -> None:
    own = {o.id for o in OBJECTIONS}
    assert [f.key for f in lint(sound(basis), None, on) if f.id in own] == []


@pytest.mark.parametrize(("id_", "make", "about"), CASES, ids=[c[0] for c in CASES])
def test_each_finding_is_drawn_by_its_text(
    sound: Sound, on: date, id_: str, make: Callable[[Sound], Agreement], about: str
) -> None:
    found = {f.key: f for f in lint(make(sound), None, on)}
    finding = found[f"{id_} {about}".strip()]
    assert finding.message
    assert finding.instead
    assert finding.clause
    assert "{" not in finding.message + finding.instead


def dictionary(**changes: object) -> DataDictionary:
    entry = DataElement("attendance_total.days_absent", first_year="2020-21", last_year="")
    local = replace(entry, name="attendance_total.local_id")
    changed = replace(entry, **changes)  # type: ignore[arg-type]
    return DataDictionary("river", "Students", 1, (changed, local))


@pytest.mark.parametrize(
    ("key", "held"),
    [
        ("LA31 attendance_total.days_absent", {"name": "attendance_total.tardies"}),
        ("LA32 attendance_total.days_absent", {"first_year": "2024-25"}),
        ("LA32 attendance_total.days_absent", {"last_year": "2024-25"}),
        ("LA33 attendance_total.days_absent", {"first_year": None}),
        ("", {}),
    ],
)
def test_the_providers_dictionary_holds_each_element_for_those_years(
    sound: Sound, on: date, key: str, held: dict[str, object]
) -> None:
    found = [f.key for f in lint(sound(), [dictionary(**held)], on)]
    assert found == ([key] if key else [])


def test_a_dictionary_of_another_provider_is_no_help(sound: Sound, on: date) -> None:
    text = sound(data=(replace(DATA, provider="river"),))
    other = replace(dictionary(), organization="lake")
    nobodys = replace(dictionary(), organization="")
    assert {f.id for f in lint(text, [other], on)} == {"LA31"}
    assert lint(text, [nobodys], on) == ()
    assert lint(text, [dictionary()], on) == ()


def test_without_years_a_dictionary_only_has_to_hold_the_element(sound: Sound, on: date) -> None:
    text = sound(data=(replace(DATA, first_year="", last_year=""),))
    found = lint(text, [dictionary(first_year=None), dictionary(first_year="2024-25")], on)
    assert {f.id for f in found} == {"LP06y"}


def test_a_dictionary_tells_what_identifies_and_what_a_law_protects(sound: Sound, on: date) -> None:
    direct = dictionary(identifier=IdentifierClass.DIRECT)
    found = {f.key for f in lint(sound(level=Level.PROGRAM), [direct], on)}
    assert "LL32 attendance_total.days_absent" in found
    meals = dictionary(special=frozenset({SpecialClass.MEAL_STATUS}))
    (finding,) = lint(sound(), [meals], on)
    assert (finding.severity, finding.about) == (Severity.LAW, "attendance_total.days_absent")


def test_what_the_basis_lacks_is_told_in_its_own_rules_words(sound: Sound, on: date) -> None:
    study = sound(LegalBasis.STUDIES)
    lacking = {k: v for k, v in study.criteria.items() if k != "scope"}
    (finding,) = lint(replace(study, criteria=lacking), None, on)
    assert finding.severity is Severity.LAW
    assert finding.citation.startswith("34 CFR 99.31(a)(6)")
    assert finding.clause == "not found"


def test_a_protected_element_needs_its_own_authority(sound: Sound, on: date) -> None:
    text = sound(data=(replace(DATA, elements=frozenset({"meal_status"})),))
    (finding,) = lint(text, None, on)
    assert (finding.severity, finding.about) == (Severity.LAW, "attendance_total.meal_status")
    # The decision refuses the element by itself; the rest of the agreement stands.
    assert in_force(text, on).allowed


def test_a_draft_waits_for_its_signatures(sound: Sound, on: date) -> None:
    unsigned = party(sound(state=AgreementState.DRAFT), 0, signed_by="", signed_on=None)
    assert lint(unsigned, None, on) == ()


def test_a_document_that_discloses_nothing_needs_none_of_the_practices(
    agreed: Agreed, on: date
) -> None:
    terms = agreed(LegalBasis.NO_DISCLOSURE, data=(), retention=Retention(None))
    assert [f.id for f in lint(terms, None, on)] == ["LA23"]
    assert in_force(terms, on).allowed


WHOLE: dict[Tier, dict[str, object]] = {
    Tier.MEMORANDUM: {"clauses": clauses(ClauseKind.PARTNERSHIP, ClauseKind.GOVERNANCE)},
    Tier.DATA_PLAN: {
        "project": ProjectTerm("P", ("Who?",)),
        "milestones": (Milestone("ask", "hub", date(2026, 12, 1)),),
    },
    Tier.AMENDMENT: {"amends": "B", "changes": (Change("ends", "2026", "2027"),)},
    Tier.JOINDER: {"joins": "B"},
}


@pytest.mark.parametrize(("tier", "said"), WHOLE.items())
def test_each_kind_of_document_can_be_whole(
    sound: Sound, on: date, tier: Tier, said: dict[str, object]
) -> None:
    base = sound(reference="B", clauses=clauses(ClauseKind.JOINDER))
    text = sound(LegalBasis.NO_DISCLOSURE, tier=tier, data=(), above=(base,), exhibits=(), **said)
    assert lint(text, None, on) == ()


def test_no_subcontractor_needs_no_name(sound: Sound, on: date) -> None:
    forbids = Clause("§8", ClauseKind.SUBCONTRACTORS, "No subcontractor sees the data.")
    assert lint(sound(clauses=(*clauses(*PROMISED), forbids)), None, on) == ()
    allows = replace(forbids, said="Subcontractors may help.")
    text = sound(clauses=(*clauses(*PROMISED), allows))
    assert lint(party(text, 1, role=PartyRole.PROCESSOR), None, on) == ()
    onward = (OnwardRecipient("lake-mentors", "mentors the child"),)
    assert lint(replace(text, onward=onward), None, on) == ()


def test_every_kind_of_finding_has_a_text_that_draws_it() -> None:
    held = {"LA31", "LA32", "LA33"}  # drawn against a dictionary, above
    assert {o.id for o in OBJECTIONS} - held == {id_ for id_, _, _ in CASES}


def test_kinds_are_unique_and_say_where_they_come_from() -> None:
    ids = [o.id for o in OBJECTIONS] + [card.id for card in CARDS]
    assert len(ids) == len(set(ids))
    for objection in OBJECTIONS:
        law = objection.severity is Severity.LAW
        assert law == objection.citation.startswith(("34 CFR 99.", "45 CFR "))


def test_advice_is_never_of_law() -> None:
    """A decision reads only what can be of law (`beyond_rules`)."""
    advice = (*days.ALL, *keeping.ALL, *practices.ALL, *wording.ALL)
    assert not [o.id for o in advice if o.severity is Severity.LAW]


def test_law_comes_first(sound: Sound, on: date) -> None:
    text = sound(purposes=frozenset({Purpose.RESEARCH}), title="[TBD]", giveback=())
    order = [f.severity for f in lint(text, None, on)]
    assert order == [Severity.LAW, Severity.PRACTICE, Severity.ANOMALY]


@pytest.mark.parametrize(
    "name",
    [
        "partners",
        "Service Providers",
        "the district and its agents",
        "any school",
        "Smith and others",
        "third parties",
    ],
)
def test_a_class_of_recipients_is_no_party(name: str) -> None:
    assert is_class(name)


@pytest.mark.parametrize(
    "name",
    [
        "River County Partnership",
        "Health and Human Services",
        "Partners in Reading",
        "hub",
        "State Board of Education and Its Library",
        "",
    ],
)
def test_a_name_is_a_party(name: str) -> None:
    assert not is_class(name)


@pytest.mark.parametrize(
    "said",
    [
        "all",
        "*",
        "any",
        "including but not limited to",
        "grades, etc.",
        "to be determined",
        "TBD",
        "relevant data points",
        "all_student_data",
        "other student information",
    ],
)
def test_words_that_name_no_element(said: str) -> None:
    assert names_nothing(said)


@pytest.mark.parametrize(
    "name",
    ["all_day_kindergarten", "days_absent", "grade", "any_iep", "other_language", "Ethnicity"],
)
def test_names_of_elements(name: str) -> None:
    assert not names_nothing(name)


def test_agreements_above_are_not_read_for_placeholders(sound: Sound, on: date) -> None:
    above = sound(reference="B", title="[TBD]")
    assert lint(sound(under=("B",), above=(above,)), None, on) == ()


def test_kinds_of_organization_do_not_matter_to_the_reading(sound: Sound, on: date) -> None:
    tribal = party(sound(), 0, kind=OrganizationKind.TRIBAL_NATION)
    assert lint(tribal, None, on) == ()
