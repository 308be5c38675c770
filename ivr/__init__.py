"""The flow engine: flows as checked documents, walked by a caller one step at a time."""
