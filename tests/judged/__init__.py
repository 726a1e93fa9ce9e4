"""Other programs' word on the same books: what they make of a journal is held beside our reports."""
