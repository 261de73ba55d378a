"""Spanish formats that differ from those of Spain, in the characters of Django's date filter."""

TIME_FORMAT = "g:i a"
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i a"
