"""A centre of any size for measuring: rows as text for COPY, the same for the same seed.

The rows come without history and without rows in the change feed; everything else is as the services leave it.
"""
