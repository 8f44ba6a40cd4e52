"""How charts are drawn: colours, axes and forms; nothing of what they are about."""
