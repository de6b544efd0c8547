"""One module per command or group of commands: ``app`` is what the tree shows under the module's name."""
