"""What every package stands on and no word of the trade: database, doors, errors, forms, files, pages. Knows nobody."""
