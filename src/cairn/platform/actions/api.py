"""Public face of cairn.platform.actions: what other packages may import."""

from cairn.platform.actions.actors import *
from cairn.platform.actions.declaration import *
from cairn.platform.actions.page_questions import *
from cairn.platform.actions.refusals import *
