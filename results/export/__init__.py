"""Results for others: Excel, CSV and event logs, if asked for fit to be published."""
