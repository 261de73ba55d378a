"""The one way in which a family's no becomes a row, and in which it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.consents.answering import Signature
from cairn.consents.child_key import signer_key
from cairn.consents.models import Objection, OptOut, Recording
from cairn.consents.models.opt_outs import Said
from cairn.consents.sealing import seal, unseal
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Ended:
    """How many opt-outs ended, and about how many the district has to decide."""

    ended: int = 0
    disputed: int = 0

    def __add__(self, other: "Ended") -> "Ended":
        return Ended(self.ended + other.ended, self.disputed + other.disputed)


def declined(recording: Recording, child: str, local_id: str, said: Signature | None) -> OptOut:
    """An opt-out of the child with this key; ``said`` where it is known who said it."""
    return OptOut(
        recording=recording,
        organization=recording.organization,
        scope=recording.scope,
        child_key=child,
        **(_said(child, local_id, said) if said else {}),
    )


def signer(child: str, said: Signature | None) -> str:
    """Who said it, as the rules know a signer; empty where nobody knows."""
    return signer_key(child, said.name) if said else ""


def end(row: OptOut, local_id: str, said: Signature, decision: Decision, at: datetime) -> Ended:
    """What the rules answer to somebody who wants an opt-out ended: it ends, or the district
    decides. Raises `Refused`."""
    if decision.outcome is not Outcome.NEEDS_PERSON:
        decision.require()
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        return Ended(ended=1)
    told = _said(row.child_key, local_id, said)
    Objection.objects.get_or_create(
        opt_out=row,
        signer=told["signer"],
        answered_at=None,
        defaults={**told, "asked_at": at},
    )
    return Ended(disputed=1)


def who_said(row: Said, child: str) -> dict[str, str]:
    """``name`` and ``local_id``, for those who may know; empty where it is not on record."""
    return unseal(child, row.sealed) if row.sealed else {"name": "", "local_id": ""}


def _said(child: str, local_id: str, said: Signature) -> dict[str, Any]:
    return {
        "signer": signer_key(child, said.name),
        "sealed": seal(child, {"name": said.name, "local_id": local_id}),
        "relation": said.relation.value,
        "said_on": said.on,
        "method": said.method.value,
        "authenticated": said.authenticated,
    }
