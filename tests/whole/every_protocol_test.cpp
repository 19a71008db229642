#include "daemon/formats/format.hpp"
#include "tests/crash/warehouse_text.hpp"
#include "tests/region/horizon.hpp"
#include "tests/region/soap_peer.hpp"
#include "tests/support/sftp_server.hpp"
#include "tests/whole/served_region.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <fstream>
#include <iterator>

// The region once as it is served by itself, and once more over every other protocol and layout there is, each over its
// real one: what comes of it must be the same.

namespace ketensync::whole {

namespace {

namespace fs = std::filesystem;

constexpr int seed = 11;
constexpr int persons = 700;

std::string content_of(fs::path const & file)
{
    std::ifstream stream(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
}

/// The cells of a line of the region's sheets, which quotes only where it must.
std::vector<std::string> cells(std::string_view line)
{
    std::vector<std::string> all(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            bool const twice = quoted && i + 1 < line.size() && line[i + 1] == '"';
            all.back() += twice ? "\"" : "";
            i += twice ? 1U : 0U;
            quoted = twice || !quoted;
        } else if (line[i] == ';' && !quoted) {
            all.emplace_back();
        } else {
            all.back() += line[i];
        }
    }
    return all;
}

/// The same sheet as a workbook of Excel: dates are dates, and numbers are numbers, as somebody would type them.
void make_workbook(fs::path const & csv, fs::path const & xlsx)
{
    std::string text;
    ASSERT_TRUE(formats::to_utf8(content_of(csv), formats::Encoding::cp1252, text));
    auto * const book = workbook_new(xlsx.c_str());
    auto * const sheet = workbook_add_worksheet(book, "Blad1");
    auto * const date = workbook_add_format(book);
    format_set_num_format(date, "dd-mm-yyyy");
    std::vector<std::string> header;
    lxw_row_t row = 0;
    for (std::size_t at = 0; at < text.size(); ++row) {
        auto const end = std::min(text.find("\r\n", at), text.size());
        auto const values = cells(std::string_view(text).substr(at, end - at));
        at = end + 2;
        header = row == 0 ? values : header;
        for (std::size_t i = 0; i < values.size(); ++i) {
            auto const & value = values[i];
            auto const column = static_cast<lxw_col_t>(i);
            bool const is_date = value.size() == 10 && value[2] == '-' && value[5] == '-';
            bool const is_number = header[i] == "uren" || header[i].starts_with("doel_");
            if (row != 0 && is_date) {
                lxw_datetime moment { std::stoi(value.substr(6)), std::stoi(value.substr(3, 2)), std::stoi(value.substr(0, 2)), 0, 0, 0 };
                worksheet_write_datetime(sheet, row, column, &moment, date);
            } else if (row != 0 && is_number && !value.empty()) {
                worksheet_write_number(sheet, row, column, std::stod(value), nullptr);
            } else if (!value.empty()) {
                worksheet_write_string(sheet, row, column, value.c_str(), nullptr);
            }
        }
    }
    ASSERT_EQ(workbook_close(book), LXW_NO_ERROR);
}

std::string sftp_source(support::SftpServer const & server, fs::path const & folder)
{
    return fmt::format(R"(title = "Gemeente"
connector = "sftp"
powers = ["gebruiker"]
[sftp]
address = "sftp://127.0.0.1:{}{}"
user = "{}"
host_keys = ["{}"]
secret = "gemeente-sftp"
settle = "100ms"
[[feed]]
name = "srg"
mapping = "srg"
reads = "periods"
files = "SRG_*.txt"
period = "SRG_{{period}}.txt"
believable = {{ min = 0, vanished_percent = 30, empty_allowed = true }}
[[feed]]
name = "bus"
mapping = "bus"
reads = "periods"
files = "BUS_*.xml"
period = "BUS_{{period}}.xml"
believable = {{ min = 0, vanished_percent = 30, empty_allowed = true }}
)",
        server.port(), folder.string(), server.user(), server.host_key());
}

std::string workbooks_source(fs::path const & folder)
{
    return fmt::format(R"(title = "Projectadministratie"
connector = "files"
[files]
folder = "{}"
settle = "0s"
[[feed]]
name = "projecten"
mapping = "projecten-xlsx"
reads = "complete"
files = "projecten.xlsx"
[[feed]]
name = "deelnemers"
mapping = "projectdeelnemers-xlsx"
reads = "complete"
files = "deelnemers.xlsx"
)",
        folder.string());
}

