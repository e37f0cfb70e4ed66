"""A cohort as a table: map its columns to facts, translate each row. Writes nothing."""
