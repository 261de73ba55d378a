"""The reference pages of the law: rule cards with a text for each audience, and the packs."""

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
        "# Rules\n\nEvery rule that a decision can name. The sentences are ours; the citation "
        "leads to the words of the law. This is general guidance, not legal advice.\n\n"
        "A data steward reads the whole reason, with numbers and names in place of the words in "
        "braces. A recipient reads the same sentence for many reasons, so that a refusal discloses "
        "nothing about a child. A family reads about its own child. *Read*: a person has read the "
        "paragraph itself, not only a summary.\n"
    )
    return opening + "".join(map(_source, CARD_MODULES))


def _source(source: ModuleType) -> str:
    title = (source.__doc__ or "").splitlines()[0].rstrip(".").removeprefix("State ")
    title = title[:1].upper() + title[1:]
    cards: Iterable[RuleCard] = source.ALL
    head = (
        "rule",
        "citation",
        "what it requires",
        "a data steward reads",
        "next step",
        "a recipient reads",
        "a family reads",
        "from",
        "read",
    )
    return f"\n## {title}\n\n{table(head, map(_card, cards))}"


def _card(card: RuleCard) -> tuple[str, ...]:
    return (
        card.id,
        card.citation,
        card.statement,
        show_template(card.steward),
        show_template(card.next_step),
        card.others.get(Audience.RECIPIENT, show_template(card.withheld)),
        card.others.get(Audience.FAMILY, show_template(card.withheld)),
        card.severity.value,
        "yes" if card.verified else "not yet",
    )


def packs() -> str:
    """Legal bases with their criteria, the packs of special classes, and the states."""
    opening = (
        "# Law packs\n\nWhat an agreement must say for each legal basis, what special laws add "
        "for a class of data elements, and what a state adds. A pack can only restrict: it never "
        "allows what another rule refuses. This is general guidance, not legal advice.\n\n"
        "## Legal bases\n\n"
        "Each key goes under `[legal_basis.criteria]` and holds the text or number of the clause. "
        "If it is missing or empty, the agreement is not in force.\n"
    )
    bases = opening + "".join(map(_basis, BASIS_PACKS.values()))
    classes = "\n## Special classes of elements\n" + "".join(map(_class, CLASS_PACKS))
    states = (
        "\n## States\n\nIf a state is not listed here, a person who knows its law must answer for "
        "uses of student-level data, by name and with a reason. If the state of a source is not "
        "on record, nothing is allowed.\n\n"
        + table(("state", "law", "what it adds"), map(_state, STATE_PACKS.values()))
    )
    return bases + classes + states


def _basis(pack: BasisPack) -> str:
    rows = ((f"`{key}`", card.statement, card.citation) for key, card in pack.criteria.items())
    head = ("key", "what the text must show", "citation")
    told = f"\n{table(head, rows)}" if pack.criteria else ""
    more = ", ".join(f"`{key}`" for key in sorted(pack.more_keys))
    also = f"\nOther keys that Cairn reads: {more}.\n" if more else ""
    return f"\n### `{pack.basis.value}`\n\n{pack.law}.\n{told}{also}"


def _class(pack: ClassPack) -> str:
    carried = ", ".join(f"`{b.value}`" for b in sorted(pack.carried_by)) or "none"
    said = [
        f"\n### `{pack.special.value}`\n",
        f"{pack.law}. {pack.card.statement}\n",
        f"Covered by these legal bases: {carried}. Under any other, the agreement names its "
        f"authority under `{format_authority_key(pack.special)}`"
        + (
            f", and one of these under `{format_condition_key(pack.special)}`:\n"
            if pack.codes
            else ".\n"
        ),
    ]
    rows = ((f"`{c.code}`", c.says, c.citation) for c in pack.conditions)
    told = table(("condition", "the case", "citation"), rows) if pack.conditions else ""
    limits = [f"For {p.value.replace('_', ' ')}: {c.statement}" for p, c in pack.not_for.items()]
    limits += [pack.seen_card.statement] if pack.seen_card else []
    limits += [f"Obligation: {card.steward}" for card in pack.obligations]
    return "\n".join(said) + ("\n" + told if told else "") + "".join(f"\n{s}\n" for s in limits)


def _state(pack: StatePack) -> tuple[str, str, str]:
    named = (
        pack.no_rows,
        pack.staff_only,
        pack.report_card,
        pack.consents_kept,
        pack.destroy_copies,
    )
    cards = [card for card in named if card is not None]
    return pack.name, pack.law, " ".join(f"{c.statement} ({c.citation})" for c in cards)
