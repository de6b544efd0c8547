"""The routes of ZenML 0.13: its clients, as they are, work with the profile that is served.

They ask below ``/t/{token}/``, since they can keep a token nowhere but in their URL. Each of them sends back whole
what it was shown, so what it changes is what differs from that.

- `app`: what is answered below a token; `problems`: errors as its clients expect them.
- `routes`: one module for each kind of thing.
- `wrappers`: the forms on the wire; `describing`: fills them from the views; `configurations`: the text in them.
- `stand_ins`: what is shown in the place of a secret, and means that secret when it comes back.
- `components`, `stacks`: what is done within a change; `shown`: what whoever asks was shown before.
- `asking`: who asks, and why, as the change says it.
"""
