"""Importing: taking the file, understanding its columns, checking its rows, writing them."""
