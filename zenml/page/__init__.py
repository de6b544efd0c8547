"""A page that shows what happened: the timeline, each change, the stacks at any point, an undo with its preview.

It is drawn on the server, of what the Python API answers, and works without scripts. ``zenml ui`` serves it to
whoever started it, and the service to those who have a token.
"""
