"""One module for each verb over the whole store."""
