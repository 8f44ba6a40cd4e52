"""The sections of a report: what each shows, in sentences, charts and tables."""
