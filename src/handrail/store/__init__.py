"""Keeps what was received, decided and done: tables, migrations, the batch writer and the queries, for two databases."""
