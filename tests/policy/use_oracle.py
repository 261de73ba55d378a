"""An evaluator of one use that shares no line with the rules: nested conditions, read from the
law and the policy, over the fact classes alone. Slow and plain on purpose."""

# ruff: noqa: C901, PLR0911, PLR0912 - one long list of conditions is what makes it independent

from dataclasses import replace
from datetime import date

from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.facts.agreements.population import Population
from cairn.policy.facts.data.use import Facts, UseRequest
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.facts.students.consent import WrittenConsent
from cairn.policy.facts.students.student import PersonFact

Pair = tuple[str, str]
SCHOOL_OFFICIAL = (
    "institutional_service",
    "direct_control",
    "redisclosure_limits",
    "legitimate_interest",
    "annual_notice",
)
CRITERIA = {
    "consent": (),
    "school_official": SCHOOL_OFFICIAL,
    "directory": ("designation", "annual_notice", "opt_out_window"),
    "child_welfare": ("case_plan",),
    "transfer": ("school_of_enrollment", "transfer_notice"),
    "subpoena": ("order",),
    "financial_aid": ("aid_use",),
    "accreditation": ("accrediting_function",),
    "studies": ("on_behalf_of", "scope", "use_limit", "no_identification", "destruction"),
    "audit_evaluation": (
        "designation",
        "activity",
        "education_program",
        "destruction",
        "policies",
    ),
}
# A district's records are no health records, not a program's own, and not public; the tutors are no
# authority; an emergency is not for a standing agreement; records without names open no child.
NEVER_HERE = (
    "emergency",
    "hipaa_authorization",
    "business_associate",
    "limited_data_set",
    "treatment",
    "immunization_proof",
    "research_waiver",
    "part2_consent",
    "juvenile_justice",
    "own_records",
    "public_data",
    "de_identified",
    "no_disclosure",
)
STATES_IN = ("UT", "CA")


def allowed_pairs(request: UseRequest, facts: Facts, on: date) -> set[Pair]:
    """Each child and element that may be used; empty where the whole request is not allowed."""
    if not actor_may(request, facts, on):
        return set()
    receiver = [o for o in facts.organizations if o.slug == request.acting_for]
    if len(receiver) != 1:
        return set()
    if receiver[0].barred_until is not None and receiver[0].barred_until >= on:
        return set()
    if receiver[0].overdue is None or receiver[0].overdue > 0:
        return set()
    if request.purpose not in facts.policy.standing_purposes:
        return set()
    behind = [
        a
        for a in (as_amended(each, facts, on) for each in with_parts(facts.agreements))
        if a.basis != "no_disclosure"
        and in_force(a, on)
        and request.acting_for in [p.organization for p in a.parties]
        and carries(a, request, facts)
        and may_use_under(a, receiver[0], request, facts, on)
    ]
    if any(is_barred_from(a, receiver[0], on) for a in behind):
        return set()
    behind = [a for a in behind if officials_are_stated(a, facts, on)]
    pairs = set()
    for one in request.people:
        for element in request.elements:
            for agreement in behind:
                if pair_may(one, element, agreement, request, facts, on):
                    pairs.add((one, element))
    return pairs


def with_parts(agreements: tuple[AgreementFact, ...]) -> list[AgreementFact]:
    """Each agreement, and each of its parts with its own basis, criteria, purposes and data."""
    found = list(agreements)
    for whole in agreements:
        for part in whole.parts:
            own = replace(whole, reference=f"{whole.reference}/{part.id}", part_of=whole.reference)
            own = replace(own, basis=part.basis, basis_clause=part.basis_clause, parts=())
            own = replace(own, criteria=part.criteria, purposes=part.purposes, data=part.data)
            found.append(own)
    return found


def as_amended(agreement: AgreementFact, facts: Facts, on: date) -> AgreementFact:
    """The agreement with the terms of an amendment that all have signed and that has begun.

    What an amendment says without naming a part is open in no part any more.
    """
    for later in facts.agreements:
        if not later.amends or later.amends not in (agreement.reference, agreement.part_of):
            continue
        if later.starts > on:
            continue
        if later.terminated_on is not None and later.terminated_on <= on:
            continue
        if any(p.signed_on is None or p.signed_on > on or not p.signed_by for p in later.parties):
            continue
        owners = {p.organization for p in agreement.parties if p.role == "provider"}
        if not owners <= {p.organization for p in later.parties}:
            continue
        for change in later.changes:
            if change.part and not agreement.reference.endswith("/" + change.part):
                continue
            anew = [part for part in later.parts if part.id == change.part]
            if change.term == "data":
                agreement = replace(agreement, data=anew[0].data if anew else ())
                if not agreement.part_of:
                    agreement = replace(agreement, data=later.data)
            if change.term == "purposes":
                agreement = replace(agreement, purposes=anew[0].purposes if anew else frozenset())
                if not agreement.part_of:
                    agreement = replace(agreement, purposes=later.purposes)
    return agreement


