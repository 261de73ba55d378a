"""Render the declaration as a documentation page: every table, key and code."""

from collections.abc import Iterator

from cairn.governance.agreements.toml_format.declaration import FORMAT_TABLES
from cairn.governance.agreements.toml_format.field_types import (
    FieldKind,
    FieldNeed,
    FormatField,
    FormatTable,
)
from cairn.policy.law import BASIS_CRITERIA
from cairn.policy.vocabulary import LegalBasis

_PAGE_INTRODUCTION = """# The written form of an agreement

An agreement is a TOML file that a person can read. A key or a table that is not listed here is a
mistake, not ignored. `cairn lint FILE.toml` reads one without a server; `cairn lint --schema`
prints this page as a JSON Schema.
"""


def render_format_reference() -> str:
    """Render the reference page of the written form.

    Returns:
        The page, in Markdown.
    """
    return "\n".join(
        [
            _PAGE_INTRODUCTION,
            *(line for table in FORMAT_TABLES for line in _render_table(table)),
            *_render_bases(),
        ]
    )


def _render_table(table: FormatTable) -> Iterator[str]:
    name = f"`[[{table.key}]]`" if table.many else f"`[{table.key}]`"
    yield f"## {table.heading}\n"
    yield f"{f'{name}, {_render_need(table.need)}. ' if table.key else ''}{table.says}\n"
    yield "| Key | What stands there | Needed | |"
    yield "|---|---|---|---|"
    yield from (_render_field(field) for field in table.fields)
    yield ""
    for field in table.fields:
        if field.words:
            words = ", ".join(f"`{word.value}`" for word in field.words)
            yield f"Words of `{field.key}`: {words}.\n"


def _render_field(field: FormatField) -> str:
    return f"| `{field.key}` | {field.kind} | {_render_need(field.need)} | {field.says} |"


def _render_need(need: FieldNeed) -> str:
    return need.value


def _render_bases() -> Iterator[str]:
    """Render what may appear under ``[legal_basis.criteria]`` for each basis."""
    kind = FieldKind.CRITERIA.value.capitalize()
    yield f"## {kind}\n"
    yield (
        "Beside these, `<class>_authority` names the law that lets an element of a protected "
        "class be shared, and `<class>_condition` which of its conditions is met.\n"
    )
    yield "| Basis | Criterion | What the law asks |"
    yield "|---|---|---|"
    for basis in LegalBasis:
        for key, card in BASIS_CRITERIA[basis].items():
            yield f"| `{basis.value}` | `{key}` | {card.statement} ({card.citation}) |"
    yield ""
