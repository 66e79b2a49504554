"""The web application and channel records of a manufacturer and its dealers."""
