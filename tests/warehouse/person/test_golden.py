"""The value that stands for a person, and the rule that chose it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cairn.warehouse.person.golden import Chosen, Rule, Said, golden

OLD, NEW = date(2024, 8, 1), date(2026, 8, 1)


def chosen(field: str, *said: Said, trust: dict[str, int] | None = None) -> Chosen:
    (one,) = golden({field: said}, trust or {})
    return one


def test_a_name_is_what_most_say() -> None:
    said = [Said("Ana", "school", OLD), Said("Anna", "club", NEW), Said("Ana", "clinic", OLD)]
    one = chosen("given_name", *said)
    assert (one.value, one.rule, one.said, one.of) == ("Ana", Rule.MOST_OFTEN, 2, 3)
    assert (one.sources, one.others) == (("clinic", "school"), ("Anna",))


def test_where_as_many_say_each_the_newer_counts() -> None:
    one = chosen("given_name", Said("Ana", "school", OLD), Said("Anna", "club", NEW))
    assert (one.value, one.rule) == ("Anna", Rule.MOST_RECENT)


def test_an_address_is_the_newest() -> None:
    said = [Said("1 Old St", "school", OLD)] * 3
    assert chosen("street", *said, Said("2 New St", "club", NEW)).value == "2 New St"


def test_an_id_is_the_trusted_source_s() -> None:
    one = chosen("state_id", Said("7", "club", NEW), Said("8", "school", OLD), trust={"school": 2})
    assert (one.value, one.rule) == ("8", Rule.MOST_TRUSTED)


def test_a_whole_middle_name_says_more_than_a_letter() -> None:
    one = chosen("middle_name", Said("M", "school", NEW), Said("María", "club", OLD))
    assert (one.value, one.rule) == ("María", Rule.MOST_TELLING)


def test_ways_to_write_one_name_are_one_name_and_the_fullest_stands() -> None:
    loud, bare, full = (
        Said("RODRIGUEZ CHEN", "college", NEW),
        Said("Rodriguez-Chen", "board", NEW),
        Said("Rodríguez-Chen", "school", OLD),
    )
    one = chosen("family_name", loud, bare, full, Said("Rodriauez", "club", OLD))
    assert (one.value, one.said, one.of) == ("Rodríguez-Chen", 3, 4)
    assert one.sources == ("board", "college", "school")
    assert one.others == ("Rodriauez",)


def test_a_value_without_a_letter_is_itself() -> None:
    one = chosen("given_name", Said("-", "club", OLD), Said("?", "school", NEW))
    assert (one.value, one.others) == ("?", ("-",))


def test_a_source_s_own_id_stands_for_nobody() -> None:
    assert golden({"local_id": [Said("1", "school", OLD)], "given_name": []}) == ()


said = st.builds(
    Said, st.sampled_from(["A", "B", "C"]), st.sampled_from("xyz"), st.sampled_from([OLD, NEW])
)


@given(st.lists(said, min_size=1), st.randoms(use_true_random=False))
def test_the_order_does_not_matter_and_the_value_was_said(some: list[Said], chance: object) -> None:
    shuffled = sorted(some, key=lambda _: chance.random())  # type: ignore[attr-defined]
    one = chosen("birth_date", *some)
    assert one == chosen("birth_date", *shuffled)
    assert {one.value, *one.others} == {s.value for s in some}
