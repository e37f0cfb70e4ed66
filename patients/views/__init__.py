"""Pages of the patients room, one module a subject."""
