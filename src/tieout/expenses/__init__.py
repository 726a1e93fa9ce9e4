"""The rows of the plan: which line is in which expense, and which expense in which department, since when."""
