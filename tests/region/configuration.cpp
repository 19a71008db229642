#include "tests/region/configuration.hpp"

#include "tests/region/places.hpp"
#include "tests/region/projects.hpp"
#include "tests/region/random.hpp"
#include "tests/region/state.hpp"

#include <fmt/format.h>

#include <map>

namespace ketensync::region {
namespace {

namespace fs = std::filesystem;

constexpr auto municipal_source = R"(title = "Gemeente {name}"
connector = "files"
powers = ["gebruiker"]

[files]
folder = "{folder}/drop/gemeente-{slug}"

[[feed]]
name = "srg"
mapping = "srg"
reads = "periods"
files = "SRG_*.txt"
period = "SRG_{{period}}.txt"
schedule = {{ every = "15m" }}
believable = {{ min = 0, vanished_percent = 30, empty_allowed = true }}

[[feed]]
name = "bus"
mapping = "bus"
reads = "periods"
files = "BUS_*.xml"
period = "BUS_{{period}}.xml"
schedule = {{ every = "15m" }}
believable = {{ min = 0, vanished_percent = 30, empty_allowed = true }}
)";

constexpr auto provider_source = R"(title = "{title}"
connector = "rest"

[rest]
address = "https://localhost:{port}/{source}/v5"
ca_file = "{folder}/tls/ca.pem"
{certificate}requests_per_second = 0

[rest.headers]
Accept = "application/json"

[rest.auth]
by = "oauth2_client_credentials"
token_address = "https://localhost:{port}/oauth/token"
client_id = "ketensync-{source}"
{proof}

[[feed]]
name = "aanbod"
mapping = "ooapi5-aanbod"
reads = "complete"
path = "/offerings"
schedule = {{ every = "6h" }}
[feed.paging]
by = "page_number"
page_parameter = "pageNumber"
size_parameter = "pageSize"
size = 250
first = 1
more = "hasNextPage"

[[feed]]
name = "personen"
mapping = "ooapi5-personen"
reads = "complete"
path = "/persons"
schedule = {{ every = "1h" }}
[feed.paging]
by = "page_number"
page_parameter = "pageNumber"
size_parameter = "pageSize"
size = 250
first = 1
more = "hasNextPage"

[[feed]]
name = "deelnames"
mapping = "ooapi5-deelnames"
reads = "complete"
path = "/offerings/{{parent}}/associations"
schedule = {{ every = "1h" }}
[feed.parent]
path = "/offerings"
items = "items"
key = "offeringId"
[feed.paging]
by = "page_number"
page_parameter = "pageNumber"
size_parameter = "pageSize"
size = 250
first = 1
more = "hasNextPage"
)";

constexpr auto uwv_source = R"(title = "UWV werkzoekenden"
connector = "rest"
powers = ["gebruiker"]

[rest]
address = "{address}/uwv"
{authority}requests_per_second = 0

[rest.auth]
by = "bearer"
secret = "uwv-werkzoekenden"

[[feed]]
name = "werkzoekenden"
mapping = "uwv-werkzoekenden"
reads = "complete"
path = "/werkzoekenden"
schedule = {{ at = "0 6 * * *", zone = "Europe/Amsterdam", jitter = "10m" }}
[feed.paging]
by = "page_number"
page_parameter = "pagina"
size_parameter = "omvang"
size = 250
first = 1
more = "volgende"
total = "totaal"
)";

constexpr auto um_source = R"(title = "UM {name}"
connector = "rest"

[rest]
address = "https://localhost:{port}/um"
ca_file = "{folder}/tls/ca.pem"
certificate = "regio-certificaat"
requests_per_second = 0

[rest.headers]
X-VUM-berichtVersie = "0.8.7"
X-VUM-fromParty = "00000004000000000099"
X-VUM-toParty = "{oin}"

[rest.auth]
by = "bearer"
secret = "um"

[[feed]]
name = "profielen"
mapping = "um-profielen"
reads = "complete"
path = "/werkzoekende/lijst/{oin}"
schedule = {{ at = "30 6 * * *", zone = "Europe/Amsterdam", jitter = "10m" }}
)";

constexpr auto sheet_source = R"(title = "Projectadministratie Werken aan Werk"
connector = "files"

[files]
folder = "{folder}/drop/projectadministratie"

{projects}[[feed]]
name = "deelnemers"
mapping = "projectdeelnemers"
reads = "complete"
files = "deelnemers.csv"
schedule = {{ every = "15m" }}
)";

constexpr auto projects_feed = R"([[feed]]
name = "projecten"
mapping = "projecten"
reads = "complete"
files = "projecten.csv"
schedule = { every = "15m" }

)";

constexpr auto whole = R"([state]
folder = "{folder}/state"

