"""The pages about journeys: the list, one in plain words, its map, its versions."""
