"""How long a program keeps its records of children, and their destruction."""
