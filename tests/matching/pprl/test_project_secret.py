"""Partners of a project come to one secret; nobody else does."""

import json

import pytest

from cairn.matching.pprl import project_secret
from cairn.matching.pprl.project_secret import InvalidProjectKey


def test_every_partner_opens_the_same_secret() -> None:
    (a, a_public), (b, b_public), (c, c_public) = (
        project_secret.create_key_pair(n) for n in ("a", "b", "c")
    )
    made = project_secret.create_project_file("summer", a, [b_public, c_public])
    found = [project_secret.open_project_file(made, half) for half in (a, b, c)]
    assert found[0] == found[1] == found[2]
    assert found[0].project == "summer"
    assert (
        len({found[0].derive_key(use) for use in ("places", "blocks", "noise")} | {found[0].whole})
        == 4
    )
    assert found[0].whole.hex() not in made
    assert project_secret.derive_public_half(a) == a_public


def test_each_project_has_a_secret_of_its_own() -> None:
    (a, _), (_, b_public) = project_secret.create_key_pair("a"), project_secret.create_key_pair("b")
    marks = {
        project_secret.open_project_file(
            project_secret.create_project_file("p", a, [b_public]), a
        ).mark
        for _ in range(3)
    }
    assert len(marks) == 3


def test_nobody_else_opens_it() -> None:
    (a, a_public), (_, b_public), (other, other_public) = (
        project_secret.create_key_pair(n) for n in "abo"
    )
    made = project_secret.create_project_file("summer", a, [b_public])
    with pytest.raises(InvalidProjectKey, match="not made for this key"):
        project_secret.open_project_file(made, other)
    forged = json.loads(made)
    box = next(v for k, v in forged["sealed"].items() if k in b_public)
    forged["sealed"][other_public.strip().rpartition(":")[2]] = box
    with pytest.raises(InvalidProjectKey, match="changed"):
        project_secret.open_project_file(json.dumps(forged), other)
    renamed = json.loads(made) | {"project": "winter"}
    with pytest.raises(InvalidProjectKey, match="changed"):
        project_secret.open_project_file(json.dumps(renamed), a)
    stolen = json.loads(made) | {"maker": other_public.strip()}
    with pytest.raises(InvalidProjectKey, match="changed"):
        project_secret.open_project_file(json.dumps(stolen), a)
    assert a_public


@pytest.mark.parametrize("text", ["", "x", "cairn-public-half:a:AAAA", "cairn-private-half:a:!!"])
def test_what_is_no_key_is_told(text: str) -> None:
    with pytest.raises(InvalidProjectKey, match="not a private key"):
        project_secret.derive_public_half(text)
    with pytest.raises(InvalidProjectKey, match="not a public key"):
        project_secret.compute_key_fingerprint(text)
    private, _ = project_secret.create_key_pair("a")
    with pytest.raises(InvalidProjectKey, match="not a project file"):
        project_secret.open_project_file(text, private)


def test_a_half_that_gives_no_key_is_refused() -> None:
    private, _ = project_secret.create_key_pair("a")
    zero = "cairn-public-half:z:" + "A" * 43 + "="
    with pytest.raises(InvalidProjectKey, match="cannot be used"):
        project_secret.create_project_file("p", private, [zero])


def test_fingerprints_tell_keys_apart() -> None:
    marks = {
        project_secret.compute_key_fingerprint(project_secret.create_key_pair("a")[1])
        for _ in range(20)
    }
    assert len(marks) == 20
    assert all(len(mark.split()) == 5 for mark in marks)
