"""Moodle XML question by question: reading and writing."""
