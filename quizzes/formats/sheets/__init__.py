"""Workbooks: rows of .xlsx, .xls, .ods and .csv files, with our template and without it."""
