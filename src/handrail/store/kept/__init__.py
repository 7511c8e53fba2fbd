"""Rows of tables that one matter of its own needs, a module for each matter."""
