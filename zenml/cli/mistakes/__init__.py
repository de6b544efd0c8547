"""What people are told when something goes wrong, and what to type next.

A command that was refused:

- `failures`: ends it, with a sentence, a hint and an exit code;
- `hints`: words the hint, by the code of the problem, from one of the tables;
- `next_steps`: that table; `anchor_steps`, `approval_steps`, `redaction_steps`, `runs_evidence_steps`,
  `service_steps`, `sharing_steps` and `undo_steps`: those of one matter each.

A line that means nothing:

- `misused`: the errors that say so, and the other ways in which a command ends before its time;
- `misuse_in_words`: words such an error, also one of the parser, with a line that works;
- `advice`: finds that line;
- `habits`, `not_offered`: what people type who know other programs, and what ZenML has and this has not;
- `parseable`: whether the parser takes a line.
"""
