"""What may stand where a small number was."""

from datetime import date

import pytest

from cairn.policy.engine.decision import Decision
from cairn.policy.facts.outputs.release import SmallCellDisplay, SmallCellRequirement
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.questions.data.data_marts import may_show_small_cell
from cairn.policy.vocabulary.decisions import Outcome

DAY = date(2026, 11, 2)
HEALTH = SmallCellRequirement("cms-11", "the agency's policy of 2024", 11)
BANDS = SmallCellRequirement("edfacts", "the public files' documentation", 6, percentages=True)


def denied(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.refusals]


def test_another_number_is_refused_with_the_rule_and_its_place() -> None:
    found = may_show_small_cell(SmallCellDisplay.ANOTHER_NUMBER, [HEALTH], DAY)
    assert found.outcome is Outcome.DENY
    assert denied(found) == [cards.SMALL_WITHHELD.id]
    (reason,) = found.refusals
    assert reason.message.startswith("cms-11 suppresses all counts below 11.")
    assert reason.citation == "34 CFR 99.31(b)(1); the agency's policy of 2024"


def test_every_rule_that_demands_it_is_told() -> None:
    found = may_show_small_cell(SmallCellDisplay.ANOTHER_NUMBER, [HEALTH, BANDS], DAY)
    assert denied(found) == [cards.SMALL_WITHHELD.id] * 2


@pytest.mark.parametrize("in_place", SmallCellDisplay)
def test_where_nothing_is_demanded_anything_may(in_place: SmallCellDisplay) -> None:
    assert may_show_small_cell(in_place, [], DAY).allowed


def test_a_blank_or_a_range_withholds() -> None:
    for in_place in (SmallCellDisplay.NOTHING, SmallCellDisplay.RANGE):
        assert may_show_small_cell(in_place, [HEALTH], DAY).allowed
    assert may_show_small_cell(SmallCellDisplay.NOTHING, [HEALTH, BANDS], DAY).allowed


def test_no_range_beside_percentages_that_it_could_undo() -> None:
    found = may_show_small_cell(SmallCellDisplay.RANGE, [HEALTH, BANDS], DAY)
    assert denied(found) == [cards.PERCENTAGES_ALONE.id]
