"""Alembic's door: runs the revisions on the connection that `db.upgrade` hands over, inside its transaction."""

from alembic import context

from db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
