"""What sealing the state costs: first loads of the same region, sealed and open by turns, so that both meet the same
machine. Prints the medians of processor seconds and their ratio; fails above 15 %."""
import argparse
import os
import shutil
import statistics
import sys
import tempfile

from bench import Figures, Region, totals


def variant(config, name, folder, seal):
    """The same configuration with a state and a warehouse of its own."""
    text = open(config).read()
    lines = []
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        if section == "[state]" and line.startswith("folder"):
            line = f'folder = "{folder}/state"'
        if section == "[warehouse]" and line.startswith("file"):
            line = f'file = "{folder}/warehouse.sqlite"'
        lines.append(line)
    path = config.replace("ketensync.toml", f"{name}.toml")
    with open(path, "w") as file:
        file.write("\n".join(lines) + f"\n{seal}")
    return path


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mappings", required=True)
    arguments = parser.parse_args()
    build = os.path.abspath(arguments.build)
    work = tempfile.mkdtemp(prefix="ketensync-sealing-")
    region = None
    try:
        region = Region(build, f"{work}/region", arguments.mappings, arguments.documents)
        spent = {"sealed": [], "open": []}
        wall = {"sealed": [], "open": []}
        for _ in range(arguments.rounds):
            for name, seal in (("open", "[seal]\nunsealed = true\n"), ("sealed", "")):
                folder = f"{work}/{name}"
                shutil.rmtree(folder, ignore_errors=True)
                os.makedirs(folder)
                config = variant(region.config, name, folder, seal)
                figures = Figures([f"{build}/daemon/commands/ketensync", f"--config={config}", "--sync=all", "--json"])
                spent[name].append(figures.cpu)
                wall[name].append(figures.wall)
                documents = totals(figures)["fetched"]
        for name in spent:
            print(f"first load of {documents:,} documents, {name:<8} {statistics.median(spent[name]):8.2f} cpu-s "
                  f"{statistics.median(wall[name]):8.2f} s   {[round(each, 2) for each in spent[name]]}")
        share = statistics.median(spent["sealed"]) / statistics.median(spent["open"]) - 1
        print(f"sealing costs {share * 100:.1f} % of the processor time of the whole pipeline")
        if share > 0.15:
            sys.exit("more than 15 %")
    finally:
        if region:
            region.end()
        shutil.rmtree(work, ignore_errors=True)


main()