[mappings]
folder = "{mappings}"

[sources]
folder = "sources.d"

[secrets]
folder = "{folder}/secrets"

[warehouse]
type = "sqlite"
file = "{folder}/warehouse/warehouse.sqlite"

[web]
address = ""

[log]
level = "info"
)";

using Sources = std::map<std::string, std::string>;

void add_municipal(Sources & sources, Serving const & serving)
{
    for (auto const & gemeente : gemeenten()) {
        auto const name = fmt::format("gemeente-{}", gemeente.slug);
        // Weesp is a source for who looks at its time only: without files there is nothing to read.
        if (fs::exists(serving.folder / "drop" / name)) {
            sources[name] = fmt::format(municipal_source, fmt::arg("name", gemeente.name),
                fmt::arg("slug", gemeente.slug), fmt::arg("folder", serving.folder.string()));
        }
    }
}

void add_served(Sources & sources, Serving const & serving, Day date)
{
    auto const folder = serving.folder.string();
    for (auto const & provider : providers()) {
        // One signs what it says of itself, the other shows its certificate.
        bool const signs = provider.source == "roc-gooi";
        sources[std::string(provider.source)] = fmt::format(provider_source, fmt::arg("title", provider.title),
            fmt::arg("source", provider.source), fmt::arg("port", serving.port), fmt::arg("folder", folder),
            fmt::arg("certificate", signs ? "" : "certificate = \"regio-certificaat\"\n"),
            fmt::arg("proof", signs ? "client = \"private_key_jwt\"\nsecret = \"roc-gooi-sleutel\"" : "client = \"certificate\""));
    }
    for (auto const & gemeente : gemeenten()) {
        if (date < gemeente.until) {
            sources[fmt::format("um-{}", gemeente.slug)] = fmt::format(um_source, fmt::arg("name", gemeente.name),
                fmt::arg("port", serving.port), fmt::arg("oin", gemeente.oin), fmt::arg("folder", folder));
        }
    }
}

} // namespace

std::string secret_of(std::string_view credential)
{
    std::uint64_t sum = 7;
    for (auto const c : credential) {
        sum = mix(sum, static_cast<unsigned char>(c));
    }
    return fmt::format("{:016x}{:016x}", sum, mix(sum, 1));
}

void write_configuration(Serving const & serving, Day date)
{
    auto const folder = serving.folder.string();
    Sources sources;
    add_municipal(sources, serving);
    sources["projectadministratie"] = fmt::format(
        sheet_source, fmt::arg("folder", folder), fmt::arg("projects", serving.bench ? "" : projects_feed));
    auto const plain = serving.bench || serving.port == 0;
    auto const address = plain ? fmt::format("http://127.0.0.1:{}", serving.plain_port)
                               : fmt::format("https://localhost:{}", serving.port);
    sources["uwv-werkzoekenden"] = fmt::format(uwv_source, fmt::arg("address", address),
        fmt::arg("authority", plain ? std::string() : fmt::format("ca_file = \"{}/tls/ca.pem\"\n", folder)));
    if (!plain) {
        add_served(sources, serving, date);
    }
    auto const sources_folder = serving.folder / "conf" / "sources.d";
    fs::create_directories(sources_folder);
    for (auto const & entry : fs::directory_iterator(sources_folder)) {
        if (entry.path().extension() == ".toml" && !sources.contains(entry.path().stem().string())) {
            fs::remove(entry.path());
        }
    }
    for (auto const & [name, text] : sources) {
        write_file(sources_folder / (name + ".toml"), text);
    }
    for (auto const * credential : { "roc-gooi", "vakschool-vecht", "uwv-werkzoekenden", "um", "brp" }) {
        write_file(serving.folder / "secrets" / credential, secret_of(credential) + "\n", true);
    }
    write_file(serving.folder / "secrets" / "state-key", secret_of("state-key") + secret_of("another half") + "\n", true);
    for (auto const & [credential, file] :
        { std::pair("roc-gooi-sleutel", "assertion.key"), std::pair("regio-certificaat", "client.pem") }) {
        if (auto const content = read_file(serving.folder / "tls" / file)) {
            write_file(serving.folder / "secrets" / credential, *content, true);
        }
    }
    // What somebody has written into the daemon's own file since is theirs.
    if (!fs::exists(serving.folder / "conf" / "ketensync.toml")) {
        write_file(serving.folder / "conf" / "ketensync.toml",
            fmt::format(whole, fmt::arg("folder", folder), fmt::arg("mappings", serving.mappings.string())));
    }
    for (auto const * own : { "state", "warehouse" }) {
        fs::create_directories(serving.folder / own);
    }
}

} // namespace ketensync::region
