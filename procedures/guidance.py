"""What the guideline says of a procedure: the one module of this room that speaks to the clauses."""
