"""A decision as it was told on its day, written beside what it decided and read back unchanged.

Access is computed for a date, so asking again later may answer differently; the record of a
disclosure (34 CFR 99.32) must keep what was answered then, to whom each sentence may be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from cairn.rules.citations import RuleCard
from cairn.rules.decision import Decision, Obligation, Reason
from cairn.rules.vocabulary import Audience, Outcome


@dataclass(frozen=True, slots=True)
class Recorded:
    """An old answer, in the shape of a `Decision` for whoever shows it; it permits nothing."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    obligations: tuple[Obligation, ...]
    elements: Mapping[str, Outcome]
    on: date
    basis: str

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The reasons against."""
        return tuple(r for r in self.reasons if r.effect is not Outcome.ALLOW)


def written(decision: Decision) -> dict[str, Any]:
    """The answer as plain data, every reason in the words of each audience."""
    return {
        "outcome": decision.outcome.value,
        "on": decision.on.isoformat(),
        "ruleset": decision.ruleset,
        "basis": decision.basis.value if decision.basis else "",
        "elements": {name: answer.value for name, answer in sorted(decision.elements.items())},
        "reasons": [_reason(reason) for reason in decision.reasons],
        "obligations": [
            {
                "code": duty.code,
                "message": duty.message,
                "citation": duty.citation,
                "due": duty.due.isoformat() if duty.due else "",
            }
            for duty in decision.obligations
        ],
    }


def read(stored: Mapping[str, Any]) -> Recorded:
    """The answer that `written` wrote."""
    return Recorded(
        outcome=Outcome(stored["outcome"]),
        reasons=tuple(_told_again(reason) for reason in stored["reasons"]),
        obligations=tuple(
            Obligation(
                code=duty["code"],
                message=duty["message"],
                citation=duty["citation"],
                due=date.fromisoformat(duty["due"]) if duty["due"] else None,
            )
            for duty in stored["obligations"]
        ),
        elements=MappingProxyType(
            {name: Outcome(answer) for name, answer in stored["elements"].items()}
        ),
        on=date.fromisoformat(stored["on"]),
        basis=stored["basis"],
    )


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "effect": reason.effect.value,
        "law": reason.card.citation,
        "where": reason.where,
        "about": reason.about,
        "next_step": reason.next_step,
        "told": {audience.value: reason.told(audience) for audience in Audience},
    }


def _told_again(stored: Mapping[str, Any]) -> Reason:
    """The reason with the words of its day: its sentences are quoted, not filled in again."""
    told = {Audience(name): _quoted(text) for name, text in stored["told"].items()}
    card = RuleCard(
        id=stored["code"],
        citation=stored["law"],
        statement=told[Audience.PUBLIC],
        steward=told[Audience.STEWARD],
        met=told[Audience.STEWARD],
        next_step=_quoted(stored["next_step"]),
        others=MappingProxyType(told),
    )
    where, about = stored["where"], stored["about"]
    return Reason(card, Outcome(stored["effect"]), where=where, about=about)


def _quoted(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
