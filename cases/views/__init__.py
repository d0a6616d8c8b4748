"""The library with its cases, and the authors' screens."""
