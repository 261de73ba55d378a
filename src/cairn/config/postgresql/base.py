"""Seal what each transaction wrote as its last step (ADR 38); Django loads this module by name."""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL that seals the rows it writes."""

    def init_connection_state(self) -> None:
        """Give a new connection the random word by which its writes are known."""
        from cairn.platform.audit.api import name_writer, seal_single_statement

        super().init_connection_state()
        name_writer(self)
        if seal_single_statement not in self.execute_wrappers:
            self.execute_wrappers.append(seal_single_statement)

    def _commit(self) -> None:
        from cairn.platform.audit.api import forget_writes, seal_notes

        if self.connection is not None:
            with self.wrap_database_errors:
                seal_notes(self)
        super()._commit()  # type: ignore[misc]
        forget_writes(self)

    def _rollback(self) -> None:
        from cairn.platform.audit.api import forget_writes

        super()._rollback()  # type: ignore[misc]
        forget_writes(self)
