"""Contributors who know their own part, against tables protected among them."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sdc.conftest import Oracle

from cairn.sdc.contributors import contributor_protection, residual
from cairn.sdc.contributors.contributor_protection import (
    ContributorProtection,
    ContributorView,
    protect_from_contributors,
)
from cairn.sdc.contributors.residual import (
    CellContributor,
    list_disclosed_others,
    list_narrow_others,
    subtract_contributor,
)
from cairn.sdc.options import Sums, Zeros
from cairn.sdc.protect import ProtectionFailedError, protect_tables
from cairn.sdc.suppression.moves import MoveCache
from cairn.sdc.tables.certificate import AuditCertificate, FeasibilityInterval
from cairn.sdc.tables.request import (
    ALL,
    RESULT,
    CellCounts,
    Key,
    Nest,
    TableRequest,
    UnfitRequestError,
)
from cairn.sdc.tables.rule import SuppressionRule
from cairn.sdc.tables.withholding_reasons import count_cells

TINY = SuppressionRule(minimum=3, width_small=2)
RULE = SuppressionRule()
DIMS = ("district", "race", RESULT)
slow = settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def by_value(cells: CellCounts, place: int = 0) -> list[CellContributor]:
    """Everyone with one value of a dimension is one contributor's own."""
    names = sorted({key[place] for key in cells.counts})
    return [
        CellContributor(name, {key: n for key, n in cells.counts.items() if key[place] == name})
        for name in names
    ]


def shown(made: ContributorProtection) -> dict[Key, int | None]:
    return {cell.key: cell.n for cell in made.published.cells}


def county(**districts: dict[str, tuple[int, int]]) -> CellCounts:
    """By district, for each race how many have the outcome and how many have not."""
    return CellCounts(
        DIMS,
        {
            (district, race, result): n
            for district, races in districts.items()
            for race, pair in races.items()
            for result, n in zip(("yes", "no"), pair, strict=True)
        },
    )


LARGE = {"x": (40, 60), "y": (30, 70)}


def test_a_few_others_in_a_county_number_are_withheld() -> None:
    """46 and 64 of race y in the county; 40 and 60 of them are a's, so 6 and 4 would be left."""
    cells = county(
        a={"x": (40, 60), "y": (40, 60)},
        b={"x": (30, 70), "y": (3, 2)},
        c={"x": (30, 70), "y": (3, 2)},
    )
    request = TableRequest(cells, (("race",),))
    alone = {cell.key: cell.n for cell in protect_tables(request, RULE).cells}
    assert alone[(ALL, "y", "yes")] == 46
    made = protect_from_contributors(request, RULE, by_value(cells))
    assert shown(made)[(ALL, "y", "yes")] is None
    assert (ALL, "y", "yes") in made.because
    assert made.published.explanation.few_others == 2
    assert not any(list_disclosed_others(found) for found in made.audits.values())


def test_where_the_others_are_many_nothing_more_is_withheld() -> None:
    cells = county(a=LARGE, b=LARGE, c=LARGE)
    request = TableRequest(cells, (("district", "race"),))
    made = protect_from_contributors(request, RULE, by_value(cells))
    assert not made.published.withheld
    assert set(made.audits) == {"a", "b", "c"}
    assert made.published == protect_tables(request, RULE)


def test_whoever_has_everybody_has_no_others() -> None:
    cells = county(a=LARGE)
    request = TableRequest(cells, (("race",),))
    assert protect_from_contributors(request, RULE, by_value(cells)) == ContributorProtection(
        protect_tables(request, RULE)
    )


def test_nobody_has_more_of_its_own_than_there_are() -> None:
    cells = county(a=LARGE)
    for own in ({("a", "x", "yes"): 41}, {("b", "x", "yes"): 1}):
        with pytest.raises(UnfitRequestError, match="more people of its own"):
            subtract_contributor(cells, CellContributor("a", own))


