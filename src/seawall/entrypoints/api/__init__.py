"""The API: OpenAPI 3.1 under `/api/v1/`, every action and query that the pages use."""
