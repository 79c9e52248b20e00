"""Speed and quality against peers: one command each, prints a table."""
