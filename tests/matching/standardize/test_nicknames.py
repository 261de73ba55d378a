"""What is known as a given name."""

from cairn.matching.standardize.nicknames import is_given_name


def test_names_and_what_people_are_called() -> None:
    assert all(map(is_given_name, ("William", "BILL", "guadalupe", "Lupita")))
    assert not any(map(is_given_name, ("table", "upset", "")))
