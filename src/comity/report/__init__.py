"""A Profile as a page, as JSON and in the terminal."""
