#include "tests/bench/criteria/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

// Whether a value comes through as it was: criterion 30.

namespace ketensync::criteria {

namespace {

/// A value as JSON in one field, and what the warehouse must hold of it unless it is set aside; nothing: only that.
struct Value {
    char const * name;
    char const * field;
    std::string json;
    std::optional<std::string> kept;
};

std::vector<Value> values()
{
    auto const large = std::string(40'000, 'x');
    return {
        { "int64 max", "aantal", "9223372036854775807", "9223372036854775807" },
        { "int64 min", "aantal", "-9223372036854775808", "-9223372036854775808" },
        { "beyond int64", "aantal", "9223372036854775808", std::nullopt },
        { "int64 max as text", "inhoud", "\"9223372036854775807\"", "9223372036854775807" },
        { "38 digits as a number of a text", "inhoud", "12345678901234567890123456789012345678", "12345678901234567890123456789012345678" },
        { "-0.0", "inhoud", "-0.0", "-0.0" },
        { "year 0001", "inhoud", "\"0001-01-01\"", "0001-01-01" },
        { "year +10000", "inhoud", "\"+10000-01-01\"", "+10000-01-01" },
        { "year 0001 as a date", "dag", "\"0001-01-01\"", std::nullopt },
        { "year 9999 as a date", "dag", "\"9999-12-31\"", std::nullopt },
        { "year +10000 as a date", "dag", "\"+10000-01-01\"", std::nullopt },
        { "29 February of no leap year", "dag", "\"2023-02-29\"", std::nullopt },
        { "a leap day", "dag", "\"2024-02-29\"", "2024-02-29" },
        { "a leap second as text", "inhoud", "\"2016-12-31T23:59:60Z\"", "2016-12-31T23:59:60Z" },
        { "a zero byte", "inhoud", R"("a\u0000b")", std::nullopt },
        { "half of a surrogate", "inhoud", R"("\ud800")", std::nullopt },
        { "a pair of surrogates", "inhoud", R"("\ud83d\ude00")", "\U0001f600" },
        { "NFC", "inhoud", "\"Caf\u00e9\"", "Caf\u00e9" },
        { "NFD", "inhoud", "\"Cafe\u0301\"", "Caf\u00e9" },
        { "bytes that are no UTF-8", "inhoud", "\"\xff\xfe\"", std::nullopt },
        { "40 kB", "inhoud", '"' + large + '"', large },
        { "1 MiB", "inhoud", '"' + std::string(1U << 20U, 'x') + '"', std::nullopt },
        { "quotes and a backslash", "inhoud", R"("\"a\\b'; DROP TABLE ding;--")", R"("a\b'; DROP TABLE ding;--)" },
        { "an object for a text", "inhoud", R"({"a":1})", std::nullopt },
        { "decimals", "bedrag", "\"1234567890.12\"", "1234567890.12" },
        { "38 digits as a decimal", "bedrag", "\"12345678901234567890123456789012345678\"", std::nullopt },
        { "1e400 as a decimal", "bedrag", "1e400", std::nullopt },
    };
}

void value_fidelity(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(30, seed);
        Listing listing(Listing::By::offset);
        auto const odd = values();
        auto const records = std::max<std::size_t>(wanted.records / 5, odd.size() * 3);
        std::vector<std::size_t> places(records);
        std::iota(places.begin(), places.end(), 0);
        std::shuffle(places.begin(), places.end(), random);
        places.resize(odd.size());
        Oracle plain;
        for (std::size_t i = 0; i < records; ++i) {
            listing.put(i, fmt::format("i{}", i));
            plain[std::to_string(i)] = fmt::format("i{}", i);
        }
        for (auto const place : places) {
            plain.erase(std::to_string(place));
        }
        // Each stands among sound ones, somewhere in the list.
        listing.spoil = [&](std::size_t, ScriptedServer::Request const &, ScriptedServer::Answer & answer) {
            for (std::size_t i = 0; i < odd.size(); ++i) {
                auto const was = item(std::to_string(places[i]), fmt::format("i{}", places[i]));
                if (auto const at = answer.body.find(was); at != std::string::npos) {
                    answer.body.replace(at, was.size(), fmt::format(R"({{"nummer":"{}","{}":{}}})", places[i], odd[i].field, odd[i].json));
                }
            }
        };
        Rig rig(listing.address(), { listing.feed() });
        auto const run = rig.sync();
        row.check(run.succeeded() && run.adds_up(), run.message);
        std::vector<std::pair<std::string, std::string>> sound;
        for (auto const & each : rig.rows()) {
            if (plain.contains(each.first)) {
                sound.push_back(each);
            }
        }
        row.add(Rig::compare(plain, sound));
        std::size_t kept = 0;
        std::size_t aside = 0;
        for (std::size_t i = 0; i < odd.size(); ++i) {
            auto const rows = rig.rows(fmt::format("SELECT nummer, CAST({} AS TEXT) FROM ding_nu WHERE nummer = '{}'", odd[i].field, places[i]));
            bool const is_kept = rows.size() == 1 && odd[i].kept && rows[0].second == *odd[i].kept;
            row.check(rows.empty() || is_kept, fmt::format("{} became {}", odd[i].name, rows.empty() ? "" : rows[0].second.substr(0, 50)));
            kept += is_kept ? 1U : 0U;
            aside += rows.empty() ? 1U : 0U;
        }
        auto const set = static_cast<std::size_t>(rig.in_state("SELECT count(*) FROM quarantine"));
        row.check(set == aside, fmt::format("{} in quarantine, {} not in the warehouse", set, aside));
        row.most("kept as they were", static_cast<double>(kept));
        row.most("set aside", static_cast<double>(set));
        row.sum("changed without a word", static_cast<double>(odd.size() - kept - aside));
        row.records(records);
        row.seed();
    }
}

} // namespace

std::vector<Criterion> value_criteria()
{
    return { { "30", "values at the edges of their types", "equal after the way, or set aside", value_fidelity } };
}

} // namespace ketensync::criteria
