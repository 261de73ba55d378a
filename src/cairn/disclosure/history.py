"""Protecting a release beside everything that is out already.

Each release may be safe alone and still give a small number away together with another: the
district against the sum of its schools, this month against last month, two tables that withheld
different cells. So what is to be published is attacked together with all that was (`past`), and
more is withheld until the attacker finds nothing new. What is out cannot be taken back: where that
alone decides, the release is stopped, and it is named which one it meets.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from cairn.disclosure.among import protect_among
from cairn.disclosure.certificate import Certificate
from cairn.disclosure.earlier import Earlier, Relation
from cairn.disclosure.others import Contributor
from cairn.disclosure.past import ConflictError, Counts, Past
from cairn.disclosure.published import Published
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import Key, Request
from cairn.disclosure.ways import Ways

__all__ = ["Beside", "ConflictError", "audit_beside", "protect_beside"]

ROUNDS = 60
"""How often more is withheld before it is given up."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A release that is safe beside what is out already.

    Args:
        published: what may leave, with its own certificate.
        together: the audit of it and all earlier releases at once; None where there are none.
        because: cells withheld because of an earlier release, with its name.
        relations: whom each earlier release counted.
        contributors: by contributor, the audit of everyone else as it sees them in the release.
        few_others: cells withheld because a contributor would single out few others.
    """

    published: Published
    together: Certificate | None = None
    because: Mapping[Key, str] = field(default_factory=dict)
    relations: Mapping[str, Relation] = field(default_factory=dict)
    contributors: Mapping[str, Certificate] = field(default_factory=dict)
    few_others: frozenset[Key] = frozenset()


def protect_beside(
    request: Request,
    rule: Rule,
    earlier: Sequence[Earlier],
    contributors: Sequence[Contributor] = (),
    *,
    sealed: Collection[Key] = frozenset(),
    progress: Callable[[int, int], None] | None = None,
) -> Beside:
    """Protect a request so that nothing more follows from it together with earlier releases.

    Args:
        request: as for `protect`.
        rule: what the tables must withstand, alone and together.
        earlier: what is out already, over the dimensions of the request.
        contributors: who knows its own part, of the release and of earlier ones of the same people.
        sealed: cells to withhold whatever their number.
        progress: as for `protect`.

    Raises:
        ConflictError: what is out decides.
        OtherPeopleError: a release seems to count other people.
    """
    if not earlier:
        made = protect_among(request, rule, contributors, sealed=sealed, progress=progress)
        return Beside(made.published, contributors=made.audits, few_others=made.because)
    past = Past(request, rule, earlier)
    sides = past.sides(contributors)
    because: dict[Key, str] = dict(past.because)
    past.stop(past.hidden)
    # What was found in one round is not looked for again in the next.
    ways = Ways()
    for _ in range(ROUNDS):
        made = protect_among(
            request,
            rule,
            contributors,
            sealed={*sealed, *because},
            known=past.known,
            progress=progress,
            ways=ways,
        )
        counts = {cell.key: cell.n for cell in made.published.cells}
        told_ways = ways.told(past.keys)
        together = past.attack(counts, told_ways)
        follows = past.told(together)
        past.stop(follows)
        for side in sides:
            follows += past.told_of_others(side, counts, told_ways)
        if not follows:
            # The dearest question last: of what is safe otherwise.
            follows = past.told_in_hindsight(counts)
        if not follows:
            return Beside(
                made.published, together, because, past.relations, made.audits, made.because
            )
        because |= past.more(follows, made.published)
    raise past.conflict("the figures could not be made safe beside it")


def audit_beside(
    request: Request, rule: Rule, earlier: Sequence[Earlier], counts: Counts
) -> list[str]:
    """Which earlier releases give more away together with ``counts`` than alone: their names.

    For a release that is protected already. Empty where nothing more follows.
    """
    past = Past(request, rule, earlier)
    shown = {key for key, n in counts.items() if n is not None}
    met = [name for key, name in past.because.items() if key in shown and key not in past.known]
    found = past.attack(counts)
    follows = [*past.told(found), *past.told_in_hindsight(counts)]
    met += [past.name(key) for key in follows]
    return sorted(set(met))
