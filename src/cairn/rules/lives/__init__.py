"""Every life in the house, for pages, documents and the tests that hold them all."""

from typing import Final

from cairn.rules.lifecycle import Life
from cairn.rules.lives.agreement import AGREEMENT
from cairn.rules.lives.consent import CONSENT
from cairn.rules.lives.delivery import DELIVERY
from cairn.rules.lives.destruction import DESTRUCTION
from cairn.rules.lives.extract import EXTRACT
from cairn.rules.lives.project import PROJECT
from cairn.rules.lives.release import RELEASE
from cairn.rules.lives.training import TRAINING

LIVES: Final = (
    Life("release", RELEASE),
    Life("extract", EXTRACT),
    Life("delivery", DELIVERY),
    Life("agreement", AGREEMENT),
    Life("project", PROJECT),
    Life("destruction", DESTRUCTION),
    Life("consent", CONSENT),
    Life("training", TRAINING),
)
