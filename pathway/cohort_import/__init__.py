"""A cohort as a table: read the file, map its columns to facts, translate each row. Writes nothing."""
