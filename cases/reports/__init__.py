"""A saved web page read as a report, and a case document drafted from it. Plain values in and out: no database, no web."""
