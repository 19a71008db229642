"""The floor: a plain Python script that fetches, parses and inserts the same documents as the daemon, and nothing else:
no mapping to a common schema, no reconciliation, no history, no outbox, one commit a page, synchronous=NORMAL.
Usage: floor.py CONFIG_FOLDER DATABASE. Prints the number of rows."""
import csv
import glob
import http.client
import json
import os
import sqlite3
import sys
import tomllib
import urllib.parse
import xml.etree.ElementTree as xml

WERKZOEKENDE = "insert or replace into werkzoekende values(?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
SRG = [(0, 4), (4, 6), (23, 27), (31, 40), (40, 48), (48, 49), (59, 74), (74, 76), (76, 84), (84, 92), (92, 93)]


def pages(database, address, feed, token):
    parts = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port)
    paging, number = feed["paging"], feed["paging"].get("first", 1)
    while True:
        connection.request("GET", f"{parts.path}{feed['path']}?{paging['page_parameter']}={number}&{paging['size_parameter']}={paging['size']}",
                           headers={"Authorization": f"Bearer {token}"})
        page = json.loads(connection.getresponse().read())
        rows = []
        for item in page["werkzoekenden"]:
            name, home, contact = item["naam"], item["adres"], item["contact"]
            rows.append((item["idWerkzoekende"], item["bsn"], name["voornamen"], name["voorletters"], name["voorvoegsel"],
                         name["geslachtsnaam"], item["geboortedatum"], item["geslacht"], home["postcode"], home["huisnummer"],
                         home["woonplaats"], item["gemeente"], contact["email"], item["gewijzigd"]))
        with database:
            database.executemany(WERKZOEKENDE, rows)
        if not page[paging["more"]]:
            return
        number += 1


def file(database, path):
    if path.endswith(".txt"):
        with open(path, encoding="cp1252", newline="") as lines, database:
            database.executemany("insert into srg values(?,?,?,?,?,?,?,?,?,?,?)",
                                 ([line[a:b] for a, b in SRG] for line in lines if line.strip()))
    elif path.endswith(".csv"):
        with open(path, encoding="cp1252", newline="") as lines, database:
            rows = csv.reader(lines, delimiter=";")
            width = len(next(rows))
            database.execute(f"create table if not exists sheet{width}({','.join(f'c{i}' for i in range(width))})")
            database.executemany(f"insert into sheet{width} values({','.join('?' * width)})", rows)
    else:
        rows = []
        for _, element in xml.iterparse(path):
            if element.tag == "Uitkering":
                for person in element.findall("Persoon"):
                    rows.append((element.findtext("Registratienummer"), element.findtext("Statistiekcode"),
                                 person.findtext("Burgerservicenummer"), person.findtext("Geboortedatum"),
                                 person.findtext("Geslacht"), person.findtext("Aanvangsdatum"), person.findtext("Einddatum"),
                                 person.findtext("RedenBeeindiging")))
                element.clear()
        with database:
            database.executemany("insert into bus values(?,?,?,?,?,?,?,?)", rows)


def main():
    conf, target = sys.argv[1:]
    database = sqlite3.connect(target)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=normal")
    database.execute("create table werkzoekende(id text primary key,a,b,c,d,e,f,g,h,i,j,k,l,m)")
    database.execute("create table srg(a,b,c,d,e,f,g,h,i,j,k)")
    database.execute("create table bus(a,b,c,d,e,f,g,h)")
    secrets = os.path.join(os.path.dirname(conf), "secrets")
    for name in sorted(glob.glob(os.path.join(conf, "sources.d", "*.toml"))):
        source = tomllib.load(open(name, "rb"))
        for feed in source["feed"]:
            if source["connector"] == "rest":
                secret = source["rest"].get("auth", {}).get("secret")
                token = open(os.path.join(secrets, secret)).read().strip() if secret else ""
                pages(database, source["rest"]["address"], feed, token)
            else:
                for path in sorted(glob.glob(os.path.join(source["files"]["folder"], feed["files"]))):
                    file(database, path)
    print(sum(row[0] for table in database.execute("select name from sqlite_master where type='table'").fetchall()
              for row in database.execute(f"select count(*) from {table[0]}")))


main()
