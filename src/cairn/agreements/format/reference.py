"""The declaration as a page of the documentation: every table, every key, every word."""

from collections.abc import Iterator

from cairn.agreements.format.declaration import SECTIONS
from cairn.agreements.format.fields import Field, Kind, Need, Table
from cairn.rules.criteria import CRITERIA
from cairn.rules.vocabulary import LegalBasis

_HEAD = """# The written form of an agreement

An agreement is a TOML file that a person can read. A key or a table that is not listed here is a
mistake, not ignored. `cairn lint FILE.toml` reads one without a server; `cairn lint --schema`
prints this page as a JSON Schema.
"""


def reference() -> str:
    """The page, in Markdown."""
    return "\n".join([_HEAD, *(line for table in SECTIONS for line in _table(table)), *_bases()])


def _table(table: Table) -> Iterator[str]:
    name = f"`[[{table.key}]]`" if table.many else f"`[{table.key}]`"
    yield f"## {table.heading}\n"
    yield f"{f'{name}, {_need(table.need)}. ' if table.key else ''}{table.says}\n"
    yield "| Key | What stands there | Needed | |"
    yield "|---|---|---|---|"
    yield from (_row(field) for field in table.fields)
    yield ""
    for field in table.fields:
        if field.words:
            words = ", ".join(f"`{word.value}`" for word in field.words)
            yield f"Words of `{field.key}`: {words}.\n"


def _row(field: Field) -> str:
    return f"| `{field.key}` | {field.kind} | {_need(field.need)} | {field.says} |"


def _need(need: Need) -> str:
    return need.value


def _bases() -> Iterator[str]:
    """What may stand under ``[legal_basis.criteria]`` for each basis."""
    kind = Kind.CRITERIA.value.capitalize()
    yield f"## {kind}\n"
    yield (
        "Beside these, `<class>_authority` names the law that lets an element of a protected "
        "class be shared, and `<class>_condition` which of its conditions is met.\n"
    )
    yield "| Basis | Criterion | What the law asks |"
    yield "|---|---|---|"
    for basis in LegalBasis:
        for key, card in CRITERIA[basis].items():
            yield f"| `{basis.value}` | `{key}` | {card.statement} ({card.citation}) |"
    yield ""
