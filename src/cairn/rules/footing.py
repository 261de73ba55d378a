"""What a use rests on: the agreements behind it, the project, the organizations on either side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import agreement as agreements
from cairn.rules.cards import clearance, redisclosure, standing
from cairn.rules.cards import use as cards
from cairn.rules.chain import resolved
from cairn.rules.circumstance import PersonsAnswer
from cairn.rules.citations import RuleCard
from cairn.rules.decide import Rule
from cairn.rules.decision import Reason
from cairn.rules.disclosed import listed
from cairn.rules.facts import Facts
from cairn.rules.organization import OrganizationFact
from cairn.rules.packs import Surroundings, request_rules
from cairn.rules.project import ProjectFact
from cairn.rules.standing import stands
from cairn.rules.use import TRAVELS, UseRequest
from cairn.rules.vocabulary import RECIPIENTS, LegalBasis, Outcome, PartyRole


@dataclass(frozen=True, slots=True)
class Footing:
    """``named`` are the agreements that the use rests on as a whole, ``missing`` references of
    which nothing is on record. Where the agreement itself is the authorization (a standing
    purpose), ``named`` holds those of the receiver that allow it: an agreement about something
    else neither helps nor harms. Where none does, it holds all of them, to say why."""

    request: UseRequest
    actor: Actor
    receiver: OrganizationFact | None
    project: ProjectFact | None
    standing: bool
    named: tuple[Agreement, ...] = ()
    missing: tuple[str, ...] = ()
    providers: tuple[OrganizationFact, ...] = ()
    first_year: str = ""
    last_year: str = ""

    @property
    def disclosing(self) -> tuple[Agreement, ...]:
        """Those under which data move, and those above them, each once."""
        found = {a.reference: a for one in self.named for a in _up(one)}
        return tuple(a for a in found.values() if a.basis is not LegalBasis.NO_DISCLOSURE)

    @property
    def owners(self) -> frozenset[str]:
        """The organizations whose data they are."""
        return frozenset(o for a in self.disclosing for o in owners(a))


def owners(agreement: Agreement) -> frozenset[str]:
    """Whose data an agreement is about: its providers that do not have them from somebody else."""
    above = [a for one in agreement.above for a in _up(one)]
    disclosing = [a for a in above if a.basis is not LegalBasis.NO_DISCLOSURE]
    passed_on = frozenset(r for a in disclosing for r in a.organizations(*RECIPIENTS))
    first = agreement.organizations(PartyRole.PROVIDER) - passed_on
    return first.union(*(a.organizations(PartyRole.PROVIDER) for a in disclosing))


def _up(agreement: Agreement) -> Iterator[Agreement]:
    yield agreement
    for other in agreement.above:
        yield from _up(other)


def footing(request: UseRequest, facts: Facts, on: date) -> Footing:
    """Looks up everything that a request names."""
    project = facts.project(request.project)
    known = {a.reference: a for a in facts.agreements}
    by_itself = not request.project and request.purpose in facts.policy.standing_purposes
    base = Footing(
        request,
        facts.actor(request.actor),
        facts.organization(request.receiver),
        project,
        by_itself,
        first_year=request.first_year,
        last_year=request.last_year,
    )
    leave = project.authorization if project else None
    if by_itself:
        mine = tuple(resolved(a, known) for a in facts.agreements if _for(a, request.receiver))
        base = replace(base, named=_allowing(base, mine, facts, on))
    elif leave is not None:
        found = tuple(resolved(known[r], known) for r in leave.agreements if r in known)
        base = replace(
            base,
            named=found,
            missing=tuple(r for r in leave.agreements if r not in known),
            first_year=request.first_year or leave.first_year,
            last_year=request.last_year or leave.last_year,
        )
    return _placed(base, facts)


def _placed(use: Footing, facts: Facts) -> Footing:
    """With what is on record of each owner of the data."""
    providers = (facts.organization(slug) for slug in sorted(use.owners))
    return replace(use, providers=tuple(p for p in providers if p is not None))


def _allowing(
    use: Footing, mine: tuple[Agreement, ...], facts: Facts, on: date
) -> tuple[Agreement, ...]:
    """The agreements of which nothing refuses; else those that wait for a person; else all."""
    effects = {a.reference: _effects(use, a, facts, on) for a in mine}
    refuse = (frozenset({Outcome.DENY, Outcome.NEEDS_PERSON}), frozenset({Outcome.DENY}))
    for unwanted in refuse:
        if found := tuple(a for a in mine if effects[a.reference].isdisjoint(unwanted)):
            return found
    return mine


def _effects(use: Footing, agreement: Agreement, facts: Facts, on: date) -> set[Outcome]:
    """What the rules about one agreement say, with what people have answered."""
    alone = _placed(replace(use, named=(agreement,)), facts)
    rules = settled(behind(alone, facts), facts, alone.owners)
    return {reason.effect for rule in rules for reason in rule(on)}


def _for(agreement: Agreement, receiver: str) -> bool:
    """Whether an agreement gives something to an organization, or is about its own data. That of a
    pilot gives nothing to a standing purpose: there is no real child in it."""
    parties = agreement.organizations(PartyRole.PROVIDER, *RECIPIENTS)
    moves = agreement.basis is not LegalBasis.NO_DISCLOSURE
    return (
        moves
        and not agreement.pilot
        and receiver in parties | {o.organization for o in agreement.onward}
    )


def around(use: Footing, facts: Facts) -> Surroundings:
    """What the law packs look at beside the agreements."""
    request = use.request
    return Surroundings(
        providers=use.providers,
        receiver=use.receiver,
        purpose=request.purpose,
        action=request.action,
        level=request.level,
        reported_on=facts.reported_on,
    )


def parties(use: Footing) -> tuple[Rule, ...]:
    """The person acts for an organization, and the receiver may have something at all."""
    return (partial(_acting, use), partial(_receiver, use))


def behind(use: Footing, facts: Facts) -> tuple[Rule, ...]:
    """The rules about the agreements behind a use, and the states of those whose data they are."""
    rules: list[Rule] = [partial(_named, use)]
    for agreement in use.named:
        rules += stands(agreement)
    for agreement in use.disclosing:
        rules += [
            partial(_party, use, agreement, facts),
            partial(_purpose, use, agreement),
            partial(_clause_found, agreement),
            partial(_channel, use, agreement),
        ]
    return (*rules, partial(_owners, use), *request_rules(use.disclosing, around(use, facts)))


def _acting(use: Footing, on: date) -> Iterator[Reason]:
    """The person has a live role where they say that they act."""
    slug = use.request.acting_for
    met = slug in use.actor.organizations(on)
    yield _reason(cards.ACTING_FOR, met=met, organization=slug, on=on.isoformat())


def _receiver(use: Footing, on: date) -> Iterator[Reason]:
    """Known, under no bar, and with nothing overdue to destroy."""
    slug, fact = use.request.receiver, use.receiver
    yield _reason(cards.RECEIVER_KNOWN, met=fact is not None, organization=slug)
    if fact is None:
        return
    if fact.barred_until is not None and on <= fact.barred_until:
        until = fact.barred_until.isoformat()
        yield _reason(clearance.BARRED, met=False, organization=slug, until=until)
    overdue = "unknown" if fact.overdue is None else str(fact.overdue)
    yield _reason(cards.NOTHING_OVERDUE, met=fact.overdue == 0, organization=slug, overdue=overdue)


def _named(use: Footing, on: date) -> Iterator[Reason]:
    """Something stands behind it, and everything that was named is on record."""
    if not use.disclosing:
        yield Reason(agreements.NONE, Outcome.DENY)
    for reference in use.missing:
        project = use.request.project
        yield _reason(standing.REST_UNKNOWN, met=False, agreement=project, other=reference)


def _owners(use: Footing, on: date) -> Iterator[Reason]:
    """Each organization whose data they are is on record: where it is decides which law counts."""
    known = {p.slug for p in use.providers}
    for slug in sorted(use.owners - known):
        yield _reason(cards.RECEIVER_KNOWN, met=False, organization=slug)


def _party(use: Footing, agreement: Agreement, facts: Facts, on: date) -> Iterator[Reason]:
    """The receiver is a recipient, or one to whom a recipient may pass on (99.33)."""
    recipients = agreement.organizations(*RECIPIENTS)
    providers = agreement.organizations(PartyRole.PROVIDER)
    receiver, acting = use.request.receiver, use.request.acting_for
    told = {
        "agreement": agreement.reference,
        "recipients": ", ".join(sorted(recipients)),
    }
    onward = next((o for o in agreement.onward if o.organization == receiver), None)
    inside = acting in recipients | providers or (acting == receiver and onward is not None)
    yield _reason(redisclosure.RECIPIENT, met=inside, **told)
    if receiver in recipients | providers:
        return
    party = {"agreement": agreement.reference, "organization": receiver}
    named = onward is not None and bool(onward.clause.strip())
    yield _reason(redisclosure.ONWARD, met=named, **party)
    on_record = all(
        listed(facts.disclosed, agreement.reference, owner, receiver, on) for owner in providers
    )
    yield _reason(redisclosure.ONWARD_LISTED, met=on_record, **party)
    interest = onward.interest.strip() if onward is not None else ""
    yield _reason(redisclosure.ONWARD_INTEREST, met=bool(interest), said=interest, **party)


def _purpose(use: Footing, agreement: Agreement, on: date) -> Iterator[Reason]:
    met = use.request.purpose in agreement.purposes
    purpose = use.request.purpose.value.replace("_", " ")
    yield _reason(redisclosure.USED_FOR, met=met, agreement=agreement.reference, purpose=purpose)


def _clause_found(agreement: Agreement, on: date) -> Iterator[Reason]:
    """What the criteria say stands in a clause; attested without one, a person answers."""
    if not any(said.strip() for said in agreement.criteria.values()):
        return
    clause = agreement.basis_clause.strip()
    facts = (
        ("agreement", agreement.reference),
        ("clause", clause),
        ("about", agreement.reference),
    )
    yield Reason(cards.ATTESTED, Outcome.ALLOW if clause else Outcome.NEEDS_PERSON, facts)


def _channel(use: Footing, agreement: Agreement, on: date) -> Iterator[Reason]:
    """Records that travel go by a way that the agreement names."""
    if use.request.action in TRAVELS:
        channels = sorted(c.value for c in agreement.delivery.channels)
        met = use.request.channel in channels
        named = {"agreement": agreement.reference, "channel": use.request.channel or "no way"}
        yield _reason(
            agreements.CHANNEL, met=met, allowed=" or ".join(channels) or "no way at all", **named
        )


def settled(rules: Iterable[Rule], facts: Facts, owners: frozenset[str]) -> tuple[Rule, ...]:
    """The rules, with what a named person of a data owner has answered put in."""
    return tuple(partial(_settled, rule, facts, owners) for rule in rules)


def _settled(rule: Rule, facts: Facts, owners: frozenset[str], on: date) -> Iterator[Reason]:
    for reason in rule(on):
        answer = _answer(reason, facts, owners, on)
        if reason.effect is not Outcome.NEEDS_PERSON or answer is None:
            yield reason
            continue
        told = {"about": answer.about, "organization": answer.organization}
        said = {"by": answer.by, "on": answer.on.isoformat(), "reason": answer.reason}
        yield _reason(cards.ANSWERED, met=True, **told, **said)


def _answer(reason: Reason, facts: Facts, owners: frozenset[str], on: date) -> PersonsAnswer | None:
    """What one of the data owners answered to the question that a reason asks."""
    about = str(dict(reason.facts).get("about", ""))
    return next(
        (
            a
            for a in facts.answers
            if (a.card, a.about) == (reason.code, about)
            and a.organization in owners
            and a.stands(on)
        ),
        None,
    )


def _reason(card: RuleCard, *, met: bool, **facts: str) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
