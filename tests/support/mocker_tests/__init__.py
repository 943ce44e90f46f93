"""What the tests that drive real programs share: a registry, images, engines, and a look at what they leave on the host."""
