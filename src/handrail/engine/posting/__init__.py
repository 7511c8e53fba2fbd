"""What the post needs to know before anything leaves: the boxes as they stand, and the links that mail will have."""
