"""Partners of a project come to one secret; nobody else does."""

import json

import pytest

from cairn.warehouse.encoded import secret
from cairn.warehouse.encoded.secret import NoSecret


def test_every_partner_opens_the_same_secret() -> None:
    (a, a_public), (b, b_public), (c, c_public) = (secret.new_pair(n) for n in ("a", "b", "c"))
    made = secret.new_project("summer", a, [b_public, c_public])
    found = [secret.opened(made, half) for half in (a, b, c)]
    assert found[0] == found[1] == found[2]
    assert found[0].project == "summer"
    assert len({found[0].key(use) for use in ("places", "blocks", "noise")} | {found[0].whole}) == 4
    assert found[0].whole.hex() not in made
    assert secret.public_of(a) == a_public


def test_each_project_has_a_secret_of_its_own() -> None:
    (a, _), (_, b_public) = secret.new_pair("a"), secret.new_pair("b")
    marks = {secret.opened(secret.new_project("p", a, [b_public]), a).mark for _ in range(3)}
    assert len(marks) == 3


def test_nobody_else_opens_it() -> None:
    (a, a_public), (_, b_public), (other, other_public) = (secret.new_pair(n) for n in "abo")
    made = secret.new_project("summer", a, [b_public])
    with pytest.raises(NoSecret, match="not made for this key"):
        secret.opened(made, other)
    forged = json.loads(made)
    box = next(v for k, v in forged["sealed"].items() if k in b_public)
    forged["sealed"][other_public.strip().rpartition(":")[2]] = box
    with pytest.raises(NoSecret, match="changed"):
        secret.opened(json.dumps(forged), other)
    renamed = json.loads(made) | {"project": "winter"}
    with pytest.raises(NoSecret, match="changed"):
        secret.opened(json.dumps(renamed), a)
    stolen = json.loads(made) | {"maker": other_public.strip()}
    with pytest.raises(NoSecret, match="changed"):
        secret.opened(json.dumps(stolen), a)
    assert a_public


@pytest.mark.parametrize("text", ["", "x", "cairn-public-half:a:AAAA", "cairn-private-half:a:!!"])
def test_what_is_no_key_is_told(text: str) -> None:
    with pytest.raises(NoSecret, match="no private half"):
        secret.public_of(text)
    with pytest.raises(NoSecret, match="no public half"):
        secret.fingerprint(text)
    private, _ = secret.new_pair("a")
    with pytest.raises(NoSecret, match="no project file"):
        secret.opened(text, private)


def test_a_half_that_gives_no_key_is_refused() -> None:
    private, _ = secret.new_pair("a")
    zero = "cairn-public-half:z:" + "A" * 43 + "="
    with pytest.raises(NoSecret, match="not a usable key"):
        secret.new_project("p", private, [zero])


def test_fingerprints_tell_keys_apart() -> None:
    marks = {secret.fingerprint(secret.new_pair("a")[1]) for _ in range(20)}
    assert len(marks) == 20
    assert all(len(mark.split()) == 5 for mark in marks)
