"""Reference data: what a procedure chooses from, as it is shown, written to a file and read back."""
