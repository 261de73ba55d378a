"""Load courses and the skill matrix from TOML files that ship with the software.

Each course is one file with its text, scenarios, quiz and version. The skill matrix lists the
skills that people rate for themselves, and the course that teaches each.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

__all__ = [
    "Course",
    "CourseKind",
    "find_course",
    "find_workshop",
    "list_required_modules",
    "load_courses",
]


class CourseKind(StrEnum):
    """Kind of course: a required module, the workshop that follows the modules, or a refresher."""

    MODULE = "module"
    WORKSHOP = "workshop"
    BOOSTER = "booster"


@dataclass(frozen=True, slots=True)
class CourseSection:
    """One section of a course: a heading, paragraphs, and optionally a list."""

    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseScenario:
    """A case to think about before reading what a careful person would do."""

    title: str
    story: str
    ask: str
    think: str


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """One quiz question. `right` counts choices from 1; `why` explains the answer."""

    ask: str
    choices: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True, slots=True)
class Course:
    """One course of the training curriculum, as its TOML file states it.

    Attributes:
        id: name of its file without ".toml".
        title: title for people.
        kind: module, workshop, or booster.
        order: its place in the sequence in which people take courses.
        version: current version.
        accepts: the oldest version that still counts for people who passed it.
        minutes: how long it takes.
        valid_days: days for which passing it counts.
        pass_percent: percent of right answers that passes the quiz.
        summary: what it teaches, in a sentence or two.
        sections: the text.
        scenarios: cases to think about.
        questions: the quiz; empty for a course that is attended.
        sources: the laws and papers on which it rests.
    """

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
    sections: tuple[CourseSection, ...]
    scenarios: tuple[CourseScenario, ...]
    questions: tuple[QuizQuestion, ...]
    sources: tuple[str, ...]

    @property
    def has_quiz(self) -> bool:
        """Whether this course has a quiz."""
        return bool(self.questions)

    @property
    def passing_score(self) -> int:
        """Number of right answers that pass the quiz."""
        return -(-len(self.questions) * self.pass_percent // 100)

    def count_correct_answers(self, answers: Sequence[int]) -> int:
        """Count the right answers (choices counted from 1, in quiz order)."""
        return sum(
            question.right == choice
            for question, choice in zip(self.questions, answers, strict=True)
        )


class CourseNotFound(Exception):
    """No course has this name; the message lists the courses that exist."""


@cache
def load_courses() -> Mapping[str, Course]:
    """Return every course in the order in which people take them.

    Returns:
        Course id → course.
    """
    loaded = [
        _read_course(file) for file in _COURSE_FOLDER.iterdir() if file.name.endswith(".toml")
    ]
    return {course.id: course for course in sorted(loaded, key=lambda item: item.order)}


def find_course(name: str) -> Course:
    """Find a course by its id.

    Args:
        name: id of the course, which is its file name without ".toml".
    Returns:
        The course.
    Raises:
        CourseNotFound: no course has this id.
    """
    match = load_courses().get(name)
    if match is None:
        raise CourseNotFound(f"Unknown course “{name}”. Courses: {', '.join(load_courses())}.")
    return match


def list_required_modules() -> tuple[Course, ...]:
    """List the modules that everyone with access must complete, in order.

    Returns:
        The module courses.
    """
    return tuple(item for item in load_courses().values() if item.kind is CourseKind.MODULE)


def find_workshop() -> Course:
    """Return the workshop that follows the required modules.

    Returns:
        The one course of kind `WORKSHOP`.
    """
    return next(item for item in load_courses().values() if item.kind is CourseKind.WORKSHOP)


_COURSE_FOLDER: Final[Traversable] = files("cairn.governance.training") / "courses"


def _read_course(file: Traversable) -> Course:
    raw: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    sections = tuple(
        CourseSection(
            entry["heading"], _split_paragraphs(entry["text"]), tuple(entry.get("points", ()))
        )
        for entry in raw.pop("section")
    )
    scenarios = tuple(CourseScenario(**entry) for entry in raw.pop("scenario", ()))
    questions = tuple(
        QuizQuestion(
            quiz_entry["ask"], tuple(quiz_entry["choices"]), quiz_entry["right"], quiz_entry["why"]
        )
        for quiz_entry in raw.pop("question", ())
    )
    return Course(
        id=file.name.removesuffix(".toml"),
        kind=CourseKind(raw.pop("kind")),
        sources=tuple(raw.pop("sources")),
        sections=sections,
        scenarios=scenarios,
        questions=questions,
        **raw,
    )


def _split_paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill of a person who works with data, and the course that teaches it."""

    id: str
    name: str
    course: str


@dataclass(frozen=True, slots=True)
class SkillMatrix:
    """The skills, and the names of the rating levels from 1 up."""

    levels: tuple[str, ...]
    skills: tuple[Skill, ...]

    def suggest_courses(self, ratings: Mapping[str, int]) -> tuple[Course, ...]:
        """Suggest courses for skills rated 1 or 2, each course once, in the order of the matrix."""
        weak = [
            skill.course for skill in self.skills if ratings.get(skill.id, 3) < _INDEPENDENT_LEVEL
        ]
        return tuple(find_course(name) for name in dict.fromkeys(weak))


_INDEPENDENT_LEVEL = 3


@cache
def load_skill_matrix() -> SkillMatrix:
    """Return the current skill matrix."""
    raw = tomllib.loads(
        (files("cairn.governance.training") / "competencies.toml").read_text("utf-8")
    )
    return SkillMatrix(tuple(raw["levels"]), tuple(Skill(**skill) for skill in raw["skill"]))
