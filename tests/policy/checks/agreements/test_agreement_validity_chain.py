"""Of any agreements whatever: no circle stands, reading never fails, joining twice is joining."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.policy.checks.agreements.agreement_validity import (
    add_joined_parties,
    find_agreement_circle,
    resolve_agreement_chain,
)
from cairn.policy.facts.agreements.agreement import AgreementFact
from cairn.policy.lint import lint_agreement
from cairn.policy.questions.governance.agreements import decide_agreement_in_force
from cairn.policy.vocabulary.agreements import AgreementTier, PartyRole
from cairn.policy.vocabulary.data_use import LegalBasis, Level

Agreed = Callable[..., AgreementFact]
NAMES = "ABCDE"
# Agreements are made by a fixture of the session, which holds no state.
once = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
graphs = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), unique=True, max_size=3), max_size=5
)


def reached(graph: Mapping[str, list[str]], start: str) -> set[str]:
    """Every name above one, itself only where it is above itself."""
    found: set[str] = set()
    ahead = list(graph[start])
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += graph.get(name, [])
    return found


@once
@given(graph=graphs)
def test_what_stands_rests_on_what_is_there_and_never_on_itself(
    agreed: Agreed, on: date, graph: dict[str, list[str]]
) -> None:
    among = {name: agreed(reference=name, under=tuple(above)) for name, above in graph.items()}
    for name in graph:
        above = reached(graph, name)
        circular = any(one in reached(graph, one) for one in {name, *above} & set(graph))
        whole = above <= set(graph)
        assert decide_agreement_in_force(
            resolve_agreement_chain(among[name], among), on
        ).allowed == (whole and not circular)
        assert bool(find_agreement_circle(among[name], among)) == circular


@once
@given(graph=graphs, day=st.integers(0, 800))
def test_one_that_ends_ends_all_that_rest_on_it(
    agreed: Agreed, on: date, graph: dict[str, list[str]], day: int
) -> None:
    ends = on + timedelta(days=day)
    chain = {name: agreed(reference=name) for name in NAMES}
    under = {name: agreed(reference=f"{name}1", under=(name,)) for name in graph}
    among = {a.reference: a for a in (*chain.values(), *under.values())}
    among["A"] = agreed(reference="A", ends=ends)
    for name, one in under.items():
        stands = decide_agreement_in_force(
            resolve_agreement_chain(one, among), ends + timedelta(days=1)
        ).allowed
        assert stands == (name != "A" and ends < date(2028, 2, 29))


_TEXTS = st.sampled_from(["", "all", "[TBD]", "Exhibit Q", "{about}", "as long as needed", "§"])


def blanked(
    agreement: AgreementFact, names: frozenset[str], text: str
) -> Iterator[tuple[str, object]]:
    """Some facts taken away, and one text in the place of every other text."""
    for field in fields(agreement):
        said = getattr(agreement, field.name)
        if type(said) is str:
            yield field.name, text
        elif field.name in names and isinstance(said, tuple | frozenset):
            yield field.name, type(said)()


@once
@given(
    basis=st.sampled_from(LegalBasis),
    tier=st.sampled_from(AgreementTier),
    level=st.sampled_from(Level),
    names=st.frozensets(st.sampled_from([f.name for f in fields(AgreementFact)])),
    text=_TEXTS,
)
def test_whatever_is_missing_it_is_read_to_the_end(
    agreed: Agreed,
    on: date,
    basis: LegalBasis,
    tier: AgreementTier,
    level: Level,
    names: frozenset[str],
    text: str,
) -> None:
    whole = agreed(basis, tier=tier, level=level)
    bare = replace(whole, **dict(blanked(whole, names, text)))  # type: ignore[arg-type]
    found = lint_agreement(bare, None, on)
    assert all(f.message and f.instead and f.citation and f.clause for f in found)
    assert found == lint_agreement(bare, None, on)
    assert len({(f.key, f.message) for f in found}) == len(found)


@once
@given(roles=st.lists(st.sampled_from(PartyRole), max_size=4))
def test_joining_twice_is_joining(agreed: Agreed, on: date, roles: list[PartyRole]) -> None:
    base = agreed()
    joinders = [
        replace(
            base,
            reference=f"J{number}",
            joins="A",
            parties=(replace(base.parties[0], organization=f"o{number}", role=role),),
        )
        for number, role in enumerate(roles)
    ]
    whole = add_joined_parties(base, joinders, on)
    assert len(whole.parties) == 2 + len(roles)
    assert add_joined_parties(whole, joinders, on) == whole
    assert decide_agreement_in_force(whole, on).allowed