std::string provider_source(ServedRegion const & region, std::string const & name)
{
    auto text = fmt::format(R"(title = "Opleider"
connector = "rest"
[rest]
address = "{0}/{1}/v6"
ca_file = "{2}/tls/ca.pem"
certificate = "regio-certificaat"
[rest.auth]
by = "oauth2_client_credentials"
token_address = "{0}/oauth/token"
client_id = "ketensync-{1}"
client = "certificate"
)",
        region.origin(), name, region.folder().string());
    struct Feed {
        char const * name;
        char const * path;
        char const * parent;
        char const * key;
    };
    for (auto const & [feed, path, parent, key] : { Feed { "personen", "/persons", nullptr, nullptr },
             Feed { "programmas", "/programmes", nullptr, nullptr },
             Feed { "aanbod", "/programmes/{parent}/programme-offerings", "/programmes", "programmeId" },
             Feed { "deelnames", "/persons/{parent}/programme-offering-associations", "/persons", "personId" } }) {
        text += fmt::format("[[feed]]\nname = \"{0}\"\nmapping = \"ooapi6-{0}\"\nreads = \"complete\"\npath = \"{1}\"\n", feed, path);
        text += parent == nullptr ? std::string()
                                  : fmt::format("[feed.parent]\npath = \"{}\"\nitems = \"items\"\nkey = \"{}\"\nparallel = 3\n", parent, key);
        text += "[feed.paging]\nby = \"page_number\"\nsize = 250\n";
    }
    return text;
}

std::string suwi_source(region::SoapPeer const & peer, fs::path const & ca_file)
{
    auto text = fmt::format(R"(title = "Suwinet"
connector = "soap"
powers = ["gebruiker"]
[soap]
address = "{0}"
ca_file = "{1}"
certificate = "suwi-tls"
signing = "suwi-tls"
signing_ca_file = "{1}"
to = "{{address}}?oin=1"
from = "https://ketensync.example?oin=2"
)",
        peer.address(), ca_file.string());
    for (auto const & [mapping, path] : { std::pair("suwi-reintegratie", "/GSDDossierReintegratie-v0200"),
             std::pair("suwi-bijstandsregelingen", "/Bijstandsregelingen-v0500"),
             std::pair("suwi-uwvwb-persoon", "/UWVWbDossierPersoonGSD-v0200") }) {
        text += fmt::format("[[feed]]\nname = \"{0}\"\nmapping = \"{0}\"\npath = \"{1}\"\nreads = \"changes\"\n"
                            "ask = {{ kind = \"persoon\", field = \"bsn\", per_day = 40, ground = \"Wet SUWI art. 62\" }}\n",
            mapping, path);
    }
    return text;
}

std::string stuf_source(region::SoapPeer const & peer, fs::path const & ca_file)
{
    return fmt::format(R"(title = "Gegevensmakelaar"
connector = "soap"
powers = ["gebruiker"]
[soap]
address = "{}"
ca_file = "{}"
certificate = "suwi-tls"
[soap.values]
zender_organisatie = "0402"
zender_applicatie = "KETENSYNC"
ontvanger_organisatie = "0402"
ontvanger_applicatie = "MAKELAAR"
[[feed]]
name = "personen"
mapping = "stuf-bg-npslv01"
path = "/stuf-bg"
request = "bsn"
reads = "changes"
ask = {{ kind = "persoon", field = "bsn", per_day = 40, ground = "Wabb art. 10" }}
)",
        peer.address(), ca_file.string());
}

std::string brp_source(ServedRegion const & region)
{
    return fmt::format(R"(title = "BRP"
connector = "rest"
powers = ["gebruiker"]
[rest]
address = "{0}/brp"
ca_file = "{1}/tls/ca.pem"
certificate = "regio-certificaat"
[rest.auth]
by = "oauth2_client_credentials"
client = "form"
client_id = "ketensync-brp"
token_address = "{0}/oauth/token"
secret = "brp"
parameters = {{ resourceServer = "ResourceServer01" }}
[[feed]]
name = "personen"
mapping = "brp-personen"
reads = "changes"
path = "/personen"
post.body = '{{"type":"RaadpleegMetBurgerservicenummer","burgerservicenummer":[{{asked}}],"fields":["naam"]}}'
ask = {{ kind = "persoon", field = "bsn", per_day = 40, ground = "Wabb art. 10" }}
)",
        region.origin(), region.folder().string());
}

std::string numbers(nlohmann::json const & run)
{
    std::string text;
    for (auto const * const key : { "fetched", "mapped", "filtered", "rejected" }) {
        text += fmt::format("{}={} ", key, run.at(key).get<std::uint64_t>());
    }
    return text;
}

std::size_t lines_with(std::vector<std::string> const & lines, std::string const & word)
{
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [&](std::string const & line) { return line.find(word) != std::string::npos; }));
}

} // namespace

