"""What stands beside each file: who made it, by which permit, from what."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import pyarrow as pa

from cairn.rules.decision import Permit
from cairn.warehouse.keys import KeyRing

_LABEL: Final = "manifest"


class ManifestProblem(Exception):
    """A manifest that was changed, cut short or written with another key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The record of one file. Column names and counts only: it is not encrypted.

    ``destroyed`` says by whom and when, once the file and its key are gone.
    """

    zone: str
    digest: str
    rows: int
    size: int
    columns: tuple[tuple[str, str], ...]
    step: str
    engine: str
    action: str
    decision_id: str
    actor: str
    on: str
    agreements: tuple[str, ...]
    purpose: str | None
    minimum_cell: int | None
    ends_on: str | None
    elements: tuple[str, ...]
    inputs: tuple[str, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)
    destroyed: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The file this is about, as ``zone/digest``."""
        return f"{self.zone}/{self.digest}"

    def sealed(self, keys: KeyRing) -> bytes:
        """The bytes on disk: one canonical spelling, so that any other byte is a finding."""
        body = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _canonical({**body, "seal": keys.seal(_LABEL, _canonical(body))})

    def after_destruction(self, permit: Permit) -> Self:
        """The same record once the file is gone: the history stays."""
        by = {"actor": permit.actor, "decision_id": permit.decision_id, "on": permit.on.isoformat()}
        return replace(self, destroyed=by)


def permitted(permit: Permit) -> dict[str, Any]:
    """The part of a manifest that says by what right it was made."""
    return {
        "action": permit.action.value,
        "decision_id": permit.decision_id,
        "actor": permit.actor,
        "on": permit.on.isoformat(),
        "agreements": permit.agreements,
        "purpose": permit.purpose and permit.purpose.value,
        "minimum_cell": permit.minimum_cell,
        "ends_on": permit.ends_on and permit.ends_on.isoformat(),
        "elements": tuple(sorted(permit.elements)),
    }


def columns(schema: pa.Schema) -> tuple[tuple[str, str], ...]:
    """Names and types of a table, for its manifest."""
    return tuple((f.name, str(f.type)) for f in schema)


def opened(content: bytes, keys: KeyRing) -> Manifest:
    """Read a sealed manifest; ``ManifestProblem`` unless every byte is as written."""
    try:
        body = json.loads(content)
        body.pop("seal")
        manifest = Manifest(**{k: _tuples(v) for k, v in body.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestProblem(
            "The manifest cannot be read: it was changed or cut short."
        ) from error
    if not hmac.compare_digest(manifest.sealed(keys), content):
        raise ManifestProblem("The manifest was changed after it was sealed.")
    return manifest


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _tuples(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_tuples(v) for v in value)
    return value
