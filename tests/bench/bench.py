"""Runs the figures of the whole pipeline beside the floor, in one go on one machine, and prints them as a table. Every
number is of a whole process: wall clock, processor seconds of user and system, highest resident memory."""
import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request


class Figures:
    """What one command cost."""

    def __init__(self, command, ok=(0, 3)):
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, error = process.stdout.read(), process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - started
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak = usage.ru_maxrss / 1024
        self.out = out
        if process.returncode not in ok:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}\n{out[-2000:]}\n{error[-2000:]}")

    def line(self, name, count, of="documents"):
        return (f"{name:<40} {self.wall:8.2f} s {count / self.wall:12,.0f} {of}/s {self.cpu:8.2f} cpu-s "
                f"{self.cpu / count * 1e6:8.2f} cpu-s/M {self.peak:8.0f} MiB")


def totals(figures):
    runs = [json.loads(line) for line in figures.out.splitlines() if line.startswith('{"type":"run"')]
    return {key: sum(run[key] for run in runs) for key in ("fetched", "unchanged", "mapped", "filtered", "rejected", "new", "changed", "vanished")}


def sizes(folder, warehouse):
    wal = warehouse + "-wal"
    return os.stat(warehouse).st_mtime_ns, os.path.getsize(warehouse), os.path.getsize(wal) if os.path.exists(wal) else 0


