"""QTI item by item: the two vocabularies, reading, writing, and packages."""
