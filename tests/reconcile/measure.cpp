#include "daemon/reconcile/reconciler.hpp"
#include "tests/reconcile/population.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <span>
#include <vector>

#include <fmt/format.h>

// What a million people cost: microseconds a settle, bytes a record, and how well they were recognised.
//     ketensync_reconcile_bench [records] [settled]
// The first `records - settled` are settled to fill it (their pace is told too), the last `settled` are timed one by
// one; then as many of them move house.

namespace {

using namespace ketensync;
using namespace ketensync::reconcile;
using Clock = std::chrono::steady_clock;

/// Of this thread only: other programs on the machine do not count, waiting for memory does.
double processor_microseconds()
{
    timespec time {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double microseconds(Clock::duration duration)
{
    return std::chrono::duration<double, std::micro>(duration).count();
}

/// The same person at the address of another.
record::Values moved(
    record::Values const & values, record::Values const & to, std::span<record::FieldId const> address)
{
    std::vector<std::string_view> texts;
    for (std::size_t field = 0; field < values.size(); ++field) {
        texts.push_back(values[static_cast<record::FieldId>(field)]);
    }
    for (auto const field : address) {
        texts[field] = values[field].empty() ? "" : to[field];
    }
    return record::Values(texts);
}

} // namespace

int main(int count, char ** words)
{
    auto const records = count > 1 ? std::strtoul(words[1], nullptr, 10) : 1'000'000UL;
    auto const timed = std::min(records, count > 2 ? std::strtoul(words[2], nullptr, 10) : 100'000UL);
    std::filesystem::path const mappings(KETENSYNC_SOURCE_DIR "/mappings");
    auto const read_schema = settings::read_schema(mappings / "schema.toml");
    auto const schema = std::make_shared<record::Schema const>(read_schema.value());
    auto const rules = read_rules(mappings / "reconcile.toml", *schema);
    if (!rules) {
        std::fputs(fmt::format("{}\n", fmt::join(rules.error(), "\n")).c_str(), stderr);
        return 78;
    }
    auto const population = test::Population::make(*schema, 1, records);
    auto const kind = schema->kind("persoon").value();
    auto const reconciler = Reconciler::create(*rules, schema, 1);
    Outcome outcome;
    std::size_t doubts = 0;
    auto const settle = [&](std::size_t i) {
        auto const & item = population.items[i];
        reconciler->settle({ static_cast<RecordId>(i + 1), kind, item.source, &item.values, {} }, outcome);
        doubts += outcome.doubts.size();
    };
    auto const all = population.items.size();
    auto const begin = processor_microseconds();
    for (std::size_t i = 0; i < all - timed; ++i) {
        settle(i);
    }
    auto const filled = processor_microseconds();
    std::vector<double> each;
    each.reserve(timed);
    for (auto i = all - timed; i < all; ++i) {
        auto const start = Clock::now();
        settle(i);
        each.push_back(microseconds(Clock::now() - start));
    }
    auto const end = processor_microseconds();
    std::vector<std::uint32_t> group;
    for (std::size_t i = 0; i < all; ++i) {
        group.push_back(reconciler->golden_of(static_cast<RecordId>(i + 1)));
    }
    auto const score = test::score(population, group, *schema);
    std::sort(each.begin(), each.end());
    auto const quantile
        = [&](double q) { return each[static_cast<std::size_t>(q * static_cast<double>(each.size() - 1))]; };
    fmt::print("records {}  filled at {:.2f} us  settle mean {:.2f} us (processor);  clock  p50 {:.2f}  p90 {:.2f}  "
               "p99 {:.2f}  p99.9 {:.2f}\n",
        all, (filled - begin) / static_cast<double>(std::max<std::size_t>(1, all - timed)),
        (end - filled) / static_cast<double>(timed), quantile(0.5), quantile(0.9), quantile(0.99), quantile(0.999));
    fmt::print("bytes a record {:.1f}  groups {}  doubts {}\n",
        static_cast<double>(reconciler->bytes()) / static_cast<double>(all), reconciler->next_golden() - 1, doubts);
    fmt::print("precision {:.5f}  recall {:.5f} (of all pairs {:.5f})\n", score.precision(), score.recall(),
        score.recall_of_all());
    std::vector<record::FieldId> address;
    for (auto const * const name : { "postcode", "huisnummer" }) {
        address.push_back(schema->kinds[kind].field(name).value());
    }
    auto const step = std::max<std::size_t>(1, all / timed);
    std::size_t changes = 0;
    auto const before = processor_microseconds();
    for (std::size_t i = 0; i < all; i += step, ++changes) {
        auto const & item = population.items[i];
        auto const values = moved(item.values, population.items[(i + all / 2) % all].values, address);
        reconciler->settle({ static_cast<RecordId>(i + 1), kind, item.source, &values, {} }, outcome);
    }
    auto const changed = processor_microseconds() - before;
    fmt::print("{} of them moved house: {:.2f} s, {:.2f} us a change (processor)\n", changes, changed / 1e6,
        changed / static_cast<double>(changes));
    return 0;
}
