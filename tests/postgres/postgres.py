#!/usr/bin/python3
"""Reads orders from a PostgreSQL server of its own, which lives in a temporary folder and answers on a socket only.

  postgres.py AMENDS

Exit status 77 (skipped) where PostgreSQL's server programs are not installed.
"""
import contextlib
import csv
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PASSWORD = "tr0ub4dor&3/#%"
IN_URL = "tr0ub4dor&3%2F%23%25"
AS_OF = "2026-04-10"

TABLES = """
create schema sales;
create table sales.orders (
  order_id bigint, placed_at timestamptz, status text, promised_at date, delivered_at timestamptz,
  email text, customer_name text, order_value numeric(12,2), wrapped boolean);
insert into sales.orders values
  (4471, '2026-04-01 08:00+02', 'delivered',  '2026-04-07', '2026-04-07 22:59:59+00', 'ana@torres.example', E'Ana\\n"Nan" Torres', 40, true),
  (4472, '2026-04-01 08:00+02', 'delivered',  '2026-04-07', '2026-04-07 23:00:00+00', 'bo@lind.example', 'Zoë, Bo', 19.90, false),
  (4473, '2026-04-02 08:00+02', 'in_transit', '2026-04-08', null, 'cy@moss.example', '', 1234567.05, null);
create view orders as select * from sales.orders;
create table parcels (order_id bigint, shipment_id text, delivered_at timestamptz);
insert into parcels values (4471, 'p0', '2026-04-07 10:00+00');
create table odd (order_id bigint, promised_at text);
insert into odd values (1, '2026-04-07'), (2, E'soon,\\nperhaps'), (3, '2026-04-07');
"""

PROJECT = """
[shop]
name     = "Test Shop"
timezone = "Europe/London"
currency = "GBP"
locale   = "en"
signatory = {{ name = "Maya Chen", title = "Customer Care", email = "maya@shop.example" }}
contact   = {{ phone = "+44 20 7946 0018", email = "care@shop.example", hours = "Mon-Sat 8-20" }}
[fields]
wrapped = {{ type = "boolean?", public = true }}
[sources.orders]
path = \"\"\"{orders}\"\"\"
{more}
[[guarantee]]
name = "stated-date"
due  = {{ field = "promised_at" }}
[[policy.delay.rule]]
name = "late"
when = {{ kind = ["late", "overdue"] }}
give = [ {{ kind = "credit", amount = "5.00" }} ]
"""


def fail(what, *shown):
    print(what, *shown, sep="\n")
    raise SystemExit(1)


def check(holds, what, *shown):
    if not holds:
        fail("not so: " + what, *shown)
    print("ok", what)


def server_programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return pathlib.Path(initdb).parent if initdb else None


