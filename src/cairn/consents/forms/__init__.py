"""Forms of this room. No message repeats what a form was told about a child."""
