"""The value that stands for a person, and the rule that chose it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cairn.matching.survivorship import (
    GoldenValue,
    SourceValue,
    SurvivorshipRule,
    choose_golden_values,
)

OLD, NEW = date(2024, 8, 1), date(2026, 8, 1)


def chosen(field: str, *said: SourceValue, trust: dict[str, int] | None = None) -> GoldenValue:
    (one,) = choose_golden_values({field: said}, trust or {})
    return one


def test_a_name_is_what_most_say() -> None:
    said = [
        SourceValue("Ana", "school", OLD),
        SourceValue("Anna", "club", NEW),
        SourceValue("Ana", "clinic", OLD),
    ]
    one = chosen("given_name", *said)
    assert (one.value, one.rule, one.said, one.of) == ("Ana", SurvivorshipRule.MOST_OFTEN, 2, 3)
    assert (one.sources, one.others) == (("clinic", "school"), ("Anna",))


def test_where_as_many_say_each_the_newer_counts() -> None:
    one = chosen("given_name", SourceValue("Ana", "school", OLD), SourceValue("Anna", "club", NEW))
    assert (one.value, one.rule) == ("Anna", SurvivorshipRule.MOST_RECENT)


def test_an_address_is_the_newest() -> None:
    said = [SourceValue("1 Old St", "school", OLD)] * 3
    assert chosen("street", *said, SourceValue("2 New St", "club", NEW)).value == "2 New St"


def test_an_id_is_the_trusted_source_s() -> None:
    one = chosen(
        "state_id",
        SourceValue("7", "club", NEW),
        SourceValue("8", "school", OLD),
        trust={"school": 2},
    )
    assert (one.value, one.rule) == ("8", SurvivorshipRule.MOST_TRUSTED)


def test_a_whole_middle_name_says_more_than_a_letter() -> None:
    one = chosen("middle_name", SourceValue("M", "school", NEW), SourceValue("María", "club", OLD))
    assert (one.value, one.rule) == ("María", SurvivorshipRule.MOST_TELLING)


def test_ways_to_write_one_name_are_one_name_and_the_fullest_stands() -> None:
    loud, bare, full = (
        SourceValue("RODRIGUEZ CHEN", "college", NEW),
        SourceValue("Rodriguez-Chen", "board", NEW),
        SourceValue("Rodríguez-Chen", "school", OLD),
    )
    one = chosen("family_name", loud, bare, full, SourceValue("Rodriauez", "club", OLD))
    assert (one.value, one.said, one.of) == ("Rodríguez-Chen", 3, 4)
    assert one.sources == ("board", "college", "school")
    assert one.others == ("Rodriauez",)


def test_a_value_without_a_letter_is_itself() -> None:
    one = chosen("given_name", SourceValue("-", "club", OLD), SourceValue("?", "school", NEW))
    assert (one.value, one.others) == ("?", ("-",))


def test_a_source_s_own_id_stands_for_nobody() -> None:
    assert (
        choose_golden_values({"local_id": [SourceValue("1", "school", OLD)], "given_name": []})
        == ()
    )


said = st.builds(
    SourceValue,
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from("xyz"),
    st.sampled_from([OLD, NEW]),
)


@given(st.lists(said, min_size=1), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_the_value_was_said(
    some: list[SourceValue], chance: object
) -> None:
    shuffled = sorted(some, key=lambda _: chance.random())  # type: ignore[attr-defined]
    one = chosen("birth_date", *some)
    assert one == chosen("birth_date", *shuffled)
    assert {one.value, *one.others} == {s.value for s in some}
