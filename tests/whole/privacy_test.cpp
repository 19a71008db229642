// What the program leaves on the disk of persons, and what can be done with it: the program itself, its files and keys.

#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fstream>
#include <thread>
#include <unordered_set>

namespace ketensync {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using support::Process;
using testing::HasSubstr;

/// A person whose every value is like no other.
struct Planted {
    std::string bsn;
    std::string name;
    std::string street;
    std::string email;
    std::string id;
};

std::string letters(std::uint64_t number, std::size_t count)
{
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        number = number * 6364136223846793005ULL + 1442695040888963407ULL;
        text += static_cast<char>('a' + (number >> 40) % 26);
    }
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::vector<Planted> planted(std::size_t count)
{
    std::vector<Planted> persons;
    for (std::uint64_t number = 123'456'780; persons.size() < count; ++number) {
        auto const digits = std::to_string(number * 7 % 800'000'000 + 100'000'000);
        int sum = -(digits[8] - '0');
        for (std::size_t i = 0; i < 8; ++i) {
            sum += (digits[i] - '0') * static_cast<int>(9 - i);
        }
        if (sum % 11 == 0) {
            auto const seed = number * 31;
            auto const lower = letters(seed + 2, 10);
            persons.push_back({ digits, letters(seed, 12), letters(seed + 1, 11) + "straat",
                static_cast<char>(lower.front() - 'A' + 'a') + lower.substr(1) + "@voorbeeld.example",
                "WZ" + digits.substr(1, 7) + std::to_string(persons.size()) });
        }
    }
    return persons;
}

std::string document(Planted const & person, bool sound = true)
{
    return json({ { "idWerkzoekende", person.id }, { "bsn", person.bsn },
                    { "naam", { { "voornamen", "Anna" }, { "voorletters", "A." }, { "voorvoegsel", nullptr },
                                  { "geslachtsnaam", person.name }, { "naamgebruik", "E" }, { "partner", nullptr } } },
                    { "geboortedatum", sound ? "1980-05-06" : "1980-13-45" }, { "geslacht", "V" },
                    { "adres", { { "postcode", "1211AA" }, { "huisnummer", "12" }, { "straatnaam", person.street },
                                   { "woonplaats", "Hilversum" } } },
                    { "gemeente", "0402" }, { "contact", { { "email", person.email }, { "telefoon", nullptr } } },
                    { "datumInschrijving", "2024-01-01" }, { "datumUitschrijving", nullptr }, { "urenPerWeek", 32 },
                    { "gewijzigd", "2024-05-01T10:00:00Z" } })
        .dump();
}

class Privacy : public ::testing::Test {
protected:
    void SetUp() override
    {
        for (auto const * name : { "drop", "sources.d", "secrets", "tmp" }) {
            fs::create_directories(folder / name);
        }
        secret("state-key", std::string(64, 'a'));
        configure("");
        std::ofstream(folder / "sources.d" / "uwv.toml")
            << "title = \"UWV\"\nconnector = \"files\"\npowers = [\"gebruiker\"]\n[files]\nfolder = \"" << (folder / "drop").string()
            << "\"\nsettle = \"1ms\"\nafterwards = \"archive\"\n[[feed]]\nname = \"personen\"\nmapping = \"uwv-werkzoekenden\"\n"
               "reads = \"complete\"\nfiles = \"uwv_*.json\"\n[feed.believable]\nvanished_percent = 100\n";
    }

    void configure(std::string const & seal) const
    {
        std::ofstream(folder / "ketensync.toml")
            << "[state]\nfolder = \"state\"\n[mappings]\nfolder = \"" KETENSYNC_SOURCE_DIR "/mappings\"\n[sources]\nfolder = \"sources.d\"\n"
               "[secrets]\nfolder = \"secrets\"\n[warehouse]\nfile = \"warehouse.sqlite\"\n[web]\naddress = \"\"\n"
               "[limits]\nbatch_documents = 100\n"
            << seal;
    }

    void secret(std::string const & name, std::string const & text) const
    {
        fs::remove(folder / "secrets" / name);
        std::ofstream(folder / "secrets" / name) << text << '\n';
        fs::permissions(folder / "secrets" / name, fs::perms::owner_read | fs::perms::owner_write);
    }

    void deliver(std::string const & name, std::vector<Planted> const & persons, std::size_t unsound = 0) const
    {
        std::ofstream file(folder / "drop" / name);
        file << "{\"werkzoekenden\":[";
        for (std::size_t i = 0; i < persons.size(); ++i) {
            file << (i == 0 ? "" : ",\n") << document(persons[i], i >= unsound);
        }
        file << "]}";
        file.close();
        fs::last_write_time(folder / "drop" / name, fs::file_time_type::clock::now() - std::chrono::minutes(5));
    }

