"""What families allow and decline: written consents, and opt-outs from discretionary uses."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.cards import directory
from cairn.rules.cards import release as cards
from cairn.rules.decide import Rule
from cairn.rules.decision import PEOPLE, Decision, PeopleAnswer, Reason
from cairn.rules.question import question
from cairn.rules.vocabulary import (
    Action,
    ConsentMethod,
    LegalBasis,
    OptOutScope,
    OrganizationKind,
    Outcome,
    Purpose,
    Relation,
)


@dataclass(frozen=True, slots=True)
class WrittenConsent:
    """One family's written consent: signed, dated, which records, for what, to whom.

    ``child`` and ``signer`` are opaque ids. ``records`` are elements (``record.field``, or
    ``record.*`` for all of a record). Whoever is in ``parties`` (organizations) or of a kind in
    ``classes`` is named. Dates are inclusive: ``starts`` is the day of signature where it is not
    given, and without ``ends`` it counts until it is revoked or the rights pass. A consent counts
    from the day the district verified it (``verified_on``, ``verified_by``) and no longer from
    the day it was revoked. An electronic one says how the signer was ``authenticated`` and what
    the ``approved`` event was (34 CFR 99.30(d)).
    """

    id: str
    child: str
    signer: str
    relation: Relation
    signed_on: date | None
    records: frozenset[str]
    purposes: frozenset[Purpose]
    parties: frozenset[str] = frozenset()
    classes: frozenset[OrganizationKind] = frozenset()
    method: ConsentMethod = ConsentMethod.PAPER
    authenticated: str = ""
    approved: str = ""
    language: str = ""
    notice: str = ""
    starts: date | None = None
    ends: date | None = None
    verified_on: date | None = None
    verified_by: str = ""
    revoked_on: date | None = None
    superseded_by: str = ""
    says_revocable: bool = False


@dataclass(frozen=True, slots=True)
class OptOutFact:
    """One family's choice that stands. ``person`` is whatever names the child where it is used.

    It holds from its season on, also after the child has left, until it is withdrawn.
    """

    person: str
    scope: OptOutScope
    season: str
    organization: str


@question
def may_record_opt_out(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may record or undo a family's opt-out at an organization."""
    return may_open(Action.RECORD_OPT_OUT, actor, organization=organization, on=on)


@question
def may_view_opt_outs(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may see that there are opt-outs at an organization, and how many."""
    return may_open(Action.VIEW_OPT_OUTS, actor, organization=organization, on=on)


def opt_outs_known(opt_outs: Iterable[OptOutFact] | None) -> Rule:
    """``None`` means that nobody looked: unknown denies."""
    return partial(_known, opt_outs)


def left_out(
    opt_outs: Iterable[OptOutFact],
    agreements: Iterable[Agreement],
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Who is left out: all who declined everything; of directory use, also who declined that.

    Whichever ``elements`` are used: an opt-out leaves a child out of all of them.
    """
    standing = tuple(opt_outs)
    by_directory = any(a.basis is LegalBasis.DIRECTORY for a in agreements)
    declined: set[str] = set()
    reasons: list[Reason] = []
    for scope, card, applies in (
        (OptOutScope.ALL_DISCRETIONARY, cards.OPTED_OUT, True),
        (OptOutScope.DIRECTORY, directory.DIRECTORY_OPT_OUT, by_directory),
    ):
        people = sorted({o.person for o in standing if o.scope is scope})
        if people and applies:
            declined.update(people)
            facts = (("n", len(people)),)
            reasons.append(Reason(card, Outcome.DENY, facts, about=PEOPLE, people=tuple(people)))
    return PeopleAnswer(dict.fromkeys(sorted(declined), Outcome.DENY), reasons=tuple(reasons))


def _known(opt_outs: Iterable[OptOutFact] | None, on: date) -> Iterator[Reason]:
    if opt_outs is None:
        yield Reason(cards.OPT_OUTS_KNOWN, Outcome.DENY)
