"""A stable name for what is known about many children: the same facts, the same name, anywhere.

The general digest walks every field of every fact; a hundred thousand children need a shorter way.
"""

import hashlib
from collections.abc import Iterable, Mapping

from cairn.rules.consent import OptOutFact, WrittenConsent
from cairn.rules.people import PersonFact

_UNKNOWN = "\x1dunknown"


def of_people(ids: Iterable[str], people: Mapping[str, PersonFact]) -> str:
    """The digest of these children's facts: of the same ids in the same order."""
    said, get = _Said(), people.get
    lines = [_person(one, get(one), said) for one in ids]
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


class _Said(dict[object, str]):
    """A set of words in one order, a date, or several of such, as text. Many children share them;
    several together are told as a digest, since they would be long."""

    def __missing__(self, key: object) -> str:
        if isinstance(key, tuple):
            together = repr([self[one] for one in key])
            told = hashlib.sha256(together.encode()).hexdigest()[:32]
        elif isinstance(key, frozenset):
            told = repr(sorted(map(str, key)))
        else:
            told = str(key)
        self[key] = told
        return told


def _person(one: str, person: PersonFact | None, said: _Said) -> str:
    if person is None:
        return f"{one!r}{_UNKNOWN}"
    opted = person.opt_outs
    told = (
        f"{one!r}\x1f{said[person.birth_date]}\x1f{person.postsecondary}\x1f"
        f"{said[person.organizations]}\x1f{person.parents_conflict}{person.court_order}\x1f"
        f"{person.placement!r}\x1f{person.hold!r}\x1f{said[person.nations]}\x1f"
        f"{said[person.withheld]}\x1f{_opt_outs(opted) if opted else opted}\x1f"
        f"{said[person.claimed]}\x1f{said[person.enrollments]}\x1f"
    )
    for consent in person.consents:
        told += _consent(consent, said)
    return told


def _opt_outs(opted: tuple[OptOutFact, ...]) -> str:
    told = (f"{o.person!r}\x1c{o.scope}\x1c{o.season!r}\x1c{o.organization!r}" for o in opted)
    return "\x1d".join(told)


def _consent(c: WrittenConsent, said: _Said) -> str:
    """What is one consent's own, and in short what it shares with many: its form and its days."""
    form = said[c.records, c.purposes, c.parties, c.classes, c.language, c.notice, c.says_revocable]
    how = said[c.authenticated, c.approved, c.verified_by]
    days = said[c.signed_on, c.starts, c.ends, c.verified_on, c.revoked_on]
    return (
        f"\x1d{c.id!r}\x1c{c.child!r}\x1c{c.signer!r}\x1c{c.superseded_by!r}\x1c"
        f"{c.relation}\x1c{c.method}\x1c{form}\x1c{how}\x1c{days}"
    )
