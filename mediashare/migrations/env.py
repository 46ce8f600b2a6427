"""Runs migrations on the connection that the caller provides."""

from alembic import context

from mediashare.schema import metadata


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the search index alone: it is made of tables that no model maps."""
    return not (kind == "table" and name is not None and name.startswith("search_"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_name=include_name,
    render_as_batch=True,
    user_module_prefix="base.",
)
with context.begin_transaction():
    context.run_migrations()
