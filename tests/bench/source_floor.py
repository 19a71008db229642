"""The floor of reading pages: plain Python that fetches pages of 250 persons, parses them, picks fourteen values and puts
them into a table, and nothing else. Usage: source_floor.py ADDRESS DATABASE. Prints the number of rows."""
import http.client
import json
import sqlite3
import sys
import urllib.parse

address, target = urllib.parse.urlsplit(sys.argv[1]), sys.argv[2]
database = sqlite3.connect(target)
database.execute("pragma journal_mode=wal")
database.execute("pragma synchronous=normal")
database.execute("create table person(id text primary key,a,b,c,d,e,f,g,h,i,j,k,l,m)")
connection = http.client.HTTPConnection(address.hostname, address.port)
number = 1
while True:
    connection.request("GET", f"{address.path}/persons?pageNumber={number}&pageSize=250")
    page = json.loads(connection.getresponse().read())
    rows = []
    for item in page["items"]:
        home = item["address"]
        rows.append((item["personId"], item["primaryCode"]["code"], item["givenName"], item.get("surnamePrefix"), item["surname"],
                     item["initials"], item["dateOfBirth"], item["gender"], item["mail"], item["mobileNumber"],
                     home["postalCode"], home["street"], home["streetNumber"], home["city"]))
    with database:
        database.executemany("insert or replace into person values(?,?,?,?,?,?,?,?,?,?,?,?,?,?)", rows)
    if not page["hasNextPage"]:
        break
    number += 1
print(database.execute("select count(*) from person").fetchone()[0])
