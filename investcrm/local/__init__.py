"""The private PostgreSQL and Valkey of a machine that has no servers of its own, and what runs the parts together.

Nothing here imports a Django app: it must work before settings can be read.
"""
