"""The model deployments: a package each, with the same inner shape."""
