"""Figures of reading sources, beside a floor in the same run: pages of OOAPI, a poll that is answered by 304, ten slow
peers beside a healthy one, and pages of 200 MB. Everything on loopback; processor time is user and system of a whole
process, so that what else the machine does changes it little."""
import argparse
import http.server
import json
import os
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

PAGE = 250
STREETS = ["straat", "weg", "laan"]


SYLLABLES = ["ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu", "za", "dren", "stam", "veld", "horst"]


def name(number, length):
    """Names as different as those of people: who is who must not be what is measured."""
    text = ""
    for _ in range(length):
        number, place = divmod(number, len(SYLLABLES))
        text += SYLLABLES[place]
    return text.capitalize()


def person(number):
    other = number * 7919 % 1_000_003
    return {"personId": f"{number:08x}-0000-4000-8000-{number:012x}", "primaryCode": {"codeType": "studentNumber", "code": f"{number:07}"},
            "givenName": name(other, 3), "surnamePrefix": "van der" if number % 5 == 0 else None, "surname": name(other * 31 + number, 4),
            "initials": "A.B.", "displayName": name(other, 3),
            "dateOfBirth": f"{1945 + other % 61}-{1 + other // 61 % 12:02}-{1 + other // 732 % 28:02}", "gender": "F" if number % 2 else "M",
            "mail": f"student{number}@school.example", "mobileNumber": f"06{number:08}", "activeEnrollment": True,
            "affiliations": ["student"], "address": {"addressType": "postal", "postalCode": f"{1000 + other % 8999} {chr(65 + other % 25)}{chr(65 + other // 25 % 25)}",
            "street": name(other, 3) + STREETS[number % 3], "streetNumber": str(1 + number % 300), "city": "Hilversum", "countryCode": "NL"}}


