"""A document as a file that people mark up (Word) or keep (PDF)."""

from cairn.agreements.printing.letters import NoFont
from cairn.agreements.printing.pdf_file import pdf
from cairn.agreements.printing.word_file import word

__all__ = ["NoFont", "pdf", "word"]
