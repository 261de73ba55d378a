"""Accept the reference of an agreement, or of one part of it, in a URL."""

from django.urls.converters import StringConverter


class AgreementReferenceConverter(StringConverter):
    """Match "RC-DSA-01" and "RC-DSA-01/B": ``<agreement:reference>`` in any app's URLs."""

    regex = "[^/]+(?:/[A-Z])?"