    struct Output {
        int code = -1;
        std::string out;
        std::string error;
    };
    std::vector<std::string> words(std::vector<std::string> more) const
    {
        more.insert(more.begin(), { KETENSYNC_PROGRAM, "--config=" + (folder / "ketensync.toml").string() });
        return more;
    }
    Output run(std::vector<std::string> more, std::string const & input = {}) const
    {
        auto command = words(std::move(more));
        if (!input.empty()) {
            std::ofstream(folder / "input") << input << '\n';
            command.insert(command.begin(), { "/bin/sh", "-c", "exec \"$@\" <\"$0\"", (folder / "input").string() });
        }
        Process process({ command, { { "TMPDIR", (folder / "tmp").string() } }, folder / "error" });
        Output output;
        output.out = process.rest();
        output.code = process.wait();
        std::ifstream error(folder / "error");
        output.error.assign(std::istreambuf_iterator<char>(error), {});
        return output;
    }

    static std::string content(fs::path const & file)
    {
        std::ifstream stream(file, std::ios::binary);
        return { std::istreambuf_iterator<char>(stream), {} };
    }

    /// How many of the persons' values stand in the files of these folders, as they are or in UTF-16.
    std::size_t readable(std::vector<Planted> const & persons, std::vector<fs::path> const & places) const
    {
        auto const begin = [](char const * at) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof(word));
            return word;
        };
        std::unordered_set<std::uint64_t> begins;
        for (auto const & person : persons) {
            for (auto const & value : { person.bsn, person.name, person.street, person.email, person.id }) {
                begins.insert(begin(value.data()));
                std::string wide;
                for (char const letter : value.substr(0, 4)) {
                    wide += letter;
                    wide += '\0';
                }
                begins.insert(begin(wide.data()));
            }
        }
        std::size_t found = 0;
        for (auto const & place : places) {
            for (auto const & entry : fs::recursive_directory_iterator(place)) {
                auto const bytes = entry.is_regular_file() ? content(entry.path()) : std::string();
                for (std::size_t at = 0; at + 8 <= bytes.size(); ++at) {
                    found += begins.contains(begin(bytes.data() + at)) ? 1U : 0U;
                }
            }
        }
        return found;
    }
    std::size_t in_state(std::vector<Planted> const & persons) const { return readable(persons, { folder / "state", folder / "tmp" }); }

    support::TemporaryFolder folder;
};