def resident(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def processor(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(ketensync, config, until_ready=30):
    port = int(next(line.split(":")[-1].strip('" \n') for line in open(config) if line.startswith("address")))
    started = time.monotonic()
    process = subprocess.Popen([ketensync, f"--config={config}"], stderr=subprocess.DEVNULL)
    while time.monotonic() - started < until_ready:
        try:
            if urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).status == 200:
                return process, (time.monotonic() - started) * 1000
        except OSError:
            time.sleep(0.001)
    process.kill()
    sys.exit("the service did not get ready")


def end(process):
    process.send_signal(signal.SIGTERM)
    started = time.monotonic()
    process.wait(30)
    return (time.monotonic() - started) * 1000


def idle_config(work, mappings, feeds):
    """A service with that many feeds whose turn does not come."""
    folder = os.path.join(work, "idle")
    os.makedirs(os.path.join(folder, "sources.d"))
    os.makedirs(os.path.join(folder, "drop"))
    for number in range(feeds):
        with open(os.path.join(folder, "sources.d", f"bron-{number}.toml"), "w") as file:
            file.write(f'title = "Bron {number}"\nconnector = "files"\npowers = ["gebruiker"]\n[files]\nfolder = "{folder}/drop"\n[[feed]]\nname = "srg"\n'
                       'mapping = "srg"\nreads = "periods"\nfiles = "SRG_*.txt"\nperiod = "SRG_{period}.txt"\n'
                       '[feed.schedule]\nevery = "1d"\n')
    config = os.path.join(folder, "ketensync.toml")
    with open(config, "w") as file:
        file.write(f'[state]\nfolder = "{folder}/state"\n[seal]\nunsealed = true\n[mappings]\nfolder = "{mappings}"\n[sources]\nfolder = "sources.d"\n'
                   f'[warehouse]\nfile = "{folder}/warehouse.sqlite"\n[web]\naddress = "127.0.0.1:{free_port()}"\n')
    return config


class Region:
    """The simulated region, publishing so many documents."""

    def __init__(self, build, folder, mappings, documents):
        self.binary = f"{build}/tests/region/ketensync_region"
        self.folder = folder
        self.process = subprocess.Popen([self.binary, f"--bench={documents}", f"--out={folder}", f"--mappings={mappings}",
                                         "--plain-port=0", "--die-with-parent"], stdout=subprocess.PIPE, text=True)
        self.ready = json.loads(self.process.stdout.readline())
        self.config = f"{folder}/conf/ketensync.toml"

    def change(self, share):
        subprocess.run([self.binary, f"--out={self.folder}", f"--bench-change={share}"], check=True, stdout=subprocess.DEVNULL)
        self.process.send_signal(signal.SIGHUP)
        time.sleep(2)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


def records_of(figures):
    return sum(kind["records"] for kind in json.loads(figures.out.splitlines()[-1])["kinds"].values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--mappings", required=True)
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    ketensync = f"{build}/daemon/commands/ketensync"
    work = tempfile.mkdtemp(prefix="ketensync-bench-")
    region = None
    try:
        # A document makes nearly two records of the common schema: this many make as many records as documents are asked.
        region = Region(build, f"{work}/half", arguments.mappings, round(arguments.documents * 0.511))
        print(f"machine: {os.cpu_count()} cores")
        half = Figures([ketensync, f"--config={region.config}", "--sync=all", "--json"])
        region.end()
        shutil.rmtree(f"{work}/half")

        region = Region(build, f"{work}/region", arguments.mappings, arguments.documents)
        config = region.config
        warehouse = next(line.split('"')[1] for line in open(config) if line.startswith("file"))
        print(f"region: {region.ready}")

        print("-- floor: plain Python, no reconciliation, no history")
        floor = Figures([sys.executable, os.path.join(os.path.dirname(__file__), "floor.py"), os.path.dirname(config),
                         f"{work}/floor.sqlite"])
        documents = int(floor.out)
        print(floor.line("floor: fetch, parse, insert", documents))
        os.remove(f"{work}/floor.sqlite")

        sync = [ketensync, f"--config={config}", "--sync=all", "--json"]
        first = Figures(sync)
        numbers = totals(first)
        documents = numbers["fetched"]
        print("-- the whole pipeline")
        print(half.line(f"first load, {records_of(half):,} records", records_of(half), "records"))
        print(first.line(f"first load, {records_of(first):,} records", records_of(first), "records"))
        print(first.line(f"first load, {documents:,} documents", documents))
        print("   ", numbers)
        print("   ", first.out.splitlines()[-1])
        print(f"    against the floor: {floor.wall / first.wall:.2f} x the pace, {first.cpu / floor.cpu:.2f} x the processor time")

        before = sizes(work, warehouse)
        again = Figures(sync)
        # A file that is the same by name, size, time and fingerprint is not opened again; its documents are not counted.
        numbers = totals(again)
        assert numbers["unchanged"] == numbers["fetched"], numbers
        print(again.line("the same again, nothing changed", documents))
        print(f"    of these {numbers['fetched']:,} were read and compared; the others lie in files that are the same")
        assert sizes(work, warehouse) == before, "the warehouse was written to though nothing changed"
        print("    warehouse written: no")

        region.change("1%")
        changed = Figures(sync)
        numbers = totals(changed)
        print(changed.line("1 % changed", documents))
        print("   ", numbers)

        process, ready_ms = serve(ketensync, with_web(config))
        print(f"{'start to ready, with ' + format(documents, ',') + ' documents':<44} {ready_ms:8.0f} ms")
        print(f"{'stop':<44} {end(process):8.0f} ms")
        score = subprocess.run([f"{build}/tests/region/ketensync_region_score", f"--truth={work}/region/truth",
                                f"--state={os.path.dirname(find_state(config))}/state.sqlite",
                                f"--key={work}/region/secrets/state-key"], text=True, capture_output=True)
        print("-- against the truth, after the change\n" + score.stdout.rstrip())
        region.end()

        config = idle_config(work, arguments.mappings, 50)
        process, ready_ms = serve(ketensync, config)
        print(f"-- a service with 50 feeds\n{'start to ready, empty state':<44} {ready_ms:8.0f} ms")
        time.sleep(5)
        used = processor(process.pid)
        time.sleep(30)
        print(f"{'idle':<44} {resident(process.pid):8.1f} MiB resident, {(processor(process.pid) - used) / 30 * 100:.3f} % of a core")
        print(f"{'stop':<44} {end(process):8.0f} ms")
    finally:
        if region:
            region.end()
        shutil.rmtree(work, ignore_errors=True)


def find_state(config):
    lines = open(config).read().split("[state]")[1].splitlines()
    return next(line.split('"')[1] for line in lines if line.startswith("folder")) + "/state.sqlite"


def with_web(config):
    text = open(config).read()
    if "[web]" in text:
        head, tail = text.split("[web]", 1)
        tail = "\n".join(tail.split("\n[", 1)[1:])
        text = head + ("[" + tail if tail else "")
    path = config.replace("ketensync.toml", "served.toml")
    with open(path, "w") as file:
        file.write(text + f'\n[web]\naddress = "127.0.0.1:{free_port()}"\n')
    return path


if __name__ == "__main__":
    main()
