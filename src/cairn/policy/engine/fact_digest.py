"""Stable digests of facts: equal facts give the same digest in any process.

`digest_facts` walks every field of every fact. `digest_people` is a faster form for many students.
Recorded decisions hold these digests, so the names that go into them must not change.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import partial
from itertools import islice
from json.encoder import encode_basestring_ascii
from typing import Any, Final

from cairn.policy.engine.stored_names import StoredNameKind, find_stored_name
from cairn.policy.facts import OptOutFact, PersonFact, WrittenConsent
from cairn.policy.vocabulary import LegalBasis

__all__ = ["DeferredFact", "digest_facts", "digest_people"]


@dataclass(frozen=True, slots=True)
class DeferredFact:
    """A fact that is long to write down; it is built when its digest is first needed.

    Args:
        made: builds the fact, or a digest of it.
    """

    made: Callable[[], object]


class FactDigest:
    """The facts that a decision rests on, as one digest (SHA-256, hex).

    A page asks for many decisions and identifies few of them, and digesting costs more than
    deciding.
    The digest is therefore computed on first use. Two are equal when their digests are.
    """

    __slots__ = ("_facts", "_name")

    def __init__(self, facts: Iterable[object]) -> None:
        self._facts: tuple[object, ...] = tuple(facts)
        self._name = ""

    @property
    def name(self) -> str:
        """Return the digest; the facts are released once it is computed."""
        if not self._name:
            self._name, self._facts = digest_facts(*self._facts), ()
        return self._name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FactDigest) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


_FieldNames = tuple[tuple[str, bool, object], ...]
"""The fields of a class: name, whether added later, and the value that then says nothing."""


def digest_facts(*facts: object) -> str:
    """Digest facts: equal facts give equal digests, in any process and order of sets.

    Args:
        facts: fact dataclasses, enums, dates, and collections of them.
    Returns:
        SHA-256 digest in hex.
    """
    text = json.dumps(
        [_to_canonical(fact) for fact in facts], separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _to_canonical(value: object) -> Any:
    kind = type(value)
    convert = _CONVERTERS.get(kind)
    if convert is None:
        convert = _CONVERTERS[kind] = _choose_converter(kind)
    return convert(value)


def _choose_converter(kind: type) -> Callable[[Any], object]:
    """Choose how values of one type are written down; each type is looked at once."""
    if issubclass(kind, DeferredFact):
        return _build_deferred_fact
    if is_dataclass(kind):
        names = tuple(
            (field.name, bool(field.metadata.get("added_later")), _find_recorded_value(field))
            for field in fields(kind)
        )
        return partial(_list_members, _find_class_name(kind), names)
    for base, convert in _CONVERTERS_BY_BASE:
        if issubclass(kind, base):
            return convert
    return _keep_value


def _keep_value(value: object) -> object:
    return value


def _build_deferred_fact(deferred: DeferredFact) -> object:
    return _to_canonical(deferred.made())


def _list_members(stored_name: str, names: _FieldNames, fact: object) -> object:
    """List the fields that belong to the digest: a field added later only if it says something."""
    members = {}
    for name, is_added_later, recorded in names:
        value = getattr(fact, name)
        if not (is_added_later and value == recorded):
            members[name] = _to_canonical(value)
    return [stored_name, members]


def _find_recorded_value(field: Field[Any]) -> object:
    """Find the value of a field in a fact that was recorded before the field existed."""
    if "recorded" in field.metadata:
        return field.metadata["recorded"]
    return field.default if field.default_factory is MISSING else field.default_factory()


def _find_class_name(kind: type) -> str:
    return find_stored_name(StoredNameKind.FACT_CLASS, kind.__name__)


def _write_enum(value: Enum) -> str:
    return str(value.value)


def _write_date(value: date) -> str:
    return value.isoformat()


def _write_mapping(value: Mapping[Any, Any]) -> object:
    pairs = [[_to_canonical(key), _to_canonical(item)] for key, item in value.items()]
    return sorted(pairs, key=json.dumps)


def _write_set(value: Set[Any]) -> object:
    return sorted([_to_canonical(item) for item in value], key=_write_sort_key)


def _write_sort_key(value: object) -> str:
    """Write a value as JSON does; most are texts, for which that takes longer than their order."""
    return encode_basestring_ascii(value) if type(value) is str else json.dumps(value)


def _write_sequence(value: Sequence[Any]) -> object:
    return [_to_canonical(item) for item in value]


_CONVERTERS: Final[dict[type, Callable[[Any], object]]] = {}
"""How values are written down, by their type."""

_CONVERTERS_BY_BASE: Final[tuple[tuple[type, Callable[[Any], object]], ...]] = (
    (Enum, _write_enum),
    (date, _write_date),
    (Mapping, _write_mapping),
    (frozenset, _write_set),
    (set, _write_set),
    (tuple, _write_sequence),
    (list, _write_sequence),
)


_FERPA_CONSENT: Final = LegalBasis.CONSENT
_UNKNOWN_PERSON = "\x1dunknown"
_STUDENTS_AT_A_TIME: Final = 512
"""Students whose text is hashed at once: the text of a large request has tens of megabytes."""


def digest_people(ids: Iterable[str], people: Mapping[str, PersonFact]) -> str:
    """Digest the facts about students; the same ids in the same order give the same digest.

    Args:
        ids: student ids.
        people: facts by student id; a missing one is unknown.
    Returns:
        SHA-256 digest in hex.
    """
    texts, digest, separator, remaining = _SharedTexts(), hashlib.sha256(), b"", iter(ids)
    while batch := list(islice(remaining, _STUDENTS_AT_A_TIME)):
        lines = [
            _describe_person(student_id, people.get(student_id), texts) for student_id in batch
        ]
        digest.update(separator)
        digest.update("\x1e".join(lines).encode())
        separator = b"\x1e"
    return digest.hexdigest()


class _SharedTexts(dict[object, str]):
    """The text of a set in sorted order, of a date, of a fact, or of a tuple of them, each once.

    Many students share these values. A tuple becomes a digest, since its text would be long.
    """

    __slots__ = ("forms", "students")

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[tuple[object, ...], str] = {}
        self.students: dict[tuple[object, ...], tuple[str, str, str]] = {}

    def __missing__(self, key: object) -> str:
        if isinstance(key, tuple):
            joined = repr([self[part] for part in key])
            text = hashlib.sha256(joined.encode()).hexdigest()[:32]
        elif isinstance(key, frozenset):
            text = repr(sorted(map(str, key)))
        elif is_dataclass(key):
            members = [f"{field.name}={getattr(key, field.name)!r}" for field in fields(key)]
            text = f"{_find_class_name(type(key))}({', '.join(members)})"
        else:
            text = str(key)
        self[key] = text
        return text


def _describe_person(student_id: str, person: PersonFact | None, texts: _SharedTexts) -> str:
    if person is None:
        return f"{student_id!r}{_UNKNOWN_PERSON}"
    shared = (
        person.postsecondary,
        person.organizations,
        person.parents_conflict,
        person.court_order,
        person.placement,
        person.hold,
        person.nations,
        person.withheld,
        person.claimed,
        person.tax_dependent,
        person.colleges,
        person.conflict_decided_on,
        person.statement_on,
    )
    parts = texts.students.get(shared)
    if parts is None:
        parts = texts.students[shared] = _describe_shared_facts(person, texts)
    first, middle, last = parts
    opt_outs = person.opt_outs
    text = (
        f"{student_id!r}\x1f{texts[person.birth_date]}{first}"
        f"{_describe_opt_outs(opt_outs) if opt_outs else opt_outs}{middle}"
        f"{texts[person.enrollments]}{last}"
        f"{_describe_custodians(person.custodians) if person.custodians else ''}"
    )
    for consent in person.consents:
        text += _describe_consent(consent, texts)
    return text


def _describe_shared_facts(person: PersonFact, texts: _SharedTexts) -> tuple[str, str, str]:
    """Describe what many students have in common: before the opt-outs, after them, at the end."""
    first = (
        f"\x1f{person.postsecondary}\x1f{texts[person.organizations]}\x1f"
        f"{person.parents_conflict}{person.court_order}\x1f{person.placement!r}\x1f"
        f"{person.hold!r}\x1f{texts[person.nations]}\x1f{texts[person.withheld]}\x1f"
    )
    last = (
        f"\x1f{'tax dependent' if person.tax_dependent else ''}"
        f"{f'in colleges {texts[person.colleges]}' if person.colleges else ''}"
        f"{f'decided {person.conflict_decided_on}' if person.conflict_decided_on else ''}"
        f"{f'statement {person.statement_on}' if person.statement_on else ''}"
    )
    return first, f"\x1f{texts[person.claimed]}\x1f", last


def _describe_custodians(custodians: frozenset[str]) -> str:
    return f"custody {sorted(custodians)}"


def _describe_opt_outs(opt_outs: tuple[OptOutFact, ...]) -> str:
    parts = (
        f"{opt_out.person!r}\x1c{opt_out.scope}\x1c{opt_out.season!r}\x1c{opt_out.organization!r}"
        for opt_out in opt_outs
    )
    return "\x1d".join(parts)


def _describe_consent(consent: WrittenConsent, texts: _SharedTexts) -> str:
    """Describe one consent: its own fields, and digests of the form and dates it shares with
    many.
    """
    shared = (
        consent.records,
        consent.purposes,
        consent.parties,
        consent.classes,
        consent.language,
        consent.notice,
        consent.says_revocable,
        consent.relation,
        consent.method,
        consent.authenticated,
        consent.approved,
        consent.verified_by,
    )
    form = texts.forms.get(shared)
    if form is None:
        form = (
            f"\x1c{consent.relation}\x1c{consent.method}\x1c{texts[shared[:7]]}"
            f"\x1c{texts[shared[9:]]}\x1c"
        )
        texts.forms[shared] = form
    days = texts[
        consent.signed_on, consent.starts, consent.ends, consent.verified_on, consent.revoked_on
    ]
    of_basis = "" if consent.basis is _FERPA_CONSENT else f"\x1c{consent.basis}"
    return (
        f"\x1d{consent.id!r}\x1c{consent.child!r}\x1c{consent.signer!r}\x1c"
        f"{consent.superseded_by!r}{form}{days}{of_basis}"
    )