TEST(EveryProtocol, BringsTheSameIntoTheWarehouse)
{
    ServedRegion const region(seed, persons);
    auto const as_served = region.set("served", true);
    auto const first = ServedRegion::run(as_served, { "--sync=all" });
    ASSERT_TRUE(first.ordinary()) << content_of(as_served.root / "log");

    support::SftpServer const sftp;
    support::TestAuthority const authority;
    auto const world = region::make_world(seed, persons);
    region::SoapPeer const peer(world, region::usual_date(), authority);
    region.secret("gemeente-sftp", sftp.key());
    region.secret("suwi-tls", authority.client_certificate() + authority.client_key());
    auto const otherwise = region.set("otherwise", true);
    otherwise.source("gemeente-hilversum", sftp_source(sftp, region.folder() / "drop" / "gemeente-hilversum"));
    otherwise.source("gemeente-huizen", sftp_source(sftp, region.folder() / "drop" / "gemeente-huizen"));
    auto const sheets = region.folder() / "drop" / "projectadministratie";
    auto const books = region.folder() / "workbooks";
    fs::create_directory(books);
    make_workbook(sheets / "projecten.csv", books / "projecten.xlsx");
    make_workbook(sheets / "deelnemers.csv", books / "deelnemers.xlsx");
    otherwise.source("projectadministratie", workbooks_source(books));
    otherwise.source("vakschool-vecht", provider_source(region, "vakschool-vecht"));
    auto const second = ServedRegion::run(otherwise, { "--sync=all" });
    ASSERT_TRUE(second.ordinary()) << content_of(otherwise.root / "log");

    for (auto const & [feed, run] : first.runs) {
        if (feed == "vakschool-vecht/aanbod") {
            continue; // v6 tells programmes of their own
        }
        ASSERT_TRUE(second.runs.contains(feed)) << feed;
        EXPECT_EQ(numbers(second.runs.at(feed)), numbers(run)) << feed;
        EXPECT_NE(second.runs.at(feed).at("state"), "failed") << feed;
    }
    EXPECT_GT(second.runs.at("vakschool-vecht/deelnames").at("mapped"), 0);
    EXPECT_GT(second.runs.at("vakschool-vecht/programmas").at("mapped"), 0);
    EXPECT_GT(second.runs.at("gemeente-hilversum/srg").at("mapped"), 0);

    // Who is asked about is who is known by now.
    otherwise.source("suwi", suwi_source(peer, authority.ca_file()));
    otherwise.source("stuf", stuf_source(peer, authority.ca_file()));
    otherwise.source("brp", brp_source(region));
    auto const asked = ServedRegion::run(otherwise, { "--sync=suwi,stuf,brp" });
    ASSERT_TRUE(asked.ordinary()) << content_of(otherwise.root / "log");
    EXPECT_EQ(asked.runs.size(), 5U);
    for (auto const & [feed, run] : asked.runs) {
        EXPECT_GT(run.at("mapped"), 20) << feed << ": " << run;
        EXPECT_EQ(run.at("rejected"), 0) << feed << ": " << run;
    }
    EXPECT_GT(peer.verified(), 100) << "each question was signed, and the signature held";

    auto const shown = ServedRegion::run(otherwise, { "--shape=vakschool-vecht/personen,gemeente-huizen/bus" });
    EXPECT_EQ(shown.code, 0);
    EXPECT_NE(shown.out.find(R"("path":"address.postCode","types":"text","share":)"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find(R"("path":"affiliations","types":"list of text","share":1.0,"read":false,"change":"")"), std::string::npos);
    EXPECT_EQ(ServedRegion::run(otherwise, { "--accept-shape=vakschool-vecht/personen" }).code, 0);
    EXPECT_EQ(ServedRegion::run(otherwise, { "--shape=vakschool-vecht" }).code, 64) << "a feed has a shape, a source has not";

    auto const loaded = crash::warehouse_text(otherwise.state(), otherwise.warehouse(), region.secrets() / "state-key");
    EXPECT_EQ(lines_with(loaded, "fault:"), 0U);
    for (auto const * const source : { "gemeente-hilversum/", "vakschool-vecht/", "projectadministratie/", "suwi/", "stuf/", "brp/" }) {
        EXPECT_GT(lines_with(loaded, source), 20U) << source;
    }

    auto const again = ServedRegion::run(otherwise, { "--sync=all" });
    EXPECT_EQ(again.code, 0) << content_of(otherwise.root / "log");
    for (auto const & [feed, run] : again.runs) {
        EXPECT_EQ(run.at("fetched"), run.at("unchanged")) << feed;
    }
    EXPECT_EQ(crash::warehouse_text(otherwise.state(), otherwise.warehouse(), region.secrets() / "state-key") == loaded, true);
}

} // namespace ketensync::whole
