"""Forms for agreements: a text, one section of it, a review, a signature, a notice."""