@st.composite
def shared(draw: st.DrawFn) -> tuple[TableRequest, list[CellContributor], SuppressionRule]:
    """Tiny tables whose people belong to two or three contributors: those of a value of the first
    dimension, or anybody."""
    sizes, tables = draw(
        st.sampled_from(
            [
                ({"a": 3, "b": 2}, (("a", "b"),)),
                ({"a": 3, "b": 2}, (("a",), ("b",))),
                ({"a": 3, "b": 2}, (("b",),)),
                ({"a": 2, "b": 2, "c": 2}, (("b", "c"),)),
                ({"a": 2, "b": 2, "c": 2}, (("a", "b", "c"),)),
                ({"a": 2, "b": 2, RESULT: 2}, (("a",), ("b",))),
                ({"a": 2, "b": 2, RESULT: 2}, (("b",),)),
                ({"a": 2, "b": 2, "c": 2}, (("a", "b"), ("b", "c"), ("a", "c"))),
            ]
        )
    )
    values = [["no", "yes"] if d == RESULT else [f"{d}{n}" for n in range(k)]
              for d, k in sizes.items()]  # fmt: skip
    counts = {key: draw(st.integers(0, 3)) for key in product(*values)}
    cells = CellCounts(tuple(sizes), counts)
    if draw(st.booleans()):
        whose = by_value(cells)
    else:
        own = {key: draw(st.integers(0, n)) for key, n in counts.items()}
        rest = {key: n - own[key] for key, n in counts.items()}
        whose = [CellContributor("one", own), CellContributor("two", rest)]
    zeros, sums = draw(st.sampled_from(list(Zeros))), draw(st.sampled_from(list(Sums)))
    return TableRequest(cells, tables), whose, replace(TINY, zeros=zeros, sums=sums)


@slow
@given(shared())
def test_no_contributor_of_unlimited_patience_singles_out_few_others(
    possible_values: Oracle, drawn: tuple[TableRequest, list[CellContributor], SuppressionRule]
) -> None:
    """It takes away its own part and tries every table of all others that there can be."""
    request, whose, rule = drawn
    published = shown(protect_from_contributors(request, rule, whose))
    dims = request.cells.dims
    for one in whose:
        rest = subtract_contributor(request.cells, one)
        left, own = (
            count_cells(rest, set(published)),
            count_cells(CellCounts(dims, one.own), set(published)),
        )
        seen = {key: None if n is None else n - own[key] for key, n in published.items()}
        for key, n in seen.items():
            assert n is None or not few(dims, left, key, rule), key
        told = [key for key, n in seen.items() if n is None and few(dims, left, key, rule)]
        opened = max(sum(value != ALL for value in key) for key in published)
        top = max(n for key, n in left.items() if sum(v != ALL for v in key) == opened)
        # One more than any count is nearly always enough for the oracle, and much faster.
        for most in (top + 1, top + 2):
            if told:
                found = _possible(possible_values, dims, seen, own, rule, most)
                told = [key for key in told if len(found[key]) < rule.width_complementary]
        assert not told, one.name


def few(dims: tuple[str, ...], left: Mapping[Key, int], key: Key, rule: SuppressionRule) -> bool:
    """Whether a cell is about few others: some, but fewer than the minimum; or none (or all) of
    those others there are has the outcome."""
    outcome = RESULT in dims and key[dims.index(RESULT)] != ALL
    if left[key] or not outcome:
        return 0 < left[key] < rule.minimum
    return left[group(dims, key)] > 0


def group(dims: tuple[str, ...], key: Key) -> Key:
    at = dims.index(RESULT)
    return (*key[:at], ALL, *key[at + 1 :])


def _possible(
    possible_values: Oracle,
    dims: tuple[str, ...],
    seen: Mapping[Key, int | None],
    own: Mapping[Key, int],
    rule: SuppressionRule,
    most: int,
) -> dict[Key, set[int]]:
    def somebody(key: Key) -> bool:
        """Of a withheld group it is known that somebody is in it; nobody, for all that is known,
        of the others where the contributor is in it itself."""
        opened = sum(value != ALL for value in key)
        outcome = RESULT in dims and key[dims.index(RESULT)] != ALL
        return not own[key] and not outcome and (rule.zeros is Zeros.SHOWN or opened <= 2)

    found: dict[Key, set[int]] = possible_values(dims, seen, most=most, at_least_one=somebody)
    return found


def row(**groups: tuple[int, int]) -> tuple[TableRequest, CellContributor]:
    """One row of groups; of each, how many there are, and how many of them are the contributor's
    own."""
    cells = CellCounts(("race",), {(race,): n for race, (n, _) in groups.items()})
    own = CellContributor("a", {(race,): mine for race, (_, mine) in groups.items()})
    return TableRequest(cells, (("race",),)), own


