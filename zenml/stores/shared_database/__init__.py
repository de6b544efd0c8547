"""A team's ledgers in a database of SQLite, PostgreSQL, MySQL or MariaDB: what is asked of it, and no rule."""
