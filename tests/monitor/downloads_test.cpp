#include "daemon/monitor/downloads.hpp"

#include "tests/monitor/sample_edition.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <unistd.h>

using namespace ketensync;
using namespace ketensync::monitor;
using testing::HasSubstr;

namespace {

Words const & words()
{
    static auto const read = read_words(KETENSYNC_SOURCE_DIR "/mappings/monitor/pages");
    return *read;
}

std::vector<PublishedFile> const & sample()
{
    static auto const made = downloads(sample_edition(), words());
    return *made;
}

std::string const & file(std::string const & name)
{
    return std::ranges::find(sample(), "bestanden/" + name, &PublishedFile::path)->bytes;
}

constexpr auto table = "trajecten_gestart.onderdeel.kwartaal";

/// A folder of its own, gone afterwards.
struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("ketensync-downloads-" + std::to_string(getpid()));
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    void write(std::string const & name, std::string const & bytes) const
    {
        std::ofstream(path / name, std::ios::binary) << bytes;
    }
    std::string read(std::string const & name) const
    {
        std::ifstream in(path / name, std::ios::binary);
        std::ostringstream bytes;
        bytes << in.rdbuf();
        return bytes.str();
    }
};

std::string without_returns(std::string text)
{
    std::erase(text, '\r');
    return text;
}

} // namespace

TEST(Downloads, AreEachTableInThreeFormsWithTheirDescription)
{
    std::set<std::string> paths;
    for (auto const & each : sample()) {
        EXPECT_TRUE(paths.insert(each.path).second);
    }
    for (auto const * const ending : { ".csv", ".csv-metadata.json", ".json", ".ods" }) {
        EXPECT_TRUE(paths.contains("bestanden/" + std::string(table) + ending)) << ending;
    }
    EXPECT_TRUE(paths.contains("bestanden/begrippen.csv"));
    EXPECT_TRUE(paths.contains("bestanden/dcat.jsonld"));
}

TEST(Downloads, HavePlainNumbersAndTheirStandingInAColumnOfItsOwn)
{
    auto const & csv = file(std::string(table) + ".csv");
    EXPECT_TRUE(csv.starts_with("onderdeel_code,onderdeel,kwartaal_code,kwartaal,aantal,status\r\n"));
    EXPECT_THAT(csv, HasSubstr("totaal,De regio,totaal,Tot nu toe,900,\r\n"));
    EXPECT_THAT(csv, testing::ContainsRegex(",,c\r\n"));
    EXPECT_THAT(csv, testing::ContainsRegex(",[0-9]+,p\r\n"));
    EXPECT_EQ(csv_line({ "a", "b,\"c\"", "" }), "a,\"b,\"\"c\"\"\",\r\n");
}

TEST(Downloads, TellTheSameInJsonByItsSchema)
{
    auto const json = nlohmann::json::parse(file(std::string(table) + ".json"));
    auto const schema = nlohmann::json::parse(file("cijfers.schema.json"));
    for (auto const & name : schema["required"]) {
        EXPECT_TRUE(json.contains(name)) << name;
    }
    std::regex const status(schema["properties"]["cijfers"]["items"]["properties"]["status"]["pattern"].get<std::string>());
    std::size_t hidden = 0;
    for (auto const & one : json["cijfers"]) {
        EXPECT_TRUE(std::regex_match(one["status"].get<std::string>(), status));
        EXPECT_TRUE(one["aantal"].is_null() || one["aantal"].get<std::int64_t>() >= 0);
        EXPECT_EQ(one["aantal"].is_null(), one["status"] == "c" || one["status"] == "z");
        hidden += one["status"] == "c" ? 1U : 0U;
    }
    EXPECT_GT(hidden, 0U);
    auto const lines = std::ranges::count(file(std::string(table) + ".csv"), '\n');
    EXPECT_EQ(json["cijfers"].size() + 1, static_cast<std::size_t>(lines));
}

TEST(Downloads, DescribeThemselvesForMachines)
{
    auto const csvw = nlohmann::json::parse(file(std::string(table) + ".csv-metadata.json"));
    EXPECT_EQ(csvw["url"], std::string(table) + ".csv");
    EXPECT_EQ(csvw["tableSchema"]["columns"].size(), 6U);
    auto const dcat = nlohmann::json::parse(file("dcat.jsonld"));
    EXPECT_EQ(dcat["dcat:dataset"].size(), 12U);
    for (auto const & set : dcat["dcat:dataset"]) {
        for (auto const & each : set["dcat:distribution"]) {
            EXPECT_FALSE(file(each["dcat:downloadURL"]["@id"]).empty());
        }
    }
}

TEST(Downloads, AreTheSameBytesEachTime)
{
    auto const again = downloads(sample_edition(), words());
    ASSERT_TRUE(again);
    for (std::size_t i = 0; i < again->size(); ++i) {
        EXPECT_EQ((*again)[i].bytes, sample()[i].bytes) << sample()[i].path;
    }
}

TEST(Downloads, AreNotMadeOfFiguresThatWereNotProtected)
{
    EXPECT_EQ(downloads(sample_truth(4, 4, 50), words()).error().failure, Failure::bug);
}

TEST(Downloads, ComeBackEqualFromLibreOffice)
{
    if (std::system("command -v soffice >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "LibreOffice is not there; install libreoffice-calc-nogui to try it";
    }
    Folder const folder;
    folder.write("tabel.ods", file(std::string(table) + ".ods"));
    folder.write("plain.csv", file(std::string(table) + ".csv"));
    auto const office = "soffice --headless -env:UserInstallation=file://" + (folder.path / "profile").string() + " ";
    auto const here = " --outdir " + folder.path.string() + " ";
    // As UTF-8 with commas, quotes where they are needed.
    auto const to_csv = std::string("--convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false'") + here;
    auto const from_csv = std::string("--infilter='Text - txt - csv (StarCalc):44,34,76,1' --convert-to ods") + here;
    auto const quiet = std::string(" >/dev/null 2>&1");
    ASSERT_EQ(std::system((office + to_csv + (folder.path / "tabel.ods").string() + quiet).c_str()), 0);
    EXPECT_EQ(folder.read("tabel.csv"), without_returns(file(std::string(table) + ".csv")));
    ASSERT_EQ(std::system((office + from_csv + (folder.path / "plain.csv").string() + quiet).c_str()), 0);
    ASSERT_EQ(std::system((office + to_csv + (folder.path / "plain.ods").string() + quiet).c_str()), 0);
    EXPECT_EQ(folder.read("plain.csv"), without_returns(file(std::string(table) + ".csv")));
}
