"""Answer requests for pages of published figures."""
