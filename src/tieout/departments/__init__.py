"""The planning buckets between a category and its expenses. Never a provider's department: that is a dimension."""
