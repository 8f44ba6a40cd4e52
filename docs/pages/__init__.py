"""The pages of the catalogue: what each shipped what-if answers, made from runs."""
