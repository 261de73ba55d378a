"""Template texts in plain wording, one for each kind of document.

A party without a short name is a blank: the partner that provides data, or the
organization that writes the draft.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True)
class DocumentTemplate:
    """A template text, named after its file."""

    name: str
    title: str
    text: str


def _load_document_templates() -> tuple[DocumentTemplate, ...]:
    template_files = sorted(
        (file for file in files(__name__).iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    texts = ((file.name.removesuffix(".toml"), file.read_text("utf-8")) for file in template_files)
    return tuple(
        DocumentTemplate(name, str(tomllib.loads(text)["title"]), text) for name, text in texts
    )


DOCUMENT_TEMPLATES: Final[tuple[DocumentTemplate, ...]] = _load_document_templates()
