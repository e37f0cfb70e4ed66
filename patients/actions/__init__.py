"""What changes patients and what belongs to them, one module a subject."""
