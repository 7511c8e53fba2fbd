"""The demo: five weeks of an imagined company, told in a minute. Real definitions, files, engine and limits; a virtual clock."""
