#include "daemon/commands/command.hpp"
#include "daemon/commands/scrub.hpp"
#include "daemon/settings/masked.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

using namespace ketensync;
using namespace ketensync::commands;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

std::string content(std::filesystem::path const & path)
{
    std::ifstream file(path);
    return { std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>() };
}

struct Ended {
    int code;
    std::string out;
    std::string error;
};

Ended diagnose(std::filesystem::path const & config, std::filesystem::path const & file)
{
    Options options;
    options.command = Command::diagnostics;
    options.config = config;
    options.file = file;
    std::istringstream in;
    std::ostringstream out, error;
    int const code = run(options, { in, out, error });
    return { code, out.str(), error.str() };
}

} // namespace

TEST(Scrub, takes_out_secrets_numbers_of_people_and_addresses)
{
    std::vector<std::string> const secrets { "zeer-geheim", "kort" };
    EXPECT_EQ(scrubbed("token zeer-geheim of 123456782, 12345673", secrets), "token (secret) of (number), 12345673");
    EXPECT_EQ(scrubbed("bsn=111222333;tel 0612345678 en +31612345678", {}), "bsn=(number);tel (number) en +(number)");
    EXPECT_EQ(scrubbed("van a.b+c@voorbeeld.nl, x@ en @y", {}), "van (address), x@ en @y");
    EXPECT_EQ(scrubbed("123456789 12345678 1234567821 kort", secrets), "123456789 12345678 1234567821 kort");
    EXPECT_EQ(scrubbed("", {}), "");
}

TEST(Masked, shows_how_it_is_set_up_and_no_text_that_could_be_anything)
{
    support::TemporaryFolder const folder;
    auto const file = folder.write("bron.toml", R"(title = "Jan de Vries"
connector = "rest"
[rest]
address = "https://gebruiker:wachtwoord@host/pad?sleutel=x"
requests_per_second = 4
[rest.headers]
X-Api-Key = "geheim"
[[feed]]
schedule = { every = "15m" }
reads = "een te lange tekst om een keuze te zijn"
believable = { empty_allowed = true }
)");
    EXPECT_THAT(settings::masked(file),
        ElementsAre("1 title = (a text of 12 bytes)", "2 connector = rest", "4 rest.address = (a text of 47 bytes)",
            "5 rest.requests_per_second = 4", "7 rest.headers.X-Api-Key = (a text of 6 bytes)", "9 feed[0].schedule.every = 15m",
            "10 feed[0].reads = (a text of 39 bytes)", "11 feed[0].believable.empty_allowed = true"));
    EXPECT_THAT(settings::masked(folder.write("stuk.toml", "a = 1\nb = \"geheim\nc = 2\n")), ElementsAre("not valid TOML from line 2"));
    EXPECT_THAT(settings::masked(folder / "nergens.toml"), ElementsAre("it cannot be read"));
}

TEST(Diagnostics, are_written_also_when_the_configuration_is_wrong_and_quote_nothing_of_it)
{
    support::TemporaryFolder const folder;
    auto const config = folder.write("ketensync.toml", "[state]\nfolder = \"zeergeheimepad\"\n[web]\naddres = \"geheimwoord\"\n");
    auto const ended = diagnose(config, folder / "bundel.json");
    EXPECT_EQ(ended.code, 0) << ended.error;
    auto const text = content(folder / "bundel.json");
    EXPECT_THAT(text, Not(HasSubstr("geheim")));
    auto const bundle = nlohmann::json::parse(text);
    EXPECT_EQ(bundle.at("version"), KETENSYNC_VERSION);
    EXPECT_THAT(bundle.at("configuration").at("ketensync.toml"), Contains("4 web.addres = (a text of 11 bytes)"));
    EXPECT_FALSE(bundle.at("faults").empty());
    EXPECT_EQ(std::filesystem::status(folder / "bundel.json").permissions(),
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(Diagnostics, do_not_write_over_anything)
{
    support::TemporaryFolder const folder;
    auto const there = folder.write("bundel.json", "van mij");
    auto const ended = diagnose(folder / "geen.toml", there);
    EXPECT_EQ(ended.code, 73);
    EXPECT_THAT(ended.error, HasSubstr("must not be there yet"));
    EXPECT_EQ(content(there), "van mij");
}
