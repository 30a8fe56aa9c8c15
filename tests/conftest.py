"""Shared by all tests. The servers they run on are started by investcrm.local.pytest_plugin."""
