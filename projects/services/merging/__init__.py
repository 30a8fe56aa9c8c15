"""Two rows that are one: which one is kept, whose values it has, and what moves over. Calls and visits: visits."""