def may_use_under(
    agreement: AgreementFact,
    receiver: OrganizationFact,
    request: UseRequest,
    facts: Facts,
    on: date,
) -> bool:
    """On the agreement's list of who may see the data, if it has one, and not its processor."""
    roles = [p.role for p in agreement.parties if p.organization == request.acting_for]
    if roles == ["processor"]:
        return False  # a tutor who views or lists uses the data
    if not agreement.access:
        return True
    held = {
        a.role
        for actor in facts.actors
        for a in actor.affiliations
        if a.organization == request.acting_for and a.starts <= on and (a.ends or on) >= on
    }
    return any(
        term.organization == request.acting_for
        and (not term.account_roles or held & term.account_roles)
        for term in agreement.access
    )


def is_barred_from(agreement: AgreementFact, receiver: OrganizationFact, on: date) -> bool:
    """Whether the receiver may not have the records of an owner (34 CFR 99.67)."""
    owners = [p.organization for p in agreement.parties if p.role == "provider"]
    return any(bar.owner in owners and bar.until >= on for bar in receiver.owner_bars)


def officials_are_stated(agreement: AgreementFact, facts: Facts, on: date) -> bool:
    """Whether the provider's last notice says who is a school official, if there is one."""
    if agreement.basis != "school_official":
        return True
    owners = [p.organization for p in agreement.parties if p.role == "provider"]
    given = [n for n in facts.notices if n.organization in owners and n.published_on <= on]
    last = sorted(given, key=lambda n: (n.published_on, n.season))[-1:]
    return all(n.official_criteria for n in last)


def emergency_pairs(request: UseRequest, facts: Facts, on: date) -> set[Pair]:
    """Each child and element that an emergency opens to a steward in good order by itself, or
    with the answer of a person of the child's district (34 CFR 99.36)."""
    pairs = set()
    for told in facts.emergencies:
        written = told.threat.strip() and told.determined_by.strip()
        if not written or told.determined_on is None or told.ends is None:
            continue
        if not told.determined_on <= on <= told.ends or request.acting_for not in told.recipients:
            continue
        for child in facts.people:
            if child.id not in request.people or child.id not in told.people or child.hold:
                continue
            if told.organization not in {*child.organizations, *child.claimed}:
                continue
            for element in request.elements:
                entries = [
                    entry
                    for dictionary in facts.dictionaries
                    if dictionary.organization == told.organization
                    for entry in dictionary.elements
                    if entry.name == element
                ]
                if not entries or any(entry.special for entry in entries):
                    continue
                kept = child.withheld is None or element in child.withheld
                card = "R21.8" if child.withheld is None else "R21.7"
                answered = any(
                    (a.card, a.about) == (card, told.id + " " + child.id)
                    and (a.organization == told.organization and a.allows and a.reason)
                    for a in facts.answers
                )
                if not kept or answered:
                    pairs.add((child.id, element))
    return pairs


def carries(agreement: AgreementFact, request: UseRequest, facts: Facts) -> bool:
    """Its purpose, a clause for its criteria, and a provider in a state whose law is known."""
    if request.purpose not in agreement.purposes:
        return False
    if any(agreement.criteria.values()) and not agreement.basis_clause:
        return False
    for party in agreement.parties:
        if party.role == "provider":
            state = [o.state for o in facts.organizations if o.slug == party.organization]
            if len(state) != 1 or state[0] not in STATES_IN:
                return False
            kept = "permanently" in agreement.criteria.get("consents_kept", "")
            if state == ["CA"] and agreement.basis == "consent" and not kept:
                return False
    return True


