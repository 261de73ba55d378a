"""Record beside each file who made it, by which permit, and from which inputs."""

import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Self

import pyarrow as pa

from cairn.policy.engine import Permit
from cairn.warehouse.store.keys import KeyRing

__all__ = ["Manifest"]

_LABEL: Final = "manifest"


class ManifestProblem(Exception):
    """A manifest that was changed, cut short, or sealed with another key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The record of one file. It holds column names and counts only, because it is not encrypted.

    Attributes:
        zone: zone of the file store.
        digest: SHA-256 of the encrypted file, which is its name.
        rows: number of rows.
        size: bytes on disk.
        columns: name and Arrow type of each column.
        step: name of the pipeline step that made the file.
        engine: name of the engine that computed it.
        action: the action that the permit allowed.
        decision_id: ID of the decision behind the permit.
        actor: ID of the user who acted.
        on: date for which access was computed (ISO 8601).
        agreements: references of the agreements that the permit rests on.
        purpose: purpose of the use; None if the action has none.
        minimum_cell: smallest number of people that may be published; None if nothing is.
        ends_on: last date of the permitted use (ISO 8601); None if it is open.
        elements: permitted data elements.
        inputs: files from which it was made, as ``zone/digest``.
        counts: row counts of the step.
        note: further texts, among them those by which the file is found again.
        destroyed: who destroyed the file, by which decision and when; empty while it exists.
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
        """The file that this record is about, as ``zone/digest``."""
        return f"{self.zone}/{self.digest}"

    def to_sealed_bytes(self, keys: KeyRing) -> bytes:
        """Return the bytes on disk: one canonical spelling, so that any other byte is a finding."""
        body = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return _encode_canonically({**body, "seal": keys.seal(_LABEL, _encode_canonically(body))})

    def mark_destroyed(self, permit: Permit) -> Self:
        """Return the same record once the file is destroyed; the history stays."""
        destroyed_by = {
            "actor": permit.actor,
            "decision_id": permit.decision_id,
            "on": permit.on.isoformat(),
        }
        return replace(self, destroyed=destroyed_by)


def describe_permit(permit: Permit) -> dict[str, Any]:
    """Return the part of a manifest that says by which permit the file was made."""
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


def list_schema_columns(schema: pa.Schema) -> tuple[tuple[str, str], ...]:
    """Return names and types of a table's columns, for its manifest."""
    return tuple((f.name, str(f.type)) for f in schema)


def open_manifest(content: bytes, keys: KeyRing) -> Manifest:
    """Read a sealed manifest.

    Args:
        content: the bytes on disk.
        keys: key ring of the data folder.

    Returns:
        The manifest.

    Raises:
        ManifestProblem: the bytes are not exactly those that were sealed.
    """
    try:
        body = json.loads(content)
        body.pop("seal")
        manifest = Manifest(**{k: _freeze_lists(v) for k, v in body.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ManifestProblem(
            "The manifest cannot be read. It was changed or is incomplete."
        ) from error
    if not hmac.compare_digest(manifest.to_sealed_bytes(keys), content):
        raise ManifestProblem("The manifest was changed after it was sealed.")
    return manifest


def _encode_canonically(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _freeze_lists(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_freeze_lists(v) for v in value)
    return value
