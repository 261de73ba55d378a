"""Tables of an app created together, for the first migration of a new installation."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateTables(Operation):
    """Create all tables of an app as one step of a migration.

    After every `CreateModel`, Django builds all related models again: 48 of the 54 s that a new
    data folder took. Here only the new models are built, at once for an app: they change no other.

    Args:
        models: What would be operations of their own. A model comes after the models that its
            foreign keys refer to, and its indexes and constraints are among its options.
    """

    serialization_expand_args: ClassVar = ["models"]

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the models to the state, and to its classes if it has any."""
        classes = vars(state).pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)
        if classes is not None:
            classes.render_multiple([state.models[app_label, m.name_lower] for m in self.models])
            state.apps = classes

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the tables that belong in this database."""
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the tables, the last first."""
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say what `cairn` prints while it prepares a data folder."""
        return f"Create {len(self.models)} tables"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """Name the operation as a migration file writes it."""
        return type(self).__qualname__, [], {"models": self.models}
