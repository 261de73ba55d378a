"""Public face of cairn.data.surveys: what other packages may import."""

from cairn.data.surveys.queries import *
