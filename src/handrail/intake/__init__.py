"""What comes in from outside, made into events with a disposition: identity, people, fields, times, sightings, files."""
