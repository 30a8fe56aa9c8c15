"""Reading imports: which fields there are, what headings and cells mean, what is there already."""
