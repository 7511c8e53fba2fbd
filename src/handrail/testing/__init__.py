"""What authors of journeys and connectors import in their own tests."""
