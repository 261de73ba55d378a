"""The confidentiality and acceptable use agreement that everyone with access signs."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class ConfidentialityAgreement:
    """One version of the text. A new version asks everyone for a new signature."""

    version: str
    title: str
    preamble: str
    promises: tuple[str, ...]
    consequences: str

    @property
    def text(self) -> str:
        """Exactly what is shown and signed, as plain text."""
        promises = [f"{n}. {promise}" for n, promise in enumerate(self.promises, start=1)]
        head = f"{self.title} (version {self.version})"
        return "\n\n".join([head, self.preamble, *promises, self.consequences]) + "\n"

    @property
    def digest(self) -> str:
        """sha256 of the text, in hexadecimal: what a signature is bound to."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def agreement() -> ConfidentialityAgreement:
    """The version in use."""
    told = tomllib.loads((files("cairn.training") / "confidentiality.toml").read_text("utf-8"))
    return ConfidentialityAgreement(
        version=told["version"],
        title=told["title"],
        preamble=" ".join(told["preamble"].split()),
        promises=tuple(" ".join(promise.split()) for promise in told["promises"]),
        consequences=" ".join(told["consequences"].split()),
    )
