"""Properties over random tables: whatever is asked, nothing withheld can be worked out."""

from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.disclosure.attack import attack
from cairn.disclosure.protect import protect
from cairn.disclosure.rule import Rule, Zeros
from cairn.disclosure.table import ALL, RESULT, Cells, Key, Nest, Request

COUNTS = st.one_of(st.just(0), st.integers(1, 9), st.integers(0, 60))


@st.composite
def requests(
    draw: st.DrawFn, most_dims: int = 4, counts: st.SearchStrategy[int] = COUNTS
) -> Request:
    """Two to four dimensions, now and then nested, with outcomes, in several linked tables."""
    nested, outcome = draw(st.booleans()), draw(st.booleans())
    dims = ["place", "race", "gender", "grade"][: draw(st.integers(2, most_dims))]
    if nested:
        dims.insert(1, "school")
    if outcome:
        dims.append(RESULT)
    sizes = {dim: draw(st.integers(1, 3), label=dim) for dim in dims}
    keys: list[Key] = [()]
    for dim in dims:
        if dim == "school":
            keys = [(*k, f"{k[0]}-{i}") for k in keys for i in range(sizes[dim])]
        else:
            values = ["yes", "no"] if dim == RESULT else [f"{dim}{i}" for i in range(sizes[dim])]
            keys = [(*k, value) for k in keys for value in values]
    found = {key: draw(counts) for key in keys}
    names = [dim for dim in dims if dim != RESULT]
    options = [c for size in (1, 2, 3) for c in combinations(names, size)]
    tables = draw(st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True))
    nests = (Nest("school", "place"),) if nested else ()
    return Request(Cells(tuple(dims), found), tuple(tables), nests)


rules = st.builds(
    Rule,
    minimum=st.integers(5, 16),
    width_small=st.integers(2, 4),
    width_complementary=st.just(2),
    zeros=st.sampled_from(Zeros),
)

slow = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def true_count(request: Request, key: Key) -> int:
    return sum(
        n
        for finest, n in request.cells.counts.items()
        if all(v in (ALL, f) for v, f in zip(key, finest, strict=True))
    )


@slow
@given(requests(), rules)
def test_no_withheld_cell_can_be_narrowed_and_what_is_shown_is_true(
    request_: Request, rule: Rule
) -> None:
    published = protect(request_, rule)
    counts = {cell.key: cell.n for cell in published.cells}
    assert len(counts) == len(published.cells)
    again = attack(published.dims, counts, request_.tables, request_.nests, rule)
    assert again.safe
    assert again == published.certificate
    for key, n in counts.items():
        assert n is None or n == true_count(request_, key)
