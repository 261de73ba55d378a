"""Skills by which people rate themselves, and the course that helps with each."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cairn.training.course import Course, course


@dataclass(frozen=True, slots=True)
class Skill:
    """One thing somebody who works with data can do."""

    id: str
    name: str
    course: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """The skills, and the words for the levels from 1 up."""

    levels: tuple[str, ...]
    skills: tuple[Skill, ...]

    def suggested(self, ratings: Mapping[str, int]) -> tuple[Course, ...]:
        """The courses for skills rated 1 or 2, each once, in the order of the matrix."""
        weak = [skill.course for skill in self.skills if ratings.get(skill.id, 3) < _ALONE]
        return tuple(course(name) for name in dict.fromkeys(weak))


_ALONE = 3


@cache
def matrix() -> Matrix:
    """The matrix in use."""
    told = tomllib.loads((files("cairn.training") / "competencies.toml").read_text("utf-8"))
    return Matrix(tuple(told["levels"]), tuple(Skill(**skill) for skill in told["skill"]))