def actor_may(request: UseRequest, facts: Facts, on: date) -> bool:
    """Known, active, with a second factor, a role there that is live, trained; place secured."""
    for actor in facts.actors:
        if actor.id != request.actor or not actor.active:
            continue
        if actor.second_factor == "absent" or actor.clearance is None:
            continue
        for held in actor.affiliations:
            if held.organization != request.acting_for or held.role != "program_staff":
                continue
            if held.starts > on or (held.ends is not None and held.ends < on):
                continue
            return any(s.organization == request.acting_for for s in actor.security)
    return False


def works_with(one: str, request: UseRequest, facts: Facts, on: date) -> bool:
    """Nobody assigned the person there, or to a place at which the child is enrolled that day."""
    assigned = [
        item
        for actor in facts.actors
        if actor.id == request.actor
        for item in actor.assignments
        if item.organization == request.acting_for
    ]
    for item in assigned:
        if item.starts > on or (item.ends is not None and item.ends < on):
            continue
        if item.program == "":
            return True
        for place in facts.program_sites.get(one, ()):
            if place.program == item.program and item.site in ("", place.site):
                return True
    return not assigned


def in_force(agreement: AgreementFact, on: date) -> bool:
    """Within its term, not terminated, signed by all, every criterion said, a retention period."""
    if agreement.ends is None or not agreement.starts <= on <= agreement.ends:
        return False
    if agreement.terminated_on is not None and agreement.terminated_on <= on:
        return False
    for party in agreement.parties:
        if not party.signed_by or party.signed_on is None or party.signed_on > on:
            return False
    if agreement.basis.value in NEVER_HERE:
        return False
    for key in CRITERIA[agreement.basis.value]:
        if not agreement.criteria.get(key):
            return False
    said = agreement.criteria
    if agreement.basis == "subpoena" and not (said.get("notified") or said.get("sealed_order")):
        return False
    if agreement.basis == "studies" and said.get("study_purpose") != "improve_instruction":
        return False
    serves = "service_coordination" in agreement.purposes
    if agreement.basis in ("studies", "audit_evaluation") and serves:
        return False
    if agreement.basis == "audit_evaluation" and said.get("program_operator") != "river":
        return False
    return agreement.retention.period_days is not None


def pair_may(
    one: str, element: str, agreement: AgreementFact, request: UseRequest, facts: Facts, on: date
) -> bool:
    """Whether one agreement opens one element of one child."""
    if not works_with(one, request, facts, on):
        return False
    child = [p for p in facts.people if p.id == one]
    providers = {p.organization for p in agreement.parties if p.role == "provider"}
    if len(child) != 1 or not in_dictionary(element, providers, request, facts):
        return False
    record, field = element.split(".")
    terms = [t for t in agreement.data if t.record == record and field in t.elements]
    years = (request.first_year, request.last_year)
    if not any(
        (not t.first_year or t.first_year <= years[0])
        and (not t.last_year or years[1] <= t.last_year)
        for t in terms
    ):
        return False
    if agreement.level.value != "individual":
        return False
    return bool(providers & {*child[0].organizations, *child[0].claimed}) and child_may(
        child[0], element, agreement, request, facts, on
    )


def in_dictionary(element: str, providers: set[str], request: UseRequest, facts: Facts) -> bool:
    for dictionary in facts.dictionaries:
        if dictionary.organization not in providers:
            continue
        for entry in dictionary.elements:
            found = entry.name == element and entry.first_year is not None
            if found and entry.first_year <= request.first_year and entry.last_year == "":
                return bool(request.first_year) and bool(request.last_year)
    return False


