"""A stable name for what is known about many children: the same facts, the same name, anywhere.

The general digest walks every field of every fact; a hundred thousand children need a shorter way.
"""

import hashlib
from collections.abc import Iterable, Mapping

from cairn.rules.consent import OptOutFact, WrittenConsent
from cairn.rules.people import PersonFact

_UNKNOWN = "\x1dunknown"


def of_people(ids: Iterable[str], people: Mapping[str, PersonFact]) -> str:
    """The digest of these children's facts, in whichever order they come."""
    words = _Words()
    lines = sorted(_person(one, people.get(one), words) for one in ids)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


class _Words(dict[frozenset[str], str]):
    """A set of words in one order. Many children share the same few sets."""

    def __missing__(self, key: frozenset[str]) -> str:
        self[key] = said = repr(sorted(map(str, key)))
        return said


def _person(one: str, person: PersonFact | None, words: _Words) -> str:
    if person is None:
        return f"{one!r}{_UNKNOWN}"
    consents = person.consents
    opted = person.opt_outs
    return (
        f"{one!r}\x1f{person.birth_date}\x1f{person.postsecondary}\x1f"
        f"{words[person.organizations]}\x1f{person.parents_conflict}{person.court_order}\x1f"
        f"{person.placement!r}\x1f{person.hold!r}\x1f{words[person.nations]}\x1f"
        f"{words[person.withheld]}\x1f{None if opted is None else _opt_outs(opted)}\x1f"
        + ("\x1d".join([_consent(c, words) for c in consents]) if consents else "")
    )


def _opt_outs(opted: tuple[OptOutFact, ...]) -> str:
    return "\x1d".join(
        f"{o.person!r}\x1c{o.scope}\x1c{o.season!r}\x1c{o.organization!r}" for o in opted
    )


def _consent(c: WrittenConsent, words: _Words) -> str:
    return (
        f"{c.id!r}\x1c{c.child!r}\x1c{c.signer!r}\x1c{c.relation}\x1c{c.signed_on}\x1c"
        f"{words[c.records]}\x1c{words[c.purposes]}\x1c{words[c.parties]}\x1c{words[c.classes]}"
        f"\x1c{c.method}\x1c{c.authenticated!r}\x1c{c.approved!r}\x1c{c.language!r}\x1c{c.notice!r}\x1c"
        f"{c.starts}\x1c{c.ends}\x1c{c.verified_on}\x1c{c.verified_by!r}\x1c{c.revoked_on}\x1c"
        f"{c.superseded_by!r}\x1c{c.says_revocable}"
    )
