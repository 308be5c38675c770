from tests.db.engines import cluster, db, sqlite_db, sqlite_template, url

__all__ = ["cluster", "db", "sqlite_db", "sqlite_template", "url"]
