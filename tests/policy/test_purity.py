"""The law stands on the standard library alone, and every rule says where it comes from."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cairn.policy.law import cards
from cairn.policy.law.cards import CARDS
from cairn.policy.law.packs.catalog import CLASS_PACKS
from cairn.policy.law.packs.pack import ClassPack
from cairn.policy.law.rule_card import RuleCard, RuleSource
from cairn.policy.vocabulary.decisions import Audience

_LOADED = """
import importlib, pkgutil, sys
before = set(sys.modules)
import cairn.policy
for module in pkgutil.walk_packages(cairn.policy.__path__, "cairn.policy."):
    importlib.import_module(module.name)
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - set(sys.stdlib_module_names)))
"""
_PARAGRAPHS = frozenset(Path(__file__).with_name("cited_paragraphs.txt").read_text().splitlines())

_REVEALING = re.compile(
    r"meal|disab|homeless|health|wage|substance|juvenile|immigra|foster|consent|revok|opt|parent"
    r"|court|hold|welfare|wic|snap|tanf",
    re.IGNORECASE,
)


def test_rules_load_nothing_outside_the_standard_library() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["cairn"]


def _paragraphs(citation: str) -> set[str]:
    """The paragraphs of law that a citation names: "34 CFR 99.30(a), 99.31(d); Cairn policy, …"."""
    found: set[str] = set()
    for part in citation.split("; "):
        first, *more = re.split(r", (?=\d)", part)
        title = " ".join(first.split()[:2])
        found |= {first, *(f"{title} {one}" for one in more)}
    return {one for one in found if not one.startswith("Cairn policy, ")}


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_law_card_cites_a_paragraph_that_exists(card: RuleCard) -> None:
    cited = _paragraphs(card.citation)
    assert cited <= _PARAGRAPHS
    assert (card.severity is RuleSource.LAW) is bool(cited)


@pytest.mark.parametrize("pack", CLASS_PACKS, ids=lambda pack: pack.id)
def test_a_condition_cites_a_paragraph_that_exists(pack: ClassPack) -> None:
    assert {condition.citation for condition in pack.conditions} <= _PARAGRAPHS


def test_every_listed_paragraph_is_used() -> None:
    used = {one for card in CARDS for one in _paragraphs(card.citation)}
    used |= {condition.citation for pack in CLASS_PACKS for condition in pack.conditions}
    assert used >= _PARAGRAPHS


def test_numbers_are_unique() -> None:
    numbers = [card.id for card in CARDS]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_nobody_but_a_steward_hears_the_facts(card: RuleCard) -> None:
    """Only the element that the hearer named may return to them: no count, party or clause. Those
    who are not the child's family hear nothing that tells one reason from another."""
    for audience in set(Audience) - {Audience.STEWARD}:
        said = card.others.get(audience, card.withheld)
        assert set(re.findall(r"{(\w+)}", said)) <= {"element"}
        if audience is not Audience.FAMILY:
            assert not _REVEALING.search(said)
    assert "{" not in card.statement


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_a_card_speaks_in_whole_sentences(card: RuleCard) -> None:
    for sentence in (card.statement, card.steward, card.withheld, card.met, card.next_step):
        assert not sentence or sentence.endswith((".", "}"))


def test_every_file_of_cards_is_a_source() -> None:
    """A card that is in no source would be in no reference page and in none of these tests."""
    modules = {
        module.name
        for module in pkgutil.walk_packages(cards.__path__, f"{cards.__name__}.")
        if not module.ispkg
    }
    with_cards = {
        name
        for name in modules
        if any(
            isinstance(value, RuleCard) for value in vars(importlib.import_module(name)).values()
        )
    }
    assert {source.__name__ for source in cards.CARD_MODULES} == with_cards
    for source in cards.CARD_MODULES:
        mine = {v.id for v in vars(source).values() if isinstance(v, RuleCard)}
        assert mine == {card.id for card in source.ALL}
