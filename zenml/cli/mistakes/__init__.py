"""What people are told when something goes wrong, and what to type next.

A command that was refused:

- `failures`: ends it, with a sentence, a hint and an exit code;
- `hints`: words the hint, by the code of the problem, from one of the tables;
- `next_steps`, `service_steps`, `sharing_steps`, `undo_steps`: those tables, of the service, of shared
  profiles and of undo apart.

A line that means nothing:

- `misuse`: says so, as a `misused.MisusedError`, with a line that works;
- `advice`: finds that line;
- `habits`, `not_offered`: what people type who know other programs, and what ZenML has and this has not;
- `parseable`: whether the parser takes a line.
"""
