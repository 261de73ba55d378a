"""Sentences are told from codes, and what has a shape is taken out of them."""

from cairn.disclosure.microdata.free_text import cleaned, is_free_text


def test_codes_are_no_free_text_and_sentences_are() -> None:
    assert not is_free_text(["Moved away", "Graduated", None, " "] * 20)
    assert is_free_text(["Moved away", "His aunt took him in after the fire"])
    assert is_free_text(["x" * 61])
    assert is_free_text([f"room {n}" for n in range(21)])
    assert not is_free_text([f"room {n}" for n in range(20)])


def test_what_has_a_shape_is_taken_out() -> None:
    said = (
        "Called Ana Morales on 3/4/2025 at (555) 201-3344, wrote to ana.m@mail.example and "
        "https://mail.example/x; lives at 12 Oak Hill Road, file 8812004."
    )
    text, found = cleaned(said)
    for gone in ("Ana Morales", "3/4/2025", "201-3344", "ana.m@", "https", "Oak Hill", "8812004"):
        assert gone not in text
    assert found == dict.fromkeys(
        ("name", "date", "telephone", "e-mail", "link", "address", "number"), 1
    )
    assert cleaned("she waits in town") == ("she waits in town", {})
