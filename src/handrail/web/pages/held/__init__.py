"""The pages about what is held: all of it by cause, and one file, where it is mended."""
