"""An agreement in the shapes that others' systems read."""
