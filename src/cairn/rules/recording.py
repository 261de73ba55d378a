"""What a line of the disclosure record has to say before anything leaves (34 CFR 99.32(a)(3))."""

from collections.abc import Iterable

from cairn.rules.cards import disclosed as cards
from cairn.rules.decision import Reason
from cairn.rules.vocabulary import Outcome


def complete(parties: Iterable[str], interest: str) -> Reason:
    """Whether a line names who receives and in which legitimate interest; a lack refuses."""
    named = ", ".join(sorted({one.strip() for one in parties} - {""}))
    said = interest.strip()
    gaps = ((named, "who receives"), (said, "in which legitimate interest"))
    lacking = " and ".join(what for found, what in gaps if not found)
    facts = (("lacking", lacking), ("parties", named), ("interest", said))
    return Reason(cards.RECORDED, Outcome.DENY if lacking else Outcome.ALLOW, facts)
