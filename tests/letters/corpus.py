"""The files of letters and of single sentences in this folder, as they are read by run.py and scripts/learn-letters."""
import collections
import tomllib

# `header` is what was decided and what a person found; `line` that of its first fence, from 1.
Letter = collections.namedtuple("Letter", "line header text")


def letters(path):
    """The letters of a file, one below another."""
    lines = path.read_text(encoding="utf-8").split("\n")
    marks = [i for i, line in enumerate(lines) if line.strip() == "+++"]
    if len(marks) % 2:
        raise SystemExit(f"{path}: a header has no end")
    for begin, end, after in zip(marks[::2], marks[1::2], [*marks[2::2], len(lines)]):
        yield Letter(begin + 1, tomllib.loads("\n".join(lines[begin + 1:end])), "\n".join(lines[end + 1:after]))


def sentences(path):
    """(what it is named for, sentence) of each line."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            names, sentence = line.split(": ", 1)
            yield set(names.split("+")), sentence
