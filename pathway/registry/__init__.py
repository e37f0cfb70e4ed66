"""What leaves for a registry: de-identified tables, their dictionary, and what would be missing of them."""
