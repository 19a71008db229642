// Any order, repetition and split of deliveries ends in the same golden records. A sample of permutations always;
// KETENSYNC_PERMUTATIONS says how many.

#include "tests/pipeline/small_world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace ketensync::pipeline {

namespace {

constexpr std::size_t sampled = 150;

std::size_t permutations()
{
    auto const * const asked = std::getenv("KETENSYNC_PERMUTATIONS");
    return asked == nullptr ? sampled : static_cast<std::size_t>(std::strtoull(asked, nullptr, 10));
}

std::string seeker(std::string const & id, std::string const & bsn, std::string const & surname, std::string const & postcode,
    std::string const & born, std::string const & changed)
{
    auto text = werkzoekende(id, bsn, surname, postcode);
    auto const put = [&text](std::string_view was, std::string const & is) { text.replace(text.find(was), was.size(), is); };
    put("1980-05-06", born);
    put("2024-05-01", changed);
    return text;
}

/// What arrives in its own order: a later delivery of a complete feed replaces the one before.
using Stream = std::vector<Delivery>;

/// Worlds in which every decision that a delivery can cause is near another: a number that comes later, two of one house, a
/// name that changes, months that tell the same, references that point ahead, tellings that end.
std::vector<std::vector<Stream>> worlds()
{
    auto const one = "123456782";
    auto const two = "111222333";
    auto const anna = seeker("WZ1", one, "Bakker", "1211AA", "1980-05-06", "2024-05-01");
    auto const anna_later = seeker("WZ1", one, "Bakker", "1234AB", "1980-05-06", "2024-07-01");
    auto const bert = seeker("WZ2", two, "Visser", "1211AA", "1971-02-03", "2024-05-02");
    auto const unknown = seeker("WZ3", "", "Mulder", "1299ZZ", "1990-11-12", "2024-05-03");
    auto const known = seeker("WZ3", two, "Mulder", "1299ZZ", "1990-11-12", "2024-08-03");
    auto const married = seeker("WZ4", "", "de Vries-Bakker", "1211AA", "1980-05-06", "2024-05-04");
    Delivery const april { "gemeente/srg", "202404", { srg_line("202404", one, "A1"), srg_line("202404", two, "B1") } };
    Delivery const may { "gemeente/srg", "202405", { srg_line("202405", one, "A1", "20240531") } };
    Delivery const june { "gemeente/srg", "202406", { srg_line("202406", one, "A2"), srg_line("202406", two, "B1", "20240610") } };
    Delivery const students { "school/personen", {}, { student("S1", "Bakker"), student("S2", "Visser", "1971-02-03") } };
    Delivery const student_gone { "school/personen", {}, { student("S1", "Bakker") } };
    Delivery const trajects { "school/deelnames", {}, { association("D1", "S1"), association("D2", "S2", "2024-04-01") } };
    return {
        { { { "uwv/personen", {}, { anna, bert } } }, { april }, { may }, { june }, { students }, { trajects } },
        { { { "uwv/personen", {}, { anna, bert, unknown } }, { "uwv/personen", {}, { anna_later, bert, known } } }, { april },
            { june }, { students, student_gone }, { trajects } },
        { { { "uwv/nieuws", {}, { anna, unknown } }, { "uwv/nieuws", {}, { anna_later } }, { "uwv/nieuws", {}, { known } } },
            { { "uwv/personen", {}, { anna, married } } }, { may }, { june }, { trajects }, { students } },
        { { { "uwv/personen", {}, { married } }, { "uwv/personen", {}, { anna, married } }, { "uwv/personen", {}, { anna } } },
            { students }, { april }, { may }, { trajects } },
    };
}

/// The streams' deliveries in one of their orders, some more than once and each cut in pages of its own.
std::vector<Delivery> shuffled(std::vector<Stream> const & streams, std::mt19937 & random)
{
    std::vector<std::size_t> turns;
    for (std::size_t stream = 0; stream < streams.size(); ++stream) {
        turns.insert(turns.end(), streams[stream].size(), stream);
    }
    std::shuffle(turns.begin(), turns.end(), random);
    std::vector<std::size_t> next(streams.size(), 0);
    std::vector<Delivery> all;
    for (auto const stream : turns) {
        all.push_back(streams[stream][next[stream]++]);
        if (random() % 4 == 0) {
            // Again, right away or after something else: whatever its stream told last.
            auto const again = random() % streams.size();
            if (next[again] > 0) {
                all.push_back(streams[again][next[again] - 1]);
            }
        }
    }
    for (auto & delivery : all) {
        std::shuffle(delivery.items.begin(), delivery.items.end(), random);
        delivery.page_items = 1 + random() % 3;
    }
    return all;
}

std::string told(std::vector<Delivery> const & deliveries)
{
    std::string text;
    for (auto const & delivery : deliveries) {
        text += fmt::format("{} {} ({} items, {} a page)\n", delivery.feed, delivery.period, delivery.items.size(), delivery.page_items);
    }
    return text;
}

}

TEST(Order, OfDeliveriesDoesNotMatter)
{
    SmallWorld world;
    auto const all = worlds();
    std::vector<std::string> expected;
    for (auto const & streams : all) {
        std::vector<Delivery> plain;
        for (auto const & stream : streams) {
            plain.insert(plain.end(), stream.begin(), stream.end());
        }
        expected.push_back(world.result_of(plain, {}));
        ASSERT_FALSE(expected.back().empty());
    }
    std::mt19937 random(20241122);
    for (std::size_t i = 0; i < permutations(); ++i) {
        auto const which = i % all.size();
        auto const deliveries = shuffled(all[which], random);
        SmallWorld::Habits const habits { .batch_documents = 1 + random() % 4, .restart_every = 1 + random() % 4,
            .reconcile_every = random() % 3 == 0 ? 1 + random() % 3 : 0 };
        ASSERT_EQ(world.result_of(deliveries, habits), expected[which])
            << "world " << which << ", permutation " << i << ", batches of " << habits.batch_documents << "\n"
            << told(deliveries);
    }
}

}