class Peer(http.server.BaseHTTPRequestHandler):
    """/good is sound, /same has not changed, /slow drips, /big is one page of 200 MB."""
    protocol_version = "HTTP/1.1"
    pages = []
    big = b""

    def log_message(self, *_):
        pass

    def answer(self, body, status=200, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        try:
            if self.path.startswith("/slow"):
                self.send_response(200)
                self.send_header("Content-Length", "100000")
                self.end_headers()
                while True:
                    self.wfile.write(b"x" * 200)
                    self.wfile.flush()
                    time.sleep(0.1)
            elif self.path.startswith("/same"):
                same = self.headers.get("If-None-Match") == '"1"'
                self.answer(b"" if same else self.pages[0].replace(b'"hasNextPage": true', b'"hasNextPage": false'),
                            304 if same else 200, [("ETag", '"1"')])
            elif self.path.startswith("/big"):
                self.answer(self.big)
            else:
                number = int(self.path.split("pageNumber=")[1].split("&")[0])
                self.answer(self.pages[number - 1])
        except (BrokenPipeError, ConnectionResetError):
            pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64


def serve(documents):
    """In a process of its own: its work must not count."""
    count = (documents + PAGE - 1) // PAGE
    for page in range(count):
        items = [person(page * PAGE + number) for number in range(min(PAGE, documents - page * PAGE))]
        Peer.pages.append(json.dumps({"pageSize": PAGE, "pageNumber": page + 1, "hasNextPage": page + 1 < count, "items": items}).encode())
    item = json.dumps(person(1))
    filling = "x" * (100_000 - len(item))
    many = ",".join(json.dumps(person(number)).replace("Hilversum", "Hilversum" + filling) for number in range(2_000))
    Peer.big = ('{"pageNumber":1,"hasNextPage":false,"items":[' + many + "]}").encode()
    server = Server(("127.0.0.1", 0), Peer)
    print(server.server_address[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve_forever()


class Figures:
    def __init__(self, command, ok=(0, 3)):
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.out, error = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall, self.cpu, self.peak = time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        if ok and process.returncode not in ok:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{self.out[-2000:]}\n{error[-2000:]}")
        self.runs = {f"{run['source']}/{run['feed']}": run for run in map(json.loads, filter(lambda line: line.startswith('{"type":"run"'), self.out.splitlines()))}


class Place:
    """A configuration with sources of one kind, and a state of its own."""

    def __init__(self, work, name, mappings, limits=""):
        self.folder = os.path.join(work, name)
        os.makedirs(os.path.join(self.folder, "sources.d"))
        self.config = os.path.join(self.folder, "ketensync.toml")
        with open(self.config, "w") as file:
            file.write(f'[state]\nfolder = "{self.folder}/state"\n[seal]\nunsealed = true\n[mappings]\nfolder = "{mappings}"\n[sources]\nfolder = "sources.d"\n'
                       f'[warehouse]\nfile = "{self.folder}/warehouse.sqlite"\n[web]\naddress = ""\n[limits]\n{limits}\n')

    def source(self, name, address, paging=True):
        more = f'[feed.paging]\nby = "page_number"\nsize = {PAGE}\n' if paging else ""
        with open(os.path.join(self.folder, "sources.d", f"{name}.toml"), "w") as file:
            file.write(f'title = "{name}"\nconnector = "rest"\n[rest]\naddress = "{address}"\n[[feed]]\nname = "personen"\n'
                       f'mapping = "ooapi5-personen"\nreads = "complete"\npath = "/persons"\n{more}')
        return self


def pages(sync, work, mappings, origin, documents):
    floor = Figures([sys.executable, os.path.join(os.path.dirname(__file__), "source_floor.py"), origin + "/good", f"{work}/floor.sqlite"])
    assert int(floor.out) == documents
    ours = Figures(sync(Place(work, "pages", mappings).source("school", origin + "/good")))
    assert ours.runs["school/personen"]["mapped"] == documents
    print(f"OOAPI pages of {PAGE}: floor {documents / floor.cpu:10,.0f} records/cpu-s, the whole pipeline, with who is who, {documents / ours.cpu:10,.0f} "
          f"({floor.cpu / ours.cpu:.1f} x), {ours.peak:.0f} MiB")


def unchanged(ketensync, work, mappings, origin):
    """What one more poll of a service's life costs: many feeds that are answered by 304, less the start of the program."""
    place = Place(work, "polls", mappings)
    for number in range(50):
        place.source(f"school-{number}", origin + "/same", False)
    run = [ketensync, f"--config={place.config}", "--sync=all", "--json"]
    Figures(run)
    one = [ketensync, f"--config={place.config}", "--sync=school-0", "--json"]
    least = lambda command: min(Figures(command).cpu for _ in range(5))
    print(f"a poll answered by 304: {(least(run) - least(one)) / 49 * 1000:.2f} ms of processor (wanted: 0.5)")


def slow_peers(sync, work, mappings, origin):
    limits = 'parallel_feeds = 12\nrequest_timeout = "20s"\nattempts_max = 1'
    seconds = lambda figures: figures.runs["gezond/personen"]["seconds"]
    alone, beside = [], []
    for attempt in range(3):
        alone.append(seconds(Figures(sync(Place(work, f"alone-{attempt}", mappings, limits).source("gezond", origin + "/good")))))
        place = Place(work, f"beside-{attempt}", mappings, limits).source("gezond", origin + "/good")
        for number in range(10):
            place.source(f"traag-{number}", origin + "/slow")
        beside.append(seconds(Figures(sync(place), ok=())))
    print(f"a healthy peer alone: {min(alone):.2f} s; beside ten slow ones: {min(beside):.2f} s "
          f"({(min(beside) / min(alone) - 1) * 100:+.0f} %, wanted: at most 5)")


def big_page(sync, work, mappings, origin, megabytes):
    big = Figures(sync(Place(work, "big", mappings, f'page_bytes_max = "256MiB"\nrequest_timeout = "5m"').source("groot", origin + "/big")))
    small = Figures(sync(Place(work, "bounded", mappings, 'page_bytes_max = "64MiB"\nattempts_max = 1').source("groot", origin + "/big")), ok=())
    print(f"a page of {megabytes:.0f} MB: {big.peak:.0f} MiB at most where 256 MiB may be held; refused where 64 MiB may: "
          f"{small.runs['groot/personen']['reason']}, {small.peak:.0f} MiB at most")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build")
    parser.add_argument("--mappings")
    parser.add_argument("--documents", type=int, default=50_000)
    parser.add_argument("--serve", type=int)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
    ketensync = f"{os.path.abspath(arguments.build)}/daemon/commands/ketensync"
    arguments.mappings = os.path.abspath(arguments.mappings)
    work = tempfile.mkdtemp(prefix="ketensync-sources-")
    peer = subprocess.Popen([sys.executable, __file__, f"--serve={arguments.documents}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        origin = f"http://127.0.0.1:{int(peer.stdout.readline())}"
        sync = lambda place: [ketensync, f"--config={place.config}", "--sync=all", "--json"]
        pages(sync, work, arguments.mappings, origin, arguments.documents)
        unchanged(ketensync, work, arguments.mappings, origin)
        slow_peers(sync, work, arguments.mappings, origin)
        big_page(sync, work, arguments.mappings, origin, 2_000 * 0.1)
    finally:
        peer.stdin.close()
        peer.wait(10)
        shutil.rmtree(work, ignore_errors=True)


main()
