"""Reports as files: PDF, spreadsheets, and the project sheet as it is stored."""
