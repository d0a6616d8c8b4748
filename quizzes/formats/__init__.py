"""Question files of other systems: what is read out of them and written into them. Pure: bytes in, plain values out; no database."""