def test_withheld_parts_do_not_come_to_few_others() -> None:
    """4 and 5 others are withheld, and the total less the rest tells that they are 9."""
    request, one = row(x=(44, 40), y=(45, 40), z=(70, 40), w=(90, 40))
    hidden = {("x",), ("y",)}
    assert ContributorView(request, RULE, one).find_more_to_withhold(hidden, MoveCache()) == {
        ("z",)
    }
    assert not ContributorView(request, replace(RULE, sums=Sums.FREE), one).find_more_to_withhold(
        hidden, MoveCache()
    )


def test_where_all_parts_are_withheld_the_total_is_too() -> None:
    request, one = row(x=(44, 40), y=(43, 40))
    side = ContributorView(request, RULE, one, known={(ALL,)})
    assert side.cells_with_few_others == {("x",), ("y",)}
    assert side.find_more_to_withhold({("x",), ("y",)}, MoveCache()) == {(ALL,)}


def test_what_is_public_already_is_left_to_whoever_knows_what_else_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request, one = row(x=(44, 40), y=(60, 10), z=(70, 10))
    monkeypatch.setattr(contributor_protection, "ProtectionFailedError", pytest.fail)
    made = protect_from_contributors(request, RULE, [one], known={("x",)})
    assert shown(made)[("x",)] == 44


def test_the_attack_is_believed_over_the_protector(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should the protector see nothing to do, everything that counts others is withheld."""
    request, one = row(x=(60, 10), y=(60, 10), z=(70, 70))
    true, objections = residual.audit_residual, [("x",)]

    def objecting(*asked: object, **more: object) -> AuditCertificate:
        found = true(*asked, **more)  # type: ignore[arg-type]
        return replace(found, exposed=(objections.pop(),)) if objections else found

    monkeypatch.setattr(contributor_protection, "audit_residual", objecting)
    made = protect_from_contributors(request, RULE, [one])
    assert shown(made) == {(ALL,): None, ("x",): None, ("y",): None, ("z",): 70}


def test_where_the_attack_objects_to_the_end_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request, one = row(x=(60, 10), y=(60, 10))
    true = residual.audit_residual

    def objecting(*asked: object, **more: object) -> AuditCertificate:
        return replace(true(*asked, **more), exposed=(("x",),))  # type: ignore[arg-type]

    monkeypatch.setattr(contributor_protection, "audit_residual", objecting)
    with pytest.raises(ProtectionFailedError):
        protect_from_contributors(request, RULE, [one])


def test_an_empty_group_that_may_be_withheld_is_not_told() -> None:
    """Where empty groups may cover others, a group of three dimensions without any others may be
    one of them: the contributor is not taken to know."""
    counts = dict.fromkeys(product("ab", "xy", "mf"), 3)
    cells = CellCounts(
        ("district", "race", "gender"), counts | {("a", "x", "m"): 9, ("b", "y", "f"): 0}
    )
    own = {("a", "x", "m"): 9, ("a", "y", "f"): 3}
    request = TableRequest(cells, (("district", "race", "gender"),))
    made = protect_from_contributors(
        request, SuppressionRule(zeros=Zeros.COVER), [CellContributor("one", own)]
    )
    found = {one.key for one in made.audits["one"].ranges}
    assert ("a", "x", "m") in found


def test_a_number_of_others_that_is_known_to_be_large_tells_of_nobody() -> None:
    def seen(low: int, high: int) -> FeasibilityInterval:
        return FeasibilityInterval(("x",), low, high, high - low + 1, 3, high - low + 1, 3)

    found = AuditCertificate("", (seen(3, 4), seen(40, 40), seen(4, 9)), (), (), 0, 0, RULE)
    assert list_narrow_others(found) == [seen(3, 4)]


def test_schools_of_one_contributor_have_nobody_else() -> None:
    """What b withholds for itself is unknown to c, and a is told nothing of its own schools."""
    cells = CellCounts(
        ("district", "school", RESULT),
        {
            (d, f"{d}{n}", result): people
            for d, schools in {
                "a": ((4, 40), (30, 50), (20, 40)),
                "b": ((30, 50), (25, 45), (3, 30)),
                "c": ((30, 40), (30, 50), (40, 60)),
            }.items()
            for n, pair in enumerate(schools)
            for result, people in zip(("yes", "no"), pair, strict=True)
        },
    )
    request = TableRequest(cells, (("school",),), (Nest("school", "district"),))
    made = protect_from_contributors(request, RULE, by_value(cells))
    assert all(one.key[0] != "a" for one in made.audits["a"].ranges)
    assert any(one.key[0] == "b" for one in made.audits["a"].ranges)
