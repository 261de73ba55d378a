"""The search finds the cheapest safe form there is, and nothing unsafe is kept."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.sdc.microdata.anonymity import (
    AnonymityRule,
    CannotBeAnonymousError,
    CoarsenedExtract,
    GeneralizationHierarchy,
    ValueCodes,
    build_hierarchy,
    coarsen_columns,
)

Row = tuple[int, int, int]


def _ladders(rows: Sequence[Row]) -> list[GeneralizationHierarchy]:
    """Grade to band of four; school to district of two; and a sex with no coarser form."""
    return [
        build_hierarchy("grade", [[r[0] for r in rows], [r[0] // 4 for r in rows]]),
        build_hierarchy("school", [[r[1] for r in rows], [r[1] // 2 for r in rows]]),
        build_hierarchy("sex", [[r[2] for r in rows]]),
    ]


ROWS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 3), st.integers(0, 1)), min_size=1, max_size=30
)


def _whole(
    rows: Sequence[Row], rule: AnonymityRule, secrets: Sequence[int]
) -> dict[tuple[int, ...], float]:
    """Every allowed choice of rungs and what it loses, worked out row by row."""
    ladders, found = _ladders(rows), {}
    everything = [sum(ladder.bit_loss[-1][at] for ladder in ladders) for at in range(len(rows))]
    for rungs in product(*(range(ladder.height) for ladder in ladders)):
        alike = [
            tuple(
                int(ladder.codes_on_level(rung)[at])
                for ladder, rung in zip(ladders, rungs, strict=True)
            )
            for at in range(len(rows))
        ]
        sizes = Counter(alike)
        kinds = Counter(one for one, _secret in set(zip(alike, secrets, strict=True)))
        kept = [sizes[a] >= rule.k and kinds[a] >= rule.l for a in alike]
        if kept.count(False) <= int(rule.most_left_out * len(rows)):
            found[rungs] = sum(
                sum(
                    float(ladder.bit_loss[rung][at])
                    for ladder, rung in zip(ladders, rungs, strict=True)
                )
                if stays
                else everything[at]
                for at, stays in enumerate(kept)
            ) / (sum(everything) or 1)
    return found


@settings(max_examples=60)
@given(ROWS, st.integers(1, 5), st.integers(1, 2), st.sampled_from([0.0, 0.1, 0.5]), st.data())
def test_the_cheapest_safe_form_is_found(
    rows: list[Row], k: int, diverse: int, share: float, data: st.DataObject
) -> None:
    size = len(rows)
    secrets = data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    rule = AnonymityRule(k, diverse, share)
    every = _whole(rows, rule, secrets)
    sensitive: list[ValueCodes] = [np.array(secrets)]
    if not every:
        with pytest.raises(CannotBeAnonymousError):
            coarsen_columns(_ladders(rows), rule, sensitive)
        return
    found = coarsen_columns(_ladders(rows), rule, sensitive)
    assert found.lost == pytest.approx(min(every.values()), abs=1e-9)
    _is_safe(found, rule, secrets)
    assert (~found.kept).sum() <= int(share * size)


def _is_safe(found: CoarsenedExtract, rule: AnonymityRule, secrets: Sequence[int]) -> None:
    kept = found.classes[found.kept]
    assert all(count >= rule.k for count in Counter(kept.tolist()).values())
    kinds = {
        (int(c), s) for c, s, stays in zip(found.classes, secrets, found.kept, strict=True) if stays
    }
    assert all(count >= rule.l for count in Counter(c for c, _s in kinds).values())


@settings(max_examples=40)
@given(ROWS, st.integers(1, 4))
def test_a_stricter_rule_never_keeps_more(rows: list[Row], k: int) -> None:
    weaker = coarsen_columns(_ladders(rows), AnonymityRule(k, most_left_out=1))
    stricter = coarsen_columns(_ladders(rows), AnonymityRule(k + 1, most_left_out=1))
    assert stricter.lost >= weaker.lost - 1e-9


@settings(max_examples=40)
@given(ROWS, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[Row], chance: object) -> None:
    rule, mixed = AnonymityRule(2, most_left_out=1), list(rows)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = coarsen_columns(_ladders(rows), rule), coarsen_columns(_ladders(mixed), rule)
    assert one.lost == pytest.approx(other.lost)


def test_a_missing_secret_makes_no_class_more_diverse() -> None:
    rows: list[Row] = [(0, 0, 0)] * 4
    unknown = np.array([0, -1, -1, -1])
    with pytest.raises(CannotBeAnonymousError, match="does not have 2 different values"):
        coarsen_columns(_ladders(rows), AnonymityRule(2, 2, 0), [unknown])


def test_too_few_rows_say_so() -> None:
    with pytest.raises(CannotBeAnonymousError, match="has 2 rows, fewer than the 5"):
        coarsen_columns(_ladders([(0, 0, 0), (1, 1, 1)]), AnonymityRule(5, most_left_out=0.5))


def test_no_indirect_identifiers_leave_nothing_to_coarsen() -> None:
    assert coarsen_columns([], AnonymityRule(5)).levels == {}
    found = coarsen_columns([], AnonymityRule(2, 2, 0), [np.array([0, 1, 1])])
    assert found.kept.all()
    assert found.lost == 0


@pytest.mark.parametrize("bad", [{"k": 0}, {"k": 2, "l": 0}, {"k": 2, "most_left_out": 1.5}])
def test_a_rule_that_makes_no_sense_is_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        AnonymityRule(**bad)  # type: ignore[arg-type]
