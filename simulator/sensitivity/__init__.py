"""How far each number alone moves a measure, and which numbers move it at all."""