class Server:
    def __init__(self, folder):
        self.folder, self.data, self.bin = folder, folder / "data", server_programs()
        # PostgreSQL refuses to run as root; Debian's package makes a user for it.
        self.as_user = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
        if self.as_user:
            shutil.chown(folder, "postgres", "postgres")
        (folder / "password").write_text(PASSWORD)
        os.chmod(folder / "password", 0o644)
        self.run("initdb", "-D", self.data, "-U", "maya", "--auth=scram-sha-256", f"--pwfile={folder}/password",
                 "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self.start()

    def run(self, program, *arguments):
        done = subprocess.run([self.bin / program, *arguments], cwd=self.folder, capture_output=True, text=True, **self.as_user)
        if done.returncode != 0:
            fail(f"{program} failed", done.stdout, done.stderr)

    def start(self):
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.data, "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=open(self.folder / "log", "a"), **self.as_user)
        for _ in range(300):
            if self.sql("select 1", check_it=False).returncode == 0:
                return
            time.sleep(0.1)
        fail("the server does not start", (self.folder / "log").read_text())

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        self.process.wait(timeout=60)

    def sql(self, text, database="postgres", check_it=True):
        done = subprocess.run([self.bin / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "maya", database],
                              input=text, capture_output=True, text=True, env=os.environ | {"PGPASSWORD": PASSWORD, "PGCLIENTENCODING": "UTF8"})
        if check_it and done.returncode != 0:
            fail("psql failed", done.stderr)
        return done

    def url(self, asked, password=None, database="shop"):
        secret = f":{password}" if password else ""
        return f"postgresql://maya{secret}@/{database}?host={self.folder}#{asked}"


class Shop:
    """A project folder, and amends run in it."""

    def __init__(self, amends, folder, server):
        self.amends, self.folder, self.server = amends, folder, server
        folder.mkdir()
        (folder / "home").mkdir()

    def write(self, orders, more=""):
        (self.folder / "amends.toml").write_text(PROJECT.format(orders=orders, more=more))

    def command(self, arguments, variables):
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder / "home"), "LC_ALL": "C.UTF-8"} | variables
        return subprocess.Popen([self.amends, *arguments], cwd=self.folder, env=env, text=True, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def finish(self, process):
        out, err = process.communicate(timeout=120)
        for secret in (PASSWORD, IN_URL):
            if secret in out or secret in err:
                fail("a password was shown", out, err)
        return process.returncode, out, err

    def run(self, *arguments, variables=None):
        return self.finish(self.command(arguments, variables or {}))

    def check(self, *more, variables=None, print_as="csv"):
        variables = {"PGPASSWORD": PASSWORD} if variables is None else variables
        return self.run("check", "--as-of", AS_OF, "--format", print_as, *more, variables=variables)

    def ledger(self):
        return hashlib.sha256(subprocess.run(["sqlite3", self.folder / "amends.db", ".dump"], capture_output=True).stdout).hexdigest()


def lines_of(out):
    """order, kind, met_at of a list of misses."""
    rows = list(csv.reader(out.splitlines()))
    columns = [rows[0].index(name) for name in ("order", "kind", "late_days")]
    return [tuple(row[c] for c in columns) for row in rows[1:]]


LATE = [("4472", "late", "1"), ("4473", "overdue", "2")]


def tables_and_queries(shop):
    for asked in ("orders", "sales.orders", "SELECT * FROM sales.orders;", "select * -- all of it\n from orders order by 1 -- end"):
        shop.write(shop.server.url(asked))
        code, out, err = shop.check()
        check(code == 0 and lines_of(out) == LATE, f"reads {asked!r}", code, out, err)
    code, out, err = shop.check(print_as="jsonl")
    for fact in ('"order_value":"19.90"', '"order_value":"1234567.05"', '"customer_name":"Zoë, Bo"', '"customer_name":null',
                 '"met_at":"2026-04-08T00:00:00+01:00"', '"wrapped":false', '"wrapped":null'):
        check(fact in out, f"tells {fact}", out, err)


def other_encoding(shop):
    shop.server.sql("create database old encoding 'LATIN1' template template0 locale 'C'")
    shop.server.sql(TABLES, "old")
    shop.write(shop.server.url("orders", database="old"))
    code, out, err = shop.check(print_as="jsonl")
    check('"customer_name":"Zoë, Bo"' in out, "text of a Latin-1 database comes as UTF-8", out, err)


def passwords(shop):
    server = shop.server
    shop.write(server.url("orders"))
    code, out, err = shop.check(variables={})
    check(code == 5 and "no connection to PostgreSQL" in err, "no password: exit 5", code, err)
    code, out, err = shop.check(variables={"PGPASSWORD": PASSWORD + "x"})
    check(code == 5 and "password authentication failed" in err, "a wrong password: exit 5", code, err)
    own = shop.folder / "home/.pgpass"
    own.write_text(f"*:*:shop:maya:{PASSWORD}\n")
    own.chmod(0o600)
    code, out, err = shop.check(variables={})
    check(code == 0 and lines_of(out) == LATE, ".pgpass is read", code, err)
    own.unlink()
    (shop.folder / "pass").write_text(f"*:*:*:*:{PASSWORD}\n")
    (shop.folder / "pass").chmod(0o600)
    code, out, err = shop.check(variables={"PGPASSFILE": str(shop.folder / "pass")})
    check(code == 0, "PGPASSFILE is read", code, err)
    shop.write(server.url("orders", IN_URL))
    code, out, err = shop.check(variables={})
    check(code == 0 and lines_of(out) == LATE, "a password in the URL is used", code, err)
    shop.write(server.url("orders", IN_URL + "x"))
    code, out, err = shop.check(variables={})
    check(code == 5, "a wrong password in the URL: exit 5", code, err)


def nothing_kept(shop):
    """The password stands in the project file only."""
    shop.write(shop.server.url("orders", IN_URL))
    for arguments in (["run", "--as-of", AS_OF], ["explain", "4472", "--as-of", AS_OF], ["ledger", "list"], ["lint"]):
        code, out, err = shop.run(*arguments)
        check(code in (0, 1), f"amends {arguments[0]}", code, out, err)
    check("postgresql:///shop#orders" in shop.run("explain", "4472", "--as-of", AS_OF)[1], "explain names the table")
    for file in shop.folder.glob("amends.db*"):
        bytes_of_it = file.read_bytes()
        check(PASSWORD.encode() not in bytes_of_it and IN_URL.encode() not in bytes_of_it, f"{file.name} holds no password")


def faults(shop):
    for asked, told in (("order", 'relation "order" does not exist'), ("orders where true", "does not exist"),
                        ("select order_id from orders, parcels", "ambiguous"), ("select 1; select 2", "syntax error"),
                        ("with gone as (delete from parcels returning *) select * from gone", "read-only transaction")):
        shop.write(shop.server.url(asked))
        code, out, err = shop.check()
        check(code == 5 and told in err and "#" in err, f"{asked!r} is refused: {told}", code, err)
    shop.write("postgresql://maya@/shop")
    code, out, err = shop.check()
    check(code == 2 and "names neither a table nor a query" in err, "no table: exit 2", code, err)
    shop.write(shop.server.url("odd", IN_URL))
    code, out, err = shop.check("--rejects", "bad.csv")
    rejects = (shop.folder / "bad.csv").read_text()
    check(code == 3 and rejects.splitlines()[1].startswith("postgresql:///shop#odd,2,"), "a row is set aside by its number", code, rejects)


def one_moment(shop):
    """A parcel that arrives between reading the orders and reading the parcels is not seen by this run."""
    slow = "select o.* from sales.orders o, lateral (select pg_sleep(0.5 + 0 * o.order_id)) s"
    shop.write(shop.server.url(slow), f"[sources.shipments]\npath = \"{shop.server.url('parcels')}\"")
    process = shop.command(["check", "--as-of", AS_OF, "--format", "csv"], {"PGPASSWORD": PASSWORD})
    wait_for_copy(shop.server)
    shop.server.sql("insert into parcels values (4473, 'p1', '2026-04-09 12:00+00')", "shop")
    code, out, err = shop.finish(process)
    check(code == 0 and lines_of(out) == LATE, "two tables are read as of one moment", code, out, err)
    shop.write(shop.server.url("orders"), f"[sources.shipments]\npath = \"{shop.server.url('parcels')}\"")
    code, out, err = shop.check()
    check(lines_of(out) == [LATE[0], ("4473", "late", "1")], "the next run sees it", out, err)


def wait_for_copy(server):
    for _ in range(300):
        if server.sql("select count(*) from pg_stat_activity where state = 'active' and query like 'COPY%'").stdout.strip() == "1":
            return
        time.sleep(0.05)
    fail("no COPY began")


def ended_by(shop, how, end):
    shop.write(shop.server.url("orders"))
    code, out, err = shop.run("run", "--as-of", AS_OF, variables={"PGPASSWORD": PASSWORD})
    check(code == 0, "a first night", code, err)
    before = shop.ledger()
    shop.write(shop.server.url("select o.* from generate_series(1, 20000) n, lateral (select pg_sleep(0.01 + 0 * n)) s, sales.orders o"))
    process = shop.command(["run", "--as-of", "2026-04-20"], {"PGPASSWORD": PASSWORD})
    wait_for_copy(shop.server)
    time.sleep(0.5)
    end()
    code, out, err = shop.finish(process)
    check(code == 5 and "did not answer to the end" in err, f"{how} while rows come: exit 5", code, out, err)
    check(shop.ledger() == before, f"{how}: the ledger is as it was")


def dropped(shop):
    server = shop.server
    ended_by(shop, "a backend terminated", lambda: server.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where query like 'COPY%'"))
    ended_by(shop, "the server stopped at once", lambda: server.stop(signal.SIGQUIT))
    shop.write(server.url("orders"))
    code, out, err = shop.check()
    check(code == 5 and "no connection to PostgreSQL" in err, "no server: exit 5", code, err)


def main():
    if server_programs() is None or shutil.which("sqlite3") is None:
        print("PostgreSQL's server is not installed")
        return 77
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amends-pg-")))
        os.chmod(folder, 0o755)
        (folder / "server").mkdir()
        server = Server(folder / "server")
        stack.callback(lambda: server.process.poll() is not None or server.stop())
        server.sql("create database shop")
        server.sql(TABLES, "shop")
        shop = Shop(pathlib.Path(sys.argv[1]).resolve(), folder / "shop", server)
        for part in (tables_and_queries, other_encoding, passwords, nothing_kept, faults, one_moment, dropped):
            part(shop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
