"""Playing, live: what a listener hears of it and when, by the log of a sound card."""