def child_may(
    child: PersonFact,
    element: str,
    agreement: AgreementFact,
    request: UseRequest,
    facts: Facts,
    on: date,
) -> bool:
    """What the whole child, and then the basis, ask."""
    linked = set(child.organizations)
    if agreement.basis == "consent":
        linked |= child.claimed
    rosterless = ("child_welfare", "transfer", "subpoena", "financial_aid")
    if request.acting_for not in linked and agreement.basis not in rosterless:
        return False
    if child.hold:
        return False
    if agreement.children is not None and not is_meant(agreement.children, child, request):
        return False
    undeclared = child.withheld is None
    follows = agreement.basis == "transfer" and undeclared and element != "student.phone"
    if not follows and (undeclared or element in (child.withheld or ())):
        return False
    if element == "student.meal_status" and agreement.basis != "consent":
        return False
    if agreement.basis not in ("child_welfare", "transfer", "subpoena"):
        if child.opt_outs is None or child.parents_conflict:
            return False
        if have_disagreed(child, on):
            return False
        if child.nations is None or len(child.nations) > 0:
            return False
        if any(o.scope == "all_discretionary" for o in child.opt_outs):
            return False
    if agreement.basis in ("school_official", "studies", "audit_evaluation", "accreditation"):
        return True
    if agreement.basis in ("transfer", "subpoena", "financial_aid"):
        return has_occasion(child, agreement, request, facts, on)
    if agreement.basis == "directory":
        whose = [p.organization for p in agreement.parties if p.role == "provider"]
        given = [n for n in facts.notices if n.organization in whose and n.published_on <= on]
        if not given or any(o.scope == "directory" for o in child.opt_outs or ()):
            return False
        last = max(given, key=lambda n: (n.published_on, n.season))
        closed = last.opt_out_until is not None and last.opt_out_until < on
        named = last.limited_to is None or request.acting_for in last.limited_to
        return element in last.directory and closed and named
    if agreement.basis == "child_welfare":
        return child.placement == request.acting_for
    if child.court_order:
        return False
    kind = next(o.kind for o in facts.organizations if o.slug == request.acting_for)
    providers = {p.organization for p in agreement.parties if p.role == "provider"}
    own = providers & {*child.organizations, *child.claimed}
    in_california = [o for o in facts.organizations if o.slug in own and o.state == "CA"]
    for consent in child.consents:
        apart = bool(in_california) and bool(child.custodians) and consent.relation == "parent"
        if apart and consent.signer not in child.custodians:
            continue
        names = request.acting_for in consent.parties or kind in consent.classes
        record = element.split(".", maxsplit=1)[0] + ".*"
        covers = element in consent.records or record in consent.records
        meant = names and covers and request.purpose in consent.purposes
        of_college = bool(providers & child.colleges & child.organizations)
        if meant and counts(consent, child, facts, on, of_college=of_college):
            return True
    return False


def exportable_elements(request: UseRequest, facts: Facts, on: date) -> set[str]:
    """The elements of rows without names that may leave for a project (34 CFR 99.31(b)): in these
    worlds the person, the project and its approvals are in order."""
    (agreement,) = facts.agreements
    codes = [code for code in facts.codes if code.project == request.project]
    if not codes or not codes[0].random or not codes[0].method_kept:
        return set()
    if request.purpose != "research" or agreement.basis in ("consent", "school_official"):
        return set()  # consent is for a named child, and research is no service of the school
    if any(not agreement.criteria.get(key) for key in ROW_CRITERIA[agreement.basis.value]):
        return set()
    leave = facts.projects[0].authorization
    rows = ("individual", "de_identified")
    if agreement.level not in rows or leave is None or leave.level not in rows or on > leave.ends:
        return set()
    return {
        element
        for element in request.elements
        if all(
            entry.confirmed and entry.identifier in ("indirect", "none")
            for entry in facts.dictionaries[0].elements
            if entry.name == element
        )
    }


ROW_CRITERIA = {**CRITERIA, "de_identified": ("determination", "code_method_kept")}


def has_occasion(
    child: PersonFact, agreement: AgreementFact, request: UseRequest, facts: Facts, on: date
) -> bool:
    """Whether a transfer, an order or an application for aid names the child and the receiver."""
    owners = [p.organization for p in agreement.parties if p.role == "provider"]
    if agreement.basis == "transfer":
        for move in facts.transfers:
            if (move.person, move.receiver) != (child.id, request.acting_for):
                continue
            told = move.notified_on is not None and move.notified_on <= on
            noticed = any(
                n.organization == move.sender and n.forwarding and n.published_on <= on
                for n in facts.notices
            )
            if move.sender in owners and (told or noticed):
                return True
        return False
    if agreement.basis == "subpoena":
        for order in facts.orders:
            if order.recipient != request.acting_for or child.id not in order.people:
                continue
            days = [d for d in (order.notified_on, order.effort_on) if d is not None and d <= on]
            if order.organization in owners and order.issued_on <= on and (days or order.sealed):
                return True
        return False
    for aid in facts.circumstances:
        named = (aid.person, aid.receiver, aid.basis.value)
        if named != (child.id, request.acting_for, "financial_aid"):
            continue
        begun = aid.documented_on is not None and aid.documented_on <= on
        if aid.organization in owners and begun and (aid.ends is None or aid.ends >= on):
            return True
    return False


