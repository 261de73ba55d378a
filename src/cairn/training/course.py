"""Courses as data: one TOML file a course, with its text, scenarios, quiz and version."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final


class CourseKind(StrEnum):
    """What a course is: asked of everyone with access, the workshop after that, or a refresher."""

    MODULE = "module"
    WORKSHOP = "workshop"
    BOOSTER = "booster"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, paragraphs, and perhaps a list."""

    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story to think about before reading what somebody careful would do."""

    title: str
    story: str
    ask: str
    think: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a quiz; ``right`` counts from 1, ``why`` explains whichever was chosen."""

    ask: str
    choices: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True)
class Course:
    """One course. ``accepts`` is the oldest version that still counts for someone who passed it."""

    id: str
    title: str
    kind: CourseKind
    order: int
    version: str
    accepts: str
    minutes: int
    valid_days: int
    pass_percent: int
    summary: str
    sections: tuple[Section, ...]
    scenarios: tuple[Scenario, ...]
    questions: tuple[Question, ...]
    sources: tuple[str, ...]

    @property
    def has_quiz(self) -> bool:
        return bool(self.questions)

    @property
    def needed(self) -> int:
        """How many right answers pass."""
        return -(-len(self.questions) * self.pass_percent // 100)

    def right(self, answers: Sequence[int]) -> int:
        """How many of the answers (choices counted from 1, in order) are right."""
        return sum(q.right == given for q, given in zip(self.questions, answers, strict=True))


class NoSuchCourse(Exception):
    """There is no course by that name; the message lists those there are."""


@cache
def courses() -> Mapping[str, Course]:
    """Every course by its name, in the order in which they are taken."""
    read = [_read(file) for file in _FOLDER.iterdir() if file.name.endswith(".toml")]
    return {course.id: course for course in sorted(read, key=lambda c: c.order)}


def course(name: str) -> Course:
    """The course of that name. Raises ``NoSuchCourse``."""
    found = courses().get(name)
    if found is None:
        raise NoSuchCourse(f"There is no course “{name}”. Courses: {', '.join(courses())}.")
    return found


def modules() -> tuple[Course, ...]:
    """The modules that everyone with access takes, in order."""
    return tuple(c for c in courses().values() if c.kind is CourseKind.MODULE)


def workshop() -> Course:
    """The workshop that follows the modules."""
    return next(c for c in courses().values() if c.kind is CourseKind.WORKSHOP)


_FOLDER: Final[Traversable] = files("cairn.training") / "courses"


def _read(file: Traversable) -> Course:
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    sections = tuple(
        Section(s["heading"], _paragraphs(s["text"]), tuple(s.get("points", ())))
        for s in told.pop("section")
    )
    scenarios = tuple(Scenario(**s) for s in told.pop("scenario", ()))
    questions = tuple(
        Question(q["ask"], tuple(q["choices"]), q["right"], q["why"])
        for q in told.pop("question", ())
    )
    return Course(
        id=file.name.removesuffix(".toml"),
        kind=CourseKind(told.pop("kind")),
        sources=tuple(told.pop("sources")),
        sections=sections,
        scenarios=scenarios,
        questions=questions,
        **told,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(p.split()) for p in text.strip().split("\n\n"))
