"""What the quiz engine obeys: kinds of questions, marking, settings, attempts, statistics. Pure functions on plain values."""
