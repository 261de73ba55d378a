"""How a template says a data element in words."""

from django import template

from cairn.consents.naming import named

register = template.Library()

register.filter("in_words", named)
