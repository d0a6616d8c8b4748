"""Forms of the library, of a case, and of the authors' screens."""
