"""README.txt of a bundle: all that an auditor needs who has never seen the program."""

from __future__ import annotations

import shlex
import textwrap

from zenml.domain.visible import visible

_WITHHELD = {
    "command": "command lines",
    "host": "hosts",
    "other": "everything but the actor of changes that were not asked for",
    "repository": "folders of repositories",
    "secret": "secrets",
    "session": "terminals and jobs",
}

_TEXT = """\
Evidence of a ledger of machine-learning stacks
===============================================

What this is
  The program zenml-ledger records each change of a team's machine-learning
  stacks: what was changed, when, by whom and why, and what ran on them.
  This file is a part of such a record, taken out {date} (UTC). It can
  be checked without the program, without a network and without trusting
  who sent it.

{asked}
{withheld}

How to check it
  You need Python 3.8 or later, and nothing else.

  1. Get verify.py from the release of zenml-ledger {version} and not from this
     file: whoever altered the record could have altered this copy as well.
     In the wheel and in the source distribution it is
     zenml/evidence/verify.py. Its SHA-256 in the release must be that of the
     copy here:

       {verify_digest}

     Whoever has the program can use its command "audit check" instead.

  2. Get the public key from whoever keeps the record, in another way than you
     got this file: on paper, by telephone, from an earlier year. It is a line
     of a name, eight digits and a key, with + between them. Write it to a
     file, here key.txt. One line is enough: a machine signs everything with
     one key, which only has another name for each ledger. keys.txt has the
     keys that signed this file, for comparing only. Copy nothing from it: who
     signed a forged file wrote its keys.txt, too.

  3. Put this zip file, key.txt and verify.py into a folder that is otherwise
     empty, and run there:

       python -I verify.py {file} --key key.txt

     If you have a bundle or a checkpoint from before, add it:

       python -I verify.py {file} --key key.txt --previous OLD

     The exit code is 0 if nothing is bad, and 5 if something is. It is 2 if the
     command is wrong, or if a file cannot be read that you gave to check with.
     To insist on a check, name it: --require signatures,witnesses,extends

  4. Keep this zip file for the next time, and the answer. If you cannot, keep
     the lines of "root": each has a ledger's size and root as SIZE:ROOT, which
     --previous takes as well.

What each line of its answer means
  files       Every file here is the one that manifest.json names, and there is
              no other. What export.csv and report.html say is not compared
              with the record: they are the words of whoever made this file.
  manifest    Which ledgers are here, and the filter: read whether it is the one
              that you asked for. Who signed it, the line "signatures" says.
  order       No event is missing, is there twice or is out of its place;
              changes are whole, and every ledger that is named is listed.
  root        All events together have the hash that the checkpoint signs. Each
              ledger is named with its size and root, and with the times of its
              first and last change.
  content     Every value that is shown is the one that was recorded.
  selection   Everything that the filter asks for is here, and nothing else.
  redaction   How many values are withheld or were blanked, and for what.
  runs        What ran is in separate ledgers, one for a profile and a year.
              All of them are here, each run names a position and a hash that
              the ledger of its profile had, and a year that was closed ends
              where it was. A bundle of some changes has no runs.
  extends     The record continues what you had before (--previous). A ledger of
              which you had nothing is named.
  signatures  The checkpoints and manifest.json were signed by a key that you
              gave (--key): it says by which.
  witnesses   Others confirmed the checkpoint, and when, by keys that you gave.
  timestamps  Never checked by verify.py; it prints the command that does.
  clocks      A warning where a change has an earlier time than one before it.

  "not checked" means that something was not there to check with: usually a
  key, or a bundle from before. A bundle that continues an earlier one needs
  that one (--previous): without it nobody can say what is in its first part.

  In a report, write of witnesses and timestamps that are not checked: "No
  third party's confirmation of the date was examined." It does not mean that
  there was none, or that the record is wrong.

What the filter finds
  Names are compared letter by letter with those that the record has or ever
  had. Letters other than those of English are printed as \\u and four digits,
  so that two that look alike can be told apart.

  stack       Every change that names the stack, or a component that it
              ever had. So a change of another stack that shares a component
              with it is here, too. With "own": the stack itself only.
  component   Every change that names it.
  profile     Every change that names the profile, or its ledger.
  kind, change, actor   Changes of one of these kinds, with one of these ids, or
              by this actor.
  since, until   From the first change that is not earlier to the last that is
              not later, with all that lies between them in the record.

  Of several of these all have to apply. A change is here with all its events.
  Runs are here, all of them, if nothing is asked for, or a profile alone.

What is in it
  manifest.json, manifest.sig   what it holds, and the signature over that
  ledgers/*/entries.jsonl       every event, with hashes in place of values
  ledgers/*/opened.jsonl        the values of the events that were asked for
  ledgers/*/checkpoint          size and root of the ledger, signed
  ledgers/*/notes/              earlier checkpoints that witnesses signed, and
                                time stamps of them, if there are any
  export.csv, report.html       the changes for people to read: made of what is
                                opened, and covered by manifest.json
  keys.txt, verify.py           for comparing: see above

What it says of events that were not asked for
  All events are listed, or nobody could check that none was left out. Of those
  that are not opened one can read: names and ids of profiles, stacks and
  components, what kind of change it was, the names of parameters, the times,
  the program's version, and where the same value was used again. One cannot
  read: values, people, hosts, command lines, folders and reasons.
  The encrypted forms of secrets are never in it; export.csv has a number for
  each that is the same for the same secret, and says nothing else of it.

  A field that is withheld is withheld as a field: what was typed into another
  one, such as a reason that names a host, is still there. Of a run, host,
  session and folder are one field.

What is not proved
  - That export.csv and report.html say what was recorded. Whoever made this
    file made them, and verify.py does not read them. What it compares with
    the record is opened.jsonl.
  - That a value that is withheld as a secret is one.
  - That the key is of this record only: a machine signs for all its ledgers
    with one key, and a key that you gave counts for every ledger here. Give
    the key of the machine that the record is of, and no other.
  - That what was recorded is true. A change says who made it and when as the
    machine knew it then.
  - That the record is the only one. Who has the signing key can write another
    history and sign it. A checkpoint that you kept from before, or a witness,
    shows that; --previous compares it.
  - That nothing happened after the checkpoint, or outside of the program.
  - That the filter is the one that you asked for: read it in the line
    "manifest" of the answer.
  - Attempts that were refused or failed are not in the record, nor here.
  - That a run did what it says, or that nothing ran that is not recorded.
"""


def text(*, file: str, date: str, asked: str, withheld: frozenset[str], version: str, verify_digest: str) -> str:
    """Returns the text, of which no line that is the same in all bundles is longer than 80 characters.

    Args:
        file: What the bundle is called.
        date: When it was made.
        asked: The filter, in words.
        withheld: What is withheld.
        version: The version of the program.
        verify_digest: The SHA-256 of verify.py, as hex.
    """
    kept_back = ", ".join(_WITHHELD[reason] for reason in sorted(withheld))
    return _TEXT.format(
        file=shlex.quote(visible(file)),
        date=date,
        asked=_wrapped("It was made for: ", visible(asked)),
        withheld=_wrapped("Withheld from it: ", kept_back),
        version=version,
        verify_digest=verify_digest,
    )


def _wrapped(title: str, words: str) -> str:
    return textwrap.fill(f"{title}{words}", 80, initial_indent="  ", subsequent_indent="    ")
