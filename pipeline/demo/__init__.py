"""Demonstration data: two real centres as public news told of them in 2022, and a generated zone that shows life."""
