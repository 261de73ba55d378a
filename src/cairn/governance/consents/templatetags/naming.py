"""Provide the template filter that names a data element in words."""

from django import template

from cairn.warehouse.schema import describe_element

register = template.Library()
register.filter("in_words", describe_element)
