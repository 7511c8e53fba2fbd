"""The files of a workspace as their authors wrote them: read strictly, with a place for everything that is wrong."""
