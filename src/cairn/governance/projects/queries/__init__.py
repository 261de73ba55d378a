"""Read projects and bodies that a user may see, with the tasks and deadlines they create."""
