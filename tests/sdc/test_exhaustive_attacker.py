"""The audit and the protector against an attacker with unlimited patience, on tiny tables."""

from functools import partial
from itertools import combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.sdc.audit.audit_hints import AuditHints
from cairn.sdc.audit.table_audit import audit_tables
from cairn.sdc.options import Zeros
from cairn.sdc.protect import protect_tables
from cairn.sdc.tables.request import ALL, RESULT, CellCounts, Key, Nest, TableRequest
from cairn.sdc.tables.rule import SuppressionRule

slow = settings(
    deadline=None,
    max_examples=35,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

TINY = SuppressionRule(minimum=3, width_small=2, zeros=Zeros.SHOWN)
DESIGNS: list[tuple[dict[str, int], tuple[tuple[str, ...], ...]]] = [
    ({"a": 3, "b": 2}, (("a", "b"),)),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b", "c"),)),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b"), ("b", "c"))),
    ({"a": 2, "b": 2, "c": 2}, (("a", "b"), ("b", "c"), ("a", "c"))),
    ({"a": 3, RESULT: 2}, (("a",),)),
    ({"a": 2, "b": 2, RESULT: 2}, (("a",), ("b",))),
]


def values_of(dim: str, size: int) -> list[str]:
    return ["no", "yes"] if dim == RESULT else [f"{dim}{at}" for at in range(size)]


@st.composite
def tiny(draw: st.DrawFn, most: int) -> TableRequest:
    sizes, tables = draw(st.sampled_from(DESIGNS))
    keys = product(*(values_of(dim, size) for dim, size in sizes.items()))
    return TableRequest(
        CellCounts(tuple(sizes), {key: draw(st.integers(0, most)) for key in keys}), tables
    )


def not_outcome(dims: tuple[str, ...], key: Key) -> bool:
    return RESULT not in dims or key[dims.index(RESULT)] == ALL


@slow
@given(tiny(most=3))
def test_the_protector_leaves_enough_to_unlimited_patience(possible_values, request_) -> None:
    published = protect_tables(request_, TINY)
    dims = published.dims
    said = {cell.key: cell.n for cell in published.cells}

    def values(most: int) -> dict[Key, set[int]]:
        outcome = partial(not_outcome, dims)
        enough = TINY.width_complementary
        found: dict[Key, set[int]] = possible_values(
            dims, said, most=most, at_least_one=outcome, enough=enough
        )
        return found

    # One more than any count is nearly always enough for the oracle, and much faster.
    few = [key for key, found in values(4).items() if len(found) < TINY.width_complementary]
    assert not few or all(len(found) >= TINY.width_complementary for found in values(5).values())


@slow
@given(tiny(most=2), st.data())
def test_the_audit_agrees_with_unlimited_patience(possible_values, request_, data) -> None:
    """Whatever cells are hidden, and whatever it is told of other tables, true or not: the audit
    calls a cell safe exactly if it is."""
    rule = SuppressionRule(minimum=4, width_small=3, width_complementary=3)
    dims = request_.cells.dims
    truth = protect_nothing(request_)
    total = truth[(ALL,) * len(dims)]
    hidden = {
        key
        for key, n in truth.items()
        if n != total and (n or not not_outcome(dims, key)) and data.draw(st.booleans())
    }
    published = {key: None if key in hidden else n for key, n in truth.items()}
    changes = st.dictionaries(st.sampled_from(sorted(truth)), st.integers(-2, 2), max_size=8)
    ways = data.draw(st.lists(changes, max_size=6))
    certificate = audit_tables(
        dims, published, request_.tables, (), rule, hints=AuditHints(truth, ways)
    )
    values = possible_values(
        dims, published, most=total, at_least_one=lambda key: not_outcome(dims, key)
    )
    for found in certificate.ranges:
        assert found.safe == (len(values[found.key]) >= found.required)
        assert {found.low, found.high} <= values[found.key]


def protect_nothing(request_: TableRequest) -> dict[Key, int]:
    """Every cell of every margin, all shown."""
    dims, counts = request_.cells.dims, dict[Key, int]()
    for table in request_.tables:
        whole = [*table, *({RESULT} & set(dims))]
        for kept in (k for size in range(len(whole) + 1) for k in combinations(whole, size)):
            margin: dict[Key, int] = {}
            for key, n in request_.cells.counts.items():
                cell = tuple(v if d in kept else ALL for d, v in zip(dims, key, strict=True))
                margin[cell] = margin.get(cell, 0) + n
            counts |= margin
    return counts


def test_the_oracle_itself_solves_a_row(possible_values) -> None:
    published = {("All",): 12, ("x",): None, ("y",): 9}
    assert possible_values(("a",), published, most=12) == {("x",): {3}}


def test_the_oracle_knows_nests(possible_values) -> None:
    published: dict[Key, int | None] = {
        ("All", "All"): 5, ("d", "All"): 3, ("e", "All"): 2,
        ("d", "s"): None, ("d", "t"): None, ("e", "u"): None,
    }  # fmt: skip
    found = possible_values(
        ("district", "school"), published, most=5, nests=(Nest("school", "district"),)
    )
    assert found == {("d", "s"): {1, 2}, ("d", "t"): {1, 2}, ("e", "u"): {2}}
