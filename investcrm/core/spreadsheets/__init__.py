"""Spreadsheets that people bring: what the file is, its sheets and rows, where its table begins, what cells say."""
