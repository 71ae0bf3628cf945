"""The store as a web site: pages that say what the commands say, read-only, asking nothing of any other server."""
