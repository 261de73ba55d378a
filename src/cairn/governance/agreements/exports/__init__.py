"""Export an agreement in formats that other systems read."""
