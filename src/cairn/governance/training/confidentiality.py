"""Load the confidentiality and acceptable use agreement that everyone with access signs."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["load_confidentiality_agreement"]


@dataclass(frozen=True, slots=True)
class ConfidentialityAgreement:
    """One version of the agreement. A signature under an older version than `accepts` is void."""

    version: str
    accepts: str
    title: str
    preamble: str
    promises: tuple[str, ...]
    consequences: str

    @property
    def text(self) -> str:
        """Exactly the text that is shown and signed, as plain text."""
        promises = [f"{number}. {promise}" for number, promise in enumerate(self.promises, start=1)]
        head = f"{self.title} (version {self.version})"
        return "\n\n".join([head, self.preamble, *promises, self.consequences]) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the text in hexadecimal; a signature is bound to it."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def load_confidentiality_agreement() -> ConfidentialityAgreement:
    """Return the current version of the confidentiality agreement.

    Returns:
        The agreement, read once from `confidentiality.toml`.
    """
    raw = tomllib.loads(
        (files("cairn.governance.training") / "confidentiality.toml").read_text("utf-8")
    )
    return ConfidentialityAgreement(
        version=raw["version"],
        accepts=raw["accepts"],
        title=raw["title"],
        preamble=" ".join(raw["preamble"].split()),
        promises=tuple(" ".join(promise.split()) for promise in raw["promises"]),
        consequences=" ".join(raw["consequences"].split()),
    )
