"""Measures the application beside the barest code that gives the same answer. `make bench` runs it."""
