"""Whether what leaves can identify nobody: the determination, and the code for a child."""

from collections.abc import Iterator
from datetime import date

from cairn.rules.cards import record_code as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decision import Reason
from cairn.rules.facts import Facts
from cairn.rules.use import PUTS_OUT, UseRequest
from cairn.rules.vocabulary import Action, Level, Outcome, Purpose


def determined(request: UseRequest, facts: Facts, on: date) -> Iterator[Reason]:
    """A reasoned determination on record that looks at every earlier release (99.31(b)(1))."""
    if request.action not in PUTS_OUT:
        return
    mine = [d for d in facts.determinations if d.project == request.project and d.on <= on]
    said = [d for d in mine if d.by.strip() and d.method.strip()]
    covered = frozenset(r for d in said for r in d.covers)
    earlier = (
        "(nobody looked)" if facts.releases is None else ", ".join(sorted(facts.releases - covered))
    )
    met = bool(said) and facts.releases is not None and facts.releases <= covered
    yield _reason(cards.DETERMINED, met=met, earlier=earlier or "(none)")


def coded(request: UseRequest, facts: Facts, on: date) -> Iterator[Reason]:
    """Rows without names: the code in them is random, kept secret, and for research alone
    (99.31(b)(2))."""
    if request.action is not Action.EXPORT or request.level is not Level.DE_IDENTIFIED:
        return
    code = next((c for c in facts.codes if c.project == request.project), None)
    random = code is not None and code.random is True
    how = "nobody has said how it is made" if code is None or code.random is None else "derived"
    yield _reason(cards.RANDOM, met=random, element="The record code", how=how)
    kept = code is not None and code.method_kept is True
    said = "how the code is made is told to no recipient."
    yield _reason(cards.METHOD_KEPT, met=kept, agreement=request.project, said=said)
    research = request.purpose is Purpose.RESEARCH
    purpose = request.purpose.value.replace("_", " ")
    yield _reason(cards.RESEARCH_ONLY, met=research, purpose=purpose)


def _reason(card: RuleCard, *, met: bool, **facts: str) -> Reason:
    return Reason(card, Outcome.ALLOW if met else Outcome.DENY, tuple(facts.items()))
