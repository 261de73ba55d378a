"""Join the rows of the class periods of a day to its one event.

A person says in how many periods a student must be absent for the day to be an absence
(``[periods] absent_from``). A period counts once, however many rows say the same of it, so the
order of the rows makes no difference. Where rows contradict each other, or a row of the day cannot
be used, the whole day is set aside: an absence is never guessed.

The days of a student are counted over all schools, and each school has an event of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse import engines, schema
from cairn.warehouse.pipeline import quality
from cairn.warehouse.pipeline.conversion import joint_columns
from cairn.warehouse.pipeline.conversion.fields import combine_chunks

__all__ = ["DAY_FIELDS", "ClassPeriodRows", "JoinedDays"]

DAY_FIELDS: Final = ("local_id", "state_id", "school_id", "date", "event")
"""The fields by which the rows of one student and day are found, and the event of each."""

_DAYS_SQL: Final = """
WITH said AS (
  SELECT day, school, period, event, bool_or(is_kept) AS is_sure
  FROM cells WHERE day IS NOT NULL GROUP BY ALL
), doubted AS (
  SELECT day, school, period, true AS has_two FROM said WHERE is_sure
  GROUP BY ALL HAVING count(*) > 1
), unclear AS (
  SELECT DISTINCT day, true AS is_unclear
  FROM (SELECT day FROM said WHERE NOT is_sure UNION ALL SELECT day FROM doubted)
)
SELECT bool_or(is_kept AND has_two IS NOT NULL) AS has_two,
  bool_or(is_kept AND is_unclear IS NOT NULL) AS is_unclear
FROM cells LEFT JOIN doubted USING (day, school, period) LEFT JOIN unclear USING (day)
GROUP BY position ORDER BY position
"""
"""A row that cannot be used makes its day unclear, unless another row says the same."""

_EVENTS_SQL: Final = """
WITH said AS (
  SELECT day, school, period, any_value(event) AS event
  FROM cells WHERE is_kept GROUP BY day, school, period
), absent AS (
  SELECT day, count(*) FILTER (WHERE list_contains($1, event)) AS absent FROM said GROUP BY day
), events AS (
  SELECT day, school, {counts} FROM said GROUP BY day, school
), places AS (
  SELECT day, school, min(position) AS position, count(*) AS rows,
    string_agg(place, ', ' ORDER BY position) AS places
  FROM rows WHERE is_kept GROUP BY day, school
)
SELECT * FROM events JOIN absent USING (day) JOIN places USING (day, school) ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class JoinedDays:
    """The events that rows of class periods became, in the order of their first rows.

    Attributes:
        positions: position of the first row of each event (``Array[int64]``).
        events: the events (``Array[str]``).
        places: the rows of each, such as "2, 3, 5".
        is_joined: whether an event was made of several rows.
        note: how many rows became how many events.
    """

    positions: pa.Array
    events: pa.Array
    places: pa.Array
    is_joined: pa.Array
    note: schema.ReadNote


class ClassPeriodRows:
    """The rows of a file, each about one or several class periods of a student and day."""

    def __init__(
        self, columns: Mapping[str, pa.Array], periods: pa.Array, places: pa.Array
    ) -> None:
        """Take the rows.

        Args:
            columns: the typed values of ``DAY_FIELDS`` that the file has, one per row.
            periods: the cells that say the class period of each row.
            places: where each row is in the file, as text.
        """
        blank = pa.nulls(len(periods), pa.string())
        local_id, state_id, school = (columns.get(name, blank) for name in DAY_FIELDS[:3])
        student = pc.coalesce(pc.binary_join_element_wise(local_id, "", "="), state_id)
        day = pc.binary_join_element_wise(student, columns["date"].cast(pa.string()), " ")
        position = pa.array(np.arange(len(periods)))
        self._rows = pa.table(
            {
                "position": position,
                "day": day,
                "school": pc.fill_null(school, ""),
                "event": columns["event"],
                "place": places,
            }
        )
        encoded = pc.fill_null(periods, "").dictionary_encode()
        names = [schema.read_class_periods(text) for text in encoded.dictionary.to_pylist()]
        listed = pa.array([list(found) for found in names], pa.list_(pa.string()))
        self._periods = listed.take(encoded.indices)
        self.lacks_period = pc.equal(pc.list_value_length(self._periods), 0)
        """True for each row that names no class period, so that it cannot be used."""

    def find_unclear_days(self, is_kept: pa.Array) -> dict[schema.Failure, pa.Array]:
        """Find the rows of days with an event that cannot be known.

        Args:
            is_kept: whether each row can be used on its own; none that names no period can.

        Returns:
            Reason → True for each row that it sets aside.
        """
        found = engines.open_sql_engine().query(_DAYS_SQL, {"cells": self._list_cells(is_kept)})
        has_two, is_unclear = (combine_chunks(found[name]) for name in ("has_two", "is_unclear"))
        return {
            schema.Failure.TWO_CODES: has_two,
            schema.Failure.DAY_INCOMPLETE: pc.and_not(is_unclear, has_two),
        }

    def join_days(self, is_kept: pa.Array, absent_from: int) -> JoinedDays:
        """Join the rows of each student, day and school to one event.

        Args:
            is_kept: whether each row can be used; no day of them is unclear.
            absent_from: in how many periods of a day a student must be absent for it to be an
                absence.

        Returns:
            The events.
        """
        codes = joint_columns.COUNTED_CODES
        counts = ", ".join(f"count(*) FILTER (WHERE event = '{code}') AS {code}" for code in codes)
        rows = self._rows.append_column("is_kept", is_kept)
        found = engines.open_sql_engine().query(
            _EVENTS_SQL.format(counts=counts),
            {"cells": self._list_cells(is_kept), "rows": rows},
            [sorted(schema.ABSENT_CODES)],
        )
        columns = {name: combine_chunks(found[name]) for name in found.column_names}
        is_absence = pc.greater_equal(columns["absent"], absent_from)
        total = pc.sum(columns["rows"]).as_py() or 0
        message = (
            f"{total:,} rows of class periods became {found.num_rows:,} events, one for each "
            f"student and day. A day is an absence from {absent_from} absent periods."
        )
        return JoinedDays(
            columns["position"],
            joint_columns.choose_day_events({code: columns[code] for code in codes}, is_absence),
            columns["places"],
            pc.greater(columns["rows"], 1),
            schema.ReadNote(quality.JOINED_PERIODS, message, found.num_rows),
        )

    def _list_cells(self, is_kept: pa.Array) -> pa.Table:
        """List the rows once for each class period that they name; once if they name none."""
        is_blank = self.lacks_period
        blank = pa.array([[None]], pa.list_(pa.string())).take(
            pa.repeat(pa.scalar(0, pa.int64()), len(is_blank))
        )
        periods = pc.if_else(is_blank, blank, self._periods)
        indices = pc.list_parent_indices(periods)
        rows = self._rows.append_column("is_kept", is_kept).take(indices)
        return rows.append_column("period", pc.list_flatten(periods))
