"""Records → people: which records are of the same child. Splink on DuckDB, in memory."""

from typing import Final, Protocol

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule

from cairn.warehouse import link_model, link_tables, refine
from cairn.warehouse.engines.duckdb import DuckDB
from cairn.warehouse.standardize import standardize

THRESHOLD: Final = 2.0
"""Bits of evidence, beyond even odds, at which two records are taken for one person."""

_RELEVANT: Final = -30.0
"""A pair with less evidence than this many bits weighs no more against a group than this."""
_SAMPLE_PAIRS: Final = 600_000
_SEED: Final = 2026
_FOUND_SURELY: Final = 0.6
"""Share of the pairs of one person that agree on both names and the birth date."""
_MOST_LIKELY: Final = 0.2


class Progress(Protocol):
    """Whom a long step tells how far it is."""

    def step(self, name: str, total: int = 0) -> None:
        """A step begins; ``total`` units, 0 when nobody knows."""

    def advance(self, units: int = 1) -> None:
        """So many more units are done."""


class Silence:
    """Progress that nobody watches."""

    def step(self, name: str, total: int = 0) -> None:
        """Nothing to show."""

    def advance(self, units: int = 1) -> None:
        """Nothing to show."""


def link(
    identifiers: pa.Table, *, threshold: float = THRESHOLD, progress: Progress | None = None
) -> pa.Table:
    """``record_key`` and ``cluster`` (int64) for every record key of ``identifiers``.

    ``identifiers`` has the columns of ``standardize.FIELDS``; a key may be in several rows that
    say different things. Records that say the same are compared once. No labels and no tuning:
    what strangers share by chance is measured on random pairs, what records of one person share
    is a prior of ``link_model``.
    """
    said = progress or Silence()
    said.step("standardize names and addresses")
    standard = standardize(identifiers)
    with DuckDB().connect() as connection:
        connection.register("standard", standard)
        connection.execute(link_tables.NODES)
        connection.execute(link_tables.MEMBERS)
        said.step("compare records")
        _score(connection)
        said.step("put people together")
        pairs = connection.sql("SELECT unique_id_l, unique_id_r, weight FROM scored")
        people = refine.clusters(pairs.to_arrow_table(), threshold)
        connection.register("person", people)
        return connection.sql(link_tables.RESULT).to_arrow_table()


def _score(connection: duckdb.DuckDBPyConnection) -> None:
    """The table ``scored``: every pair worth comparing with its weight in bits."""
    if not connection.sql("SELECT count(*) > 1 FROM node").fetchall()[0][0]:
        connection.execute(link_tables.NO_PAIRS)
        return
    linker = Linker(
        DuckDBAPI(connection).register("node"), _settings(_prior(connection)), log_level=None
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLE_PAIRS, seed=_SEED)
    predicted = linker.inference.predict(warning_mode="never").physical_name
    # Odds against one person are the sum of two: strangers (Splink's weight), and relatives.
    connection.execute(
        "CREATE TABLE scored AS SELECT unique_id_l, unique_id_r, "  # noqa: S608 - only constants
        f"greatest({_RELEVANT}, -log2(pow(2.0, -match_weight) + {_household()})) AS weight "
        f"FROM {predicted}"
    )


def _prior(connection: duckdb.DuckDBPyConnection) -> float:
    """The chance that two random records are one person, from those that surely are."""
    (sure,), (nodes,) = connection.sql(link_tables.SURE).fetchall()
    prior: float = (sure + 1) / _FOUND_SURELY / (nodes * (nodes - 1) / 2)
    return min(_MOST_LIKELY, prior)


def _settings(prior: float) -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=prior,
        comparisons=[c.settings() for c in link_model.COMPARISONS],
        blocking_rules_to_generate_predictions=[
            *(CustomRule(rule) for rule in link_model.BLOCKING),
            *(CustomRule(r, arrays_to_explode=[a]) for r, a in link_model.EXPLODED),
        ],
        # Splink returns the level of each comparison only together with its columns.
        retain_matching_columns=True,
    )


def _household() -> str:
    """SQL for how much likelier it is that the two are relatives than that they are one."""
    cases = []
    for comparison in link_model.COMPARISONS:
        whens = " ".join(
            f"WHEN {number} THEN {ratio:e}"
            for number, ratio in comparison.ratio_to_household().items()
        )
        cases.append(f"(CASE gamma_{comparison.name} {whens} ELSE 1e0 END)")
    return " * ".join([f"{link_model.HOUSEHOLD_PAIRS:e}", *cases])
