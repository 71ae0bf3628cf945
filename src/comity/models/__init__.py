"""Pure functions on arrays and frames; none of them reads the store."""