def have_disagreed(child: PersonFact, on: date) -> bool:
    """Whether one parent took back what another parent's form still allows, and nobody decided."""
    parents = ("parent", "guardian", "acting_parent", "foster_parent")
    for gone in child.consents:
        if gone.revoked_on is None or gone.revoked_on > on or gone.relation not in parents:
            continue
        if child.conflict_decided_on is not None and gone.revoked_on <= child.conflict_decided_on:
            continue
        for here in child.consents:
            starts = here.starts or here.signed_on
            runs = starts is not None and starts <= on and (here.ends is None or on <= here.ends)
            if not runs or (here.revoked_on is not None and here.revoked_on <= on):
                continue
            same = here.records & gone.records
            shared = here.parties & gone.parties or here.classes & gone.classes
            if here.relation in parents and here.signer != gone.signer and same and shared:
                return True
    return False


def is_meant(whose: Population, child: PersonFact, request: UseRequest) -> bool:
    """Whether it is known that a child is one of those whom an agreement is about."""
    terms = [whose.grades, whose.schools, whose.programs]
    days = [whose.born_from, whose.born_to, whose.enrolled_from, whose.enrolled_to]
    aged = whose.age_from is not None or whose.age_to is not None
    if not any(terms) and days == [None] * 4 and not aged:
        return whose.everyone
    if aged or whose.born_from or whose.born_to:
        if child.birth_date is None:
            return False
        if whose.born_from is not None and child.birth_date < whose.born_from:
            return False
        if whose.born_to is not None and child.birth_date > whose.born_to:
            return False
    if aged:
        if whose.age_on is None:
            return False
        age = years_old(child.birth_date, whose.age_on)
        if age < (whose.age_from or 0) or (whose.age_to is not None and age > whose.age_to):
            return False
    at_school = in_program = anywhere = False
    for one in child.enrollments or ():
        if one.school_year and request.first_year and one.school_year < request.first_year:
            continue
        if one.school_year and request.last_year and one.school_year > request.last_year:
            continue
        if whose.enrolled_from and one.ends and one.ends < whose.enrolled_from:
            continue
        latest = one.starts or one.ends  # it was enrolled on the last of its days at least
        if (whose.enrolled_from or whose.enrolled_to) and latest is None:
            continue
        if whose.enrolled_to and latest > whose.enrolled_to:
            continue
        anywhere = True
        in_program = in_program or one.program in whose.programs
        right_grade = not whose.grades or one.grade in whose.grades
        right_school = not whose.schools or one.school in whose.schools
        at_school = at_school or (right_grade and right_school)
    if whose.programs and not in_program:
        return False
    if whose.grades or whose.schools:
        return at_school
    return bool(whose.programs) or not (whose.enrolled_from or whose.enrolled_to) or anywhere


def counts(
    consent: WrittenConsent, child: PersonFact, facts: Facts, on: date, *, of_college: bool
) -> bool:
    """Whether a consent counts on a day: signed, verified, in its term, by who had the right."""
    if not consent.signer or consent.signed_on is None or consent.signed_on > on:
        return False
    if consent.method == "electronic" and not (consent.authenticated and consent.approved):
        return False
    if not consent.verified_by or consent.verified_on is None or consent.verified_on > on:
        return False
    begins = consent.starts if consent.starts is not None else consent.signed_on
    if begins > on or (consent.ends is not None and consent.ends < on):
        return False
    if consent.revoked_on is not None and consent.revoked_on <= on:
        return False
    if consent.superseded_by:
        later = [c for c in child.consents if c.id == consent.superseded_by]
        if not later or any(c.signed_on is None or c.signed_on <= on for c in later):
            return False
    attends = of_college if child.colleges else child.postsecondary
    adult = child.birth_date is not None and years_old(child.birth_date, on) >= 18
    eligible = adult or attends is True
    if not eligible and child.birth_date is None:
        return False
    if not eligible and attends is None and years_old(child.birth_date, on) >= 14:
        return False
    young = child.birth_date is not None and years_old(child.birth_date, consent.signed_on) < 18
    if consent.relation == "student":
        return eligible and (not young or attends is True)
    if consent.relation in ("agency", "other"):
        return False
    return not eligible or (not facts.policy.rights_pass_at_18 and young)


def years_old(born: date, on: date) -> int:
    """Full years: somebody born on 29 February is a year older on 1 March where there is none."""
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (not had_birthday)
