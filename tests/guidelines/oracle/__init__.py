"""A second, independent reading of the engine's contract: plain, slow, and compared with the engine's answers."""
