"""From a text to its statements, from these to measures, and from the data to verdicts."""
