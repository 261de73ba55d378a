"""The written form of an agreement, declared once: read, written, checked and printed from here."""

from typing import Final

from cairn.agreements.format.declaration.documents import DOCUMENTS
from cairn.agreements.format.declaration.promises import PROMISES
from cairn.agreements.format.declaration.sharing import SHARING
from cairn.agreements.format.declaration.whole import CHILDREN, LEGAL_BASIS, PARTIES, TOP
from cairn.agreements.format.fields import Table

SECTIONS: Final[tuple[Table, ...]] = (
    TOP,
    PARTIES,
    LEGAL_BASIS,
    CHILDREN,
    *SHARING,
    *PROMISES,
    *DOCUMENTS,
)
"""Every table, in the order in which a text has them. The first is the top of the text."""

BY_KEY: Final = {table.key: table for table in SECTIONS}
