"""Home of the tests: unit, service, web, journeys and house, with the factories and supports they share."""
