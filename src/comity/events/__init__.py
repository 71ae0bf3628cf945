"""Events: acts of one state towards another, read from publishers' raw files into one table, and counted by dyad and day."""
