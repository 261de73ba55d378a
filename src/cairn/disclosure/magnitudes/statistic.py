"""What is told of a measure."""

from enum import StrEnum


class Statistic(StrEnum):
    """What is told of a group."""

    MEAN = "mean"
    MEDIAN = "median"
    SUM = "sum"
