"""The written form of an agreement: TOML that a person can read, facts that `rules` can weigh."""

from cairn.agreements.format.mistakes import BadAgreement, Mistake
from cairn.agreements.format.reading import Reading, parse, read
from cairn.agreements.format.writing import raw, write, write_raw

__all__ = ["BadAgreement", "Mistake", "Reading", "parse", "raw", "read", "write", "write_raw"]
