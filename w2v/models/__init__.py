"""What training leaves behind: the model, its tables and the history of its epochs."""
