"""Numbers and measures as people say them."""
