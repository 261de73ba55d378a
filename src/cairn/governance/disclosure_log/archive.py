"""Archive what a decision was based on, and the answer that was given.

Contents are serialized, compressed, encrypted (AES-256-GCM) and stored once, named by a
keyed hash.
"""

import hashlib
import hmac
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag

from cairn.governance.disclosure_log.models import Snapshot
from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.policy.engine import Decision, Obligation, Reason
from cairn.policy.law import RuleCard
from cairn.policy.vocabulary import Audience, Outcome

__all__ = [
    "ArchivedAnswer",
    "SnapshotVault",
    "deserialize_answer",
    "serialize_decision",
]


@dataclass(frozen=True, slots=True)
class ArchivedAnswer:
    """An old answer in the shape of a `Decision`, for display only; it permits nothing.

    Attributes:
        outcome: allow, allow a subset, deny, or needs a person.
        reasons: the reasons in the words in which they were given.
        obligations: what the answer required.
        elements: outcome by data element, as `record.field`.
        on: the date for which access was computed.
        basis: the legal basis; empty if none applied.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    obligations: tuple[Obligation, ...]
    elements: Mapping[str, Outcome]
    on: date
    basis: str

    @property
    def refusals(self) -> tuple[Reason, ...]:
        """The reasons against."""
        return tuple(reason for reason in self.reasons if reason.effect is not Outcome.ALLOW)


def serialize_decision(
    decision: Decision, reasons: Iterable[Reason] | None = None
) -> dict[str, Any]:
    """Serialize a decision with every reason in the words for each audience.

    Access is computed for a date, so the same question may be answered differently later; the
    record of a disclosure (34 CFR 99.32) must keep the answer that was given.

    Args:
        decision: the decision.
        reasons: its reasons as people read them, such as with names of organizations; those of the
            decision if None.

    Returns:
        JSON-compatible data.
    """
    return {
        "outcome": decision.outcome.value,
        "on": decision.on.isoformat(),
        "ruleset": decision.ruleset,
        "basis": decision.basis.value if decision.basis else "",
        "elements": {name: answer.value for name, answer in sorted(decision.elements.items())},
        "reasons": [
            _serialize_reason(reason)
            for reason in (decision.reasons if reasons is None else reasons)
        ],
        "obligations": [
            {
                "code": duty.code,
                "message": duty.message,
                "citation": duty.citation,
                "due": duty.due.isoformat() if duty.due else "",
            }
            for duty in decision.obligations
        ],
    }


def deserialize_answer(stored: Mapping[str, Any]) -> ArchivedAnswer:
    """Read back an answer that `serialize_decision` wrote.

    Args:
        stored: the stored data.

    Returns:
        The answer of its day.
    """
    return ArchivedAnswer(
        outcome=Outcome(stored["outcome"]),
        reasons=tuple(_deserialize_reason(reason) for reason in stored["reasons"]),
        obligations=tuple(
            Obligation(
                code=duty["code"],
                message=duty["message"],
                citation=duty["citation"],
                due=date.fromisoformat(duty["due"]) if duty["due"] else None,
            )
            for duty in stored["obligations"]
        ),
        elements=MappingProxyType(
            {name: Outcome(answer) for name, answer in stored["elements"].items()}
        ),
        on=date.fromisoformat(stored["on"]),
        basis=stored["basis"],
    )


_QUOTED_FACT: Final = "said"
"""The fact that holds words of an agreement: a page shows the message as a quotation."""


def _serialize_reason(reason: Reason) -> dict[str, Any]:
    quotes = {"quotes": True} if _QUOTED_FACT in dict(reason.facts) else {}
    return quotes | {
        "code": reason.code,
        "effect": reason.effect.value,
        "law": reason.card.citation,
        "where": reason.where,
        "about": reason.about,
        "next_step": reason.next_step,
        "told": {audience.value: reason.message_for(audience) for audience in Audience},
    }


def _deserialize_reason(stored: Mapping[str, Any]) -> Reason:
    """Read back a reason with the words of its day: its sentences are quoted, not formatted
    again.
    """
    sentence_by_audience = {
        Audience(name): _escape_braces(text) for name, text in stored["told"].items()
    }
    card = RuleCard(
        id=stored["code"],
        citation=stored["law"],
        statement=sentence_by_audience[Audience.PUBLIC],
        steward=sentence_by_audience[Audience.STEWARD],
        met=sentence_by_audience[Audience.STEWARD],
        next_step=_escape_braces(stored["next_step"]),
        others=MappingProxyType(sentence_by_audience),
    )
    where, about = stored["where"], stored["about"]
    facts = ((_QUOTED_FACT, ""),) if stored.get("quotes") else ()
    return Reason(card, Outcome(stored["effect"]), facts, where=where, about=about)


def _escape_braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


_KEY_LABELS: Final = ("disclosures/names", "disclosures/snapshots")
_COMPRESSION_LEVEL: Final = 6


class UnopenableSnapshot(Exception):
    """A snapshot is missing, or is not what was sealed under its name."""


@dataclass(frozen=True, slots=True)
class SnapshotVault:
    """Stores and opens sealed snapshots of facts and answers. Get one with `for_installation`.

    Attributes:
        _naming: key of the hash that names a snapshot by its content (HMAC-SHA-256).
        _closing: key that encrypts it (AES-256-GCM).
    """

    _naming: bytes
    _closing: bytes

    @classmethod
    def for_installation(cls) -> Self:
        """Return the vault with the keys derived from the master key of the data folder."""
        return cls(*(derive_subkey(label) for label in _KEY_LABELS))

    def store_contents(self, contents: Iterable[Any]) -> list[str]:
        """Store each content unless it is stored already.

        Args:
            contents: JSON-compatible data.

        Returns:
            The digests, in the order given.
        """
        serialized = [_serialize_content(content) for content in contents]
        digests = [hmac.new(self._naming, text, hashlib.sha256).hexdigest() for text in serialized]
        stored_digests = set(
            Snapshot.objects.filter(pk__in=digests).values_list("digest", flat=True)
        )
        new_contents = {
            digest: text
            for digest, text in zip(digests, serialized, strict=True)
            if digest not in stored_digests
        }
        Snapshot.objects.bulk_create(
            [
                Snapshot(digest=digest, sealed=self._seal(digest, text))
                for digest, text in new_contents.items()
            ],
            ignore_conflicts=True,
        )
        return digests

    def open(self, digest: str) -> Any:
        """Open one content.

        Args:
            digest: the digest that `store_contents` returned.

        Returns:
            The JSON-compatible data that was stored.

        Raises:
            UnopenableSnapshot: the snapshot is missing or was changed.
        """
        row = Snapshot.objects.filter(pk=digest).first()
        if row is None:
            raise UnopenableSnapshot(f"The snapshot {digest[:12]}… is missing.")
        try:
            text = zlib.decompress(FieldSealer(self._closing).unseal(digest, row.sealed))
        except (InvalidTag, zlib.error) as error:
            raise UnopenableSnapshot(f"The snapshot {digest[:12]}… was changed.") from error
        return json.loads(text)

    def open_all(self, digests: Mapping[str, str]) -> dict[str, Any]:
        """Open several contents.

        Args:
            digests: digest by name.

        Returns:
            The contents by the same names.

        Raises:
            UnopenableSnapshot: a snapshot is missing or was changed.
        """
        return {name: self.open(digest) for name, digest in digests.items()}

    def _seal(self, digest: str, text: bytes) -> bytes:
        return FieldSealer(self._closing).seal(digest, zlib.compress(text, _COMPRESSION_LEVEL))


def _serialize_content(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
