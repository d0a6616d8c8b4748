"""Measuring the product beside a minimal Flask application, on both databases. Nothing of the product may import it."""
