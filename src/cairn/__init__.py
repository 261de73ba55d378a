"""Share data about children lawfully, safely and usefully, from cradle to career."""
