"""Which tables there are, as plain rows, as SQLAlchemy tables, and how a database comes to have them."""
