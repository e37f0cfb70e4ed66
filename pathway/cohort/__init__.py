"""Many patients together: who counts, what became of them, and the drawings of it. Writes nothing."""
