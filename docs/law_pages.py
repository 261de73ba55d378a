"""Print the reference pages of the law: every rule card, its message for each audience, packs."""

from collections.abc import Iterable
from types import ModuleType

from tables import table

from cairn.policy.law.cards import CARD_MODULES
from cairn.policy.law.packs.catalog import BASIS_PACKS, CLASS_PACKS
from cairn.policy.law.packs.pack import (
    BasisPack,
    ClassPack,
    StatePack,
    format_authority_key,
    format_condition_key,
)
from cairn.policy.law.packs.state_packs import STATE_PACKS
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.law.sentence_templates import show_template
from cairn.policy.vocabulary.decisions import Audience


def rules() -> str:
    """Every rule card by its source, with the words for each audience."""
    opening = (
        "# Rules\n\nThis page lists every rule that a decision can cite. The sentences are Cairn's "
        "own; see the citation for the text of the law. General guidance, not legal advice.\n\n"
        "A data steward sees the full reason, with numbers and names in place of the words in "
        "braces. A recipient sees the same sentence for many reasons, so that a refusal reveals "
        "nothing about a child. A family sees messages about its own child. *Checked*: a person "
        "has read the cited paragraph itself, not only a summary.\n"
    )
    return opening + "".join(map(_source, CARD_MODULES))


def _source(source: ModuleType) -> str:
    title = (source.__doc__ or "").splitlines()[0].rstrip(".").removeprefix("State ")
    title = title[:1].upper() + title[1:]
    cards: Iterable[RuleCard] = source.ALL
    head = (
        "rule",
        "citation",
        "requirement",
        "message to the data steward",
        "next step",
        "message to the recipient",
        "message to the family",
        "source",
        "checked",
    )
    return f"\n## {title}\n\n{table(head, map(_card, cards))}"


def _card(card: RuleCard) -> tuple[str, ...]:
    return (
        card.id,
        card.citation,
        card.statement,
        show_template(card.steward),
        show_template(card.next_step),
        show_template(card.find_template(Audience.RECIPIENT)),
        show_template(card.find_template(Audience.FAMILY)),
        card.severity.value,
        "yes" if card.verified else "not yet",
    )


def packs() -> str:
    """Legal bases with their criteria, the packs of special classes, and the states."""
    opening = (
        "# Law packs\n\nThis page lists what an agreement must state for each legal basis. It also "
        "lists what other laws add for special classes of data elements and for states. A pack can "
        "only restrict: it never allows what another rule refuses. General guidance, not legal "
        "advice.\n\n## Legal bases\n\n"
        "Enter each key as a table under `[legal_basis.criteria]`. It has the answer, the clause "
        "and its words, and the counsel who confirmed it (see the agreement format). The agreement "
        "is not in force if a key that it needs is missing or empty. Nor is it in force if an "
        "answer denies what the law asks.\n"
    )
    bases = opening + "".join(map(_basis, BASIS_PACKS.values()))
    classes = "\n## Special classes of elements\n" + "".join(map(_class, CLASS_PACKS))
    states = (
        "\n## States\n\nIf a state is not listed here, a named person who knows its law decides "
        "about uses of student-level data, and gives a reason. If the state of a data "
        "source is not on record, no use is allowed.\n\n"
        + table(
            ("state", "law", "additional rules", "replaces counsel's review", "law read"),
            map(_state, STATE_PACKS.values()),
        )
    )
    return bases + classes + states


def _basis(pack: BasisPack) -> str:
    rows = ((f"`{key}`", card.statement, card.citation) for key, card in pack.criteria.items())
    head = ("key", "requirement", "citation")
    criteria = f"\n{table(head, rows)}" if pack.criteria else ""
    more = ", ".join(f"`{key}`" for key in sorted(pack.more_keys))
    also = f"\nOptional keys: {more}.\n" if more else ""
    return f"\n### `{pack.basis.value}`\n\n{pack.law}.\n{criteria}{also}"


def _class(pack: ClassPack) -> str:
    carried = ", ".join(f"`{b.value}`" for b in sorted(pack.carried_by)) or "none"
    parts = [
        f"\n### `{pack.special.value}`\n",
        f"{pack.law}. {pack.card.statement}\n",
        f"Legal bases that cover these elements: {carried}. For any other basis, name the law "
        f"that allows it under `{format_authority_key(pack.special)}`"
        + (
            f". Enter one of these conditions under `{format_condition_key(pack.special)}`:\n"
            if pack.conditions
            else ".\n"
        ),
    ]
    rows = ((f"`{c.code}`", c.says, c.citation) for c in pack.conditions)
    conditions = table(("condition", "description", "citation"), rows) if pack.conditions else ""
    limits = [f"For {p.value.replace('_', ' ')}: {c.statement}" for p, c in pack.not_for.items()]
    limits += [pack.seen_card.statement] if pack.seen_card else []
    limits += [f"Obligation: {card.steward}" for card in pack.obligations]
    return (
        "\n".join(parts)
        + ("\n" + conditions if conditions else "")
        + "".join(f"\n{s}\n" for s in limits)
    )


def _state(pack: StatePack) -> tuple[str, str, str, str, str]:
    named = (
        pack.no_rows,
        pack.staff_only,
        pack.report_card,
        pack.consents_kept,
        pack.custodian_signs,
        pack.destroy_copies,
        *dict.fromkeys(pack.prohibited_uses.values()),
    )
    cards = [card for card in named if card is not None]
    rules = [f"{card.statement} ({card.citation})" for card in cards]
    deadlines = pack.record_deadlines
    if deadlines is not None and deadlines.inspection_business_days is not None:
        days = deadlines.inspection_business_days
        rules.append(f"A family sees a record within {days} business days ({deadlines.law}).")
    scope = "yes" if pack.replaces_review else "no: counsel reviews the rest"
    history = " ".join(pack.changes)
    return (
        pack.name,
        pack.law,
        " ".join(rules),
        scope,
        f"{pack.reviewed_on}; again by {pack.review_due}. {history}",
    )