TEST_F(Privacy, NothingOfAThousandPersonsCanBeReadInTheState)
{
    auto const persons = planted(1'000);
    deliver("uwv_1.json", persons, 20);
    ASSERT_GT(readable(persons, { folder / "drop" }), 4'000U) << "the look itself must find what is there";
    auto const first = run({ "--sync=all" });
    ASSERT_EQ(first.code, 0) << first.error;
    ASSERT_THAT(run({ "--quarantine=list" }).out, HasSubstr("date-invalid")) << "what is set aside lies in the state too";
    EXPECT_EQ(in_state(persons), 0U);
    EXPECT_TRUE(fs::exists(folder / "state" / "memory.snapshot")) << "this one must be sealed too";

    // Killed in the middle of it, with its log lying there.
    auto more = planted(3'000);
    deliver("uwv_2.json", more);
    {
        Process process({ words({ "--sync=all" }), { { "TMPDIR", (folder / "tmp").string() } }, folder / "error" });
        auto const log = folder / "state" / "state.sqlite-wal";
        std::error_code error;
        for (int i = 0; i < 2'000 && (!fs::exists(log, error) || fs::file_size(log, error) < 400'000); ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        process.signal(SIGKILL);
        EXPECT_EQ(process.wait(), 128 + SIGKILL);
        EXPECT_TRUE(fs::exists(log)) << "it was killed too late to leave anything";
    }
    EXPECT_EQ(in_state(more), 0U);

    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    EXPECT_EQ(in_state(more), 0U);
    deliver("uwv_3.json", more);
    ASSERT_EQ(run({ "--sync=all", "--full" }).code, 0);
    EXPECT_EQ(in_state(more), 0U);
    // What is packed is sealed as well: the mark of its packing is not there either, but by chance.
    auto const bytes = content(folder / "state" / "state.sqlite");
    std::size_t packed = 0;
    for (auto at = bytes.find("\x28\xb5\x2f\xfd"); at != std::string::npos; at = bytes.find("\x28\xb5\x2f\xfd", at + 1)) {
        ++packed;
    }
    EXPECT_LE(packed, 1U);
}

TEST_F(Privacy, DoesNotStartWithoutItsKeyOrWithAnother)
{
    deliver("uwv_1.json", planted(10));
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    secret("state-key", std::string(64, 'b'));
    for (auto const & command : { std::vector<std::string>(), { "--sync=all" }, { "--status" } }) {
        auto const other = run(command);
        EXPECT_EQ(other.code, 78) << other.out;
        EXPECT_THAT(other.error, HasSubstr("is sealed with key "));
    }
    fs::remove(folder / "secrets" / "state-key");
    auto const missing = run({});
    EXPECT_EQ(missing.code, 78);
    EXPECT_THAT(missing.error, HasSubstr("credential 'state-key'"));
    EXPECT_THAT(missing.error, HasSubstr("openssl rand -hex 32"));
    secret("state-key", "kort");
    EXPECT_EQ(run({}).code, 78);
    configure("[seal]\nunsealed = true\n");
    EXPECT_EQ(run({ "--sync=all" }).code, 78) << "what is sealed is not opened by saying that it is not";
}

TEST_F(Privacy, AStateThatLayOpenIsSealedAndAKeyCanBeChanged)
{
    auto const persons = planted(200);
    configure("[seal]\nunsealed = true\n");
    deliver("uwv_1.json", persons);
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    ASSERT_GT(in_state(persons), 100U);
    configure("");
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    EXPECT_EQ(in_state(persons), 0U);
    secret("key-2027", std::string(64, 'c'));
    configure("[seal]\nkey = \"key-2027\"\nold_keys = [\"state-key\"]\n");
    deliver("uwv_2.json", planted(300));
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    auto const sealed = run({ "--reseal" });
    ASSERT_EQ(sealed.code, 0) << sealed.error;
    configure("[seal]\nkey = \"key-2027\"\n");
    deliver("uwv_3.json", planted(300));
    EXPECT_EQ(run({ "--sync=all", "--full" }).code, 0);
    EXPECT_THAT(run({ "--audit" }).out, HasSubstr("reseal"));
}

TEST_F(Privacy, ABackupBesideTheServiceIsPutBackAndTheWarehouseFilledFromIt)
{
    auto const persons = planted(300);
    deliver("uwv_1.json", persons);
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    {
        Process service({ words({}), {}, folder / "service.log" });
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        auto const backed = run({ "--backup=" + (folder / "copy").string() });
        EXPECT_EQ(backed.code, 0) << backed.error;
        EXPECT_EQ(run({ "--restore=" + (folder / "copy").string() }).code, 75) << "the service has the state";
        service.signal(SIGTERM);
        EXPECT_EQ(service.wait(), 0);
    }
    EXPECT_EQ(readable(persons, { folder / "state" }), 0U);
    deliver("uwv_2.json", planted(400));
    ASSERT_EQ(run({ "--sync=all" }).code, 0);

    auto damaged = content(folder / "copy");
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
    std::ofstream(folder / "damaged", std::ios::binary) << damaged;
    EXPECT_EQ(run({ "--restore=" + (folder / "damaged").string() }).code, 78);
    deliver("uwv_3.json", planted(400));
    EXPECT_EQ(run({ "--sync=all", "--full" }).code, 0) << "the state is as it was";

    auto const restored = run({ "--restore=" + (folder / "copy").string() });
    ASSERT_EQ(restored.code, 0) << restored.error;
    auto const behind = run({ "--publish" });
    EXPECT_EQ(behind.code, 78) << "the warehouse knows more than the state";
    EXPECT_THAT(behind.error, HasSubstr("--refill"));
    EXPECT_EQ(run({ "--refill" }).code, 64) << "this warehouse is not empty";
    for (auto const * suffix : { "", "-wal", "-shm" }) {
        fs::remove((folder / "warehouse.sqlite").string() + suffix);
    }
    auto const filled = run({ "--refill" });
    ASSERT_EQ(filled.code, 0) << filled.error;
    EXPECT_THAT(filled.out, HasSubstr("600 golden records"));
    EXPECT_EQ(run({ "--publish" }).code, 0);
    deliver("uwv_4.json", planted(400));
    EXPECT_EQ(run({ "--sync=all" }).code, 0);
}

TEST_F(Privacy, AStateThatIsLostIsMadeAgainFromSourcesAndItsWarehouseFromIt)
{
    deliver("uwv_1.json", planted(200));
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    fs::remove_all(folder / "state");
    fs::rename(folder / "drop" / "verwerkt" / "uwv_1.json", folder / "drop" / "uwv_1.json");
    auto const again = run({ "--sync=all" });
    EXPECT_EQ(again.code, 78) << "the warehouse is another state's";
    for (auto const * suffix : { "", "-wal", "-shm" }) {
        fs::remove((folder / "warehouse.sqlite").string() + suffix);
    }
    ASSERT_EQ(run({ "--refill" }).code, 0);
    EXPECT_EQ(run({ "--publish" }).code, 0);
}

TEST_F(Privacy, AFlippedByteInTheStateStopsTheProgram)
{
    deliver("uwv_1.json", planted(300));
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    auto bytes = content(folder / "state" / "state.sqlite");
    for (std::size_t page = 0; page * 4096 < bytes.size(); ++page) {
        bytes[page * 4096 + 2'000] = static_cast<char>(bytes[page * 4096 + 2'000] ^ 4);
    }
    std::ofstream(folder / "state" / "state.sqlite", std::ios::binary) << bytes;
    auto const damaged = run({ "--sync=all" });
    EXPECT_EQ(damaged.code, 78);
    EXPECT_THAT(damaged.error, HasSubstr("damaged"));
}

TEST_F(Privacy, APersonSeesEverythingAndIsErasedEverywhereForGood)
{
    auto persons = planted(300);
    deliver("uwv_1.json", persons);
    ASSERT_EQ(run({ "--sync=all" }).code, 0);
    auto const who = persons[137];
    persons[137].street = "Andersheetdestraat";
    deliver("uwv_2.json", persons);
    ASSERT_EQ(run({ "--sync=all" }).code, 0);

    auto const seen = run({ "--access=-", "--out=" + (folder / "inzage").string() }, who.bsn);
    ASSERT_EQ(seen.code, 0) << seen.error;
    auto const access = json::parse(content(folder / "inzage.json"));
    EXPECT_EQ(access.at("golden").size(), 2U) << "the person and an inschrijving";
    EXPECT_EQ(access.at("documents").size(), 2U) << "and the document before";
    EXPECT_EQ(access.at("history").size(), 1U);
    auto const page = content(folder / "inzage.html");
    for (auto const & value : { who.bsn, who.name, who.street, who.email, persons[137].street, std::string("Wabb art. 10") }) {
        EXPECT_THAT(access.dump(), HasSubstr(value));
        EXPECT_THAT(page, HasSubstr(value));
    }
    EXPECT_THAT(page, testing::Not(HasSubstr(persons[138].name)));

    // Beside the service, which lets go of the state for it and goes on.
    Process service({ words({}), {}, folder / "service.log" });
    for (int i = 0; i < 500 && run({ "--status" }).code != 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    auto const begun = std::chrono::steady_clock::now();
    auto const erased = run({ "--erase=-", "--json" }, who.bsn);
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(60));
    ASSERT_EQ(erased.code, 0) << erased.error;
    EXPECT_EQ(run({ "--sync=all" }).code, 0) << "the service has the state again";
    service.signal(SIGTERM);
    EXPECT_EQ(service.wait(), 0);
    auto const told = json::parse(erased.out);
    EXPECT_EQ(told.at("golden"), 2);
    EXPECT_EQ(told.at("documents"), 2);
    EXPECT_EQ(told.at("history"), 1);
    EXPECT_GT(told.at("warehouse_rows"), 3);
    EXPECT_GE(told.at("files"), 1);
    EXPECT_GT(told.at("bytes_searched"), 100'000);
    EXPECT_TRUE(told.at("left").empty());
    EXPECT_EQ(run({ "--erase=-" }, who.bsn).code, 64) << "nobody is known by it any more";

    // Delivered again, by the same source: in vain, and the totals add up.
    deliver("uwv_3.json", persons);
    auto const again = run({ "--sync=all", "--json" });
    ASSERT_EQ(again.code, 0) << again.out << again.error;
    auto const numbers = json::parse(again.out.substr(0, again.out.find('\n')));
    EXPECT_EQ(numbers.at("fetched"), 300);
    EXPECT_EQ(numbers.at("filtered"), 1);
    EXPECT_EQ(numbers.at("unchanged"), 299);
    EXPECT_EQ(run({ "--access=-", "--out=" + (folder / "weg").string() }, who.bsn).code, 64);
    EXPECT_EQ(run({ "--access=-", "--out=" + (folder / "buur").string() }, persons[138].bsn).code, 0) << "others are as they were";
    // Nor is it there after all is decided anew from the records.
    fs::remove(folder / "state" / "memory.snapshot");
    deliver("uwv_4.json", persons);
    EXPECT_EQ(run({ "--sync=all", "--full" }).code, 0);
    EXPECT_EQ(run({ "--access=-", "--out=" + (folder / "weg").string() }, who.bsn).code, 64);
    auto const audit = run({ "--audit" });
    EXPECT_THAT(audit.out, HasSubstr("erase"));
    EXPECT_THAT(audit.out, HasSubstr("access"));
    EXPECT_THAT(audit.out, testing::Not(HasSubstr(who.bsn)));
}

}

}
