"""What is sent and what is answered, as ``/openapi.json`` describes it: a module for each kind of routes."""
