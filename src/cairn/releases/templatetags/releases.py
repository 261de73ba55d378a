"""How a template says what a release keeps as codes."""

from django import template

from cairn.releases.labels import caveat, of_linkage

register = template.Library()
register.filter("caveat", caveat)
register.filter("of_linkage", of_linkage)
