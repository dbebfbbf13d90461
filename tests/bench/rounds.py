"""Runs the competitors of one race in turn, and says what each took. tests/bench/run prints it."""
import dataclasses
import os
import statistics
import subprocess
import tempfile
import time


class Fault(Exception):
    """Something the user has to see to."""


@dataclasses.dataclass
class Runner:
    title: str
    command: list
    before: object = None    # called before each round, not timed


@dataclasses.dataclass
class Took:
    wall: float       # seconds, the median of all rounds
    processor: float  # seconds, user and system
    memory: int       # bytes at the peak, of the round that warms up


def run_once(runner, folder, prefix=()):
    if runner.before:
        runner.before()
    start = time.perf_counter()
    process = subprocess.Popen([*prefix, *runner.command], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Fault(f"{' '.join(runner.command)} ended with {process.returncode}: {said.decode(errors='replace')[:400]}")
    return wall, usage.ru_utime + usage.ru_stime


def peak_memory(runner, folder):
    """By time(1): what the kernel tells a parent counts the parent's own memory before the exec, and ours is large."""
    if not os.access("/usr/bin/time", os.X_OK):
        raise Fault("/usr/bin/time is not there: apt-get install time")
    with tempfile.NamedTemporaryFile("r") as told:
        run_once(runner, folder, ("/usr/bin/time", "-q", "-f", "%M", "-o", told.name))
        return int(told.read()) * 1024


def race(runners, folder, rounds):
    """Interleaved, so that what else the machine does meets all of them; a round before is to warm up."""
    memory = {runner.title: peak_memory(runner, folder) for runner in runners}
    taken = {runner.title: [] for runner in runners}
    for _ in range(rounds):
        for runner in runners:
            taken[runner.title].append(run_once(runner, folder))
    return {title: Took(*map(statistics.median, zip(*rounds_of)), memory[title]) for title, rounds_of in taken.items()}
