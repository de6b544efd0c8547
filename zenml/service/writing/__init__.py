"""How a change is made that somebody asks the service for.

- `store`: what it is recorded in, which stays open; `deciding`: decides one after the other.
- `member`: the change while it is open, as use cases see it: whoever asks is on another machine.
- `carrying_out`: what is asked for, command by command; `sent_events`: events with the secrets in them.
- `taking_back`: what is undone or redone.
- `asked`: what is asked for; `answers`: what became of it; `refusals`: which rule is which status.

Nothing here runs on the event loop: `zenml.service.writer` has a thread for it.
"""
