"""Pages of imports: a step after the other, each with an address of its own."""
