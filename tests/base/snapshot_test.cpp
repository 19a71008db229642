#include "daemon/base/snapshot.hpp"

#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

namespace ketensync {

namespace {

struct Shelf {
    std::string label;
    std::vector<std::uint32_t> books;
    std::uint16_t height = 0;
    void keep(auto & snapshot) { snapshot(label, books, height); }
    friend bool operator==(Shelf const &, Shelf const &) = default;
};

struct Room {
    std::vector<Shelf> shelves;
    std::vector<std::uint64_t> large;
    double area = 0;
    void keep(auto & snapshot) { snapshot(shelves, large, area); }
    friend bool operator==(Room const &, Room const &) = default;
};

/// Parts of all sizes up to some buffers' worth, and of none, after one another in every way.
Room furnished()
{
    std::mt19937 random(7);
    Room room { {}, std::vector<std::uint64_t>(50'000), 12.5 };
    for (auto & number : room.large) {
        number = random();
    }
    for (int i = 0; i < 300; ++i) {
        Shelf shelf { std::string(random() % (2U << random() % 17), 'a' + static_cast<char>(i % 26)),
            std::vector<std::uint32_t>(random() % (2U << random() % 15)), static_cast<std::uint16_t>(i) };
        for (auto & book : shelf.books) {
            book = static_cast<std::uint32_t>(random());
        }
        room.shelves.push_back(std::move(shelf));
    }
    return room;
}

bool write(std::filesystem::path const & file, Room room, std::string_view of = "this")
{
    auto snapshot = Snapshot::write(file, of);
    (*snapshot)(room);
    return snapshot->finish().has_value();
}

std::optional<Room> read(std::filesystem::path const & file, std::string_view of = "this")
{
    auto snapshot = Snapshot::read(file, of);
    Room room;
    if (!snapshot) {
        return std::nullopt;
    }
    (*snapshot)(room);
    return snapshot->finish() ? std::optional(room) : std::nullopt;
}

} // namespace

TEST(Snapshot, GivesBackWhatWasPutIn)
{
    support::TemporaryFolder const folder;
    auto const file = folder.path() / "room";
    EXPECT_EQ(read(file), std::nullopt);
    for (auto const & room : { furnished(), Room(), furnished() }) {
        ASSERT_TRUE(write(file, room));
        EXPECT_EQ(read(file), room);
    }
    EXPECT_EQ(read(file, "that"), std::nullopt);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "room.new"));
}

TEST(Snapshot, ThatIsCutOffOrDamagedAnywhereIsNotTaken)
{
    support::TemporaryFolder const folder;
    auto const file = folder.path() / "room";
    Room const small { { { "abc", { 1, 2, 3 }, 4 } }, { 5, 6 }, 7 };
    ASSERT_TRUE(write(file, small));
    std::ifstream stream(file, std::ios::binary);
    std::string const good { std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>() };
    auto const put = [&file](std::string const & bytes) { std::ofstream(file, std::ios::binary) << bytes; };
    for (std::size_t at = 0; at < good.size(); ++at) {
        put(good.substr(0, at));
        EXPECT_EQ(read(file), std::nullopt) << "cut off at " << at;
        for (auto const flipped : { 0x01, 0x80 }) {
            auto bad = good;
            bad[at] = static_cast<char>(bad[at] ^ flipped);
            put(bad);
            EXPECT_EQ(read(file), std::nullopt) << "byte " << at;
        }
    }
    put(good + 'x');
    EXPECT_EQ(read(file), std::nullopt) << "something behind it";
    put(good);
    EXPECT_EQ(read(file), small);
}

TEST(Snapshot, ThatCannotBeWrittenLeavesTheOldOne)
{
    support::TemporaryFolder const folder;
    auto const file = folder.path() / "room";
    ASSERT_TRUE(write(file, furnished()));
    {
        auto unfinished = Snapshot::write(file, "this");
        Room other;
        (*unfinished)(other);
    }
    EXPECT_EQ(read(file), furnished());
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "room.new"));
    EXPECT_FALSE(Snapshot::write(folder.path() / "no such folder" / "room", "this").has_value());
    // A device that is always full.
    std::filesystem::create_symlink("/dev/full", folder.path() / "full.new");
    EXPECT_FALSE(Snapshot::write(folder.path() / "full", "this").has_value()) << "a link is not followed";
}

}
