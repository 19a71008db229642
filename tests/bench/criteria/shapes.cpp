#include "tests/bench/criteria/listing.hpp"

#include <fmt/format.h>

#include <array>

// What becomes of a source that changes its fields without telling: criterion 29.

namespace ketensync::criteria {

namespace {

using health::RunState;
using Answer = ScriptedServer::Answer;

/// A change of documents, which of the policies it falls under, and what is told of it.
struct Drift {
    char const * name;
    char const * policy; ///< key of [feed.drift]
    std::string told;
    std::function<std::string(std::size_t number, std::string const & value)> document;
};

std::string document(std::size_t number, std::string const & fields)
{
    return fmt::format(R"({{"nummer":"{}",{}}})", number, fields);
}

std::string as_it_was(std::size_t number, std::string const & value)
{
    return document(number, fmt::format(R"("inhoud":"{}","aantal":{},"bijlage":{{"soort":"s","diep":{{"kleur":"rood"}}}})", value, number));
}

std::vector<Drift> drifts()
{
    std::string many;
    for (int i = 0; i < 400; ++i) {
        many += fmt::format(",\"kolom-{}{}\":1", static_cast<char>('a' + i % 26), static_cast<char>('a' + i / 26));
    }
    auto const with = [](std::string const & fields) {
        return [fields](std::size_t number, std::string const & value) {
            return document(number, fmt::format(R"("inhoud":"{}",)", value) + fields);
        };
    };
    return {
        { "a field more", "new", "new: ", with(R"("aantal":1,"extra":"x","bijlage":{"soort":"s","diep":{"kleur":"rood"}})") },
        { "a field less", "vanished", "without values now: ", with(R"("bijlage":{"soort":"s","diep":{"kleur":"rood"}})") },
        { "a field renamed", "new", "new: ", with(R"("hoeveel":1,"bijlage":{"soort":"s","diep":{"kleur":"rood"}})") },
        { "another type", "retyped", "of another type: ", with(R"("aantal":"1","bijlage":{"soort":"s","diep":{"kleur":"rood"}})") },
        { "only nulls", "vanished", "without values now: ", with(R"("aantal":null,"bijlage":{"soort":"s","diep":{"kleur":"rood"}})") },
        { "a nested field more", "new", "bijlage.diep.", with(R"("aantal":1,"bijlage":{"soort":"s","diep":{"kleur":"rood","vorm":"rond"}})") },
        { "a nested field of another type", "retyped", "bijlage.diep.", with(R"("aantal":1,"bijlage":{"soort":"s","diep":{"kleur":["rood"]}})") },
        { "another case", "new", "new: ", with(R"("Aantal":1,"bijlage":{"soort":"s","diep":{"kleur":"rood"}})") },
        { "400 fields more", "new", "new: ", [many](std::size_t number, std::string const & value) {
             return document(number, fmt::format(R"("inhoud":"{}","aantal":1,"bijlage":{{"soort":"s","diep":{{"kleur":"rood"}}}})", value) + many);
         } },
    };
}

void schema_drift(Wanted const & wanted, Row & row)
{
    for (int seed = 1; seed <= wanted.seeds; ++seed) {
        auto random = chance(29, seed);
        auto const records = 100 + upto(random, std::max<std::size_t>(1, wanted.records / 100));
        // Three seeds go through all policies of all changes.
        auto which = static_cast<std::size_t>(seed);
        for (auto const & drift : drifts()) {
            {
                auto const * const policy = std::to_array({ "go_on", "set_aside", "stop" })[which++ % 3];
                std::string now;
                Oracle before;
                Oracle after;
                auto const deliver = [&](auto const & made, std::string const & value, Oracle & published) {
                    std::vector<std::string> items;
                    for (std::size_t i = 0; i < records; ++i) {
                        items.push_back(made(i, value));
                        published[std::to_string(i)] = value;
                    }
                    now = page_of(items);
                };
                ScriptedServer server([&now](auto const &) { return Answer { .body = now }; });
                Rig rig(server.address(),
                    { fmt::format("[[feed]]\nname = \"lijst\"\nmapping = \"dingen\"\nreads = \"complete\"\npath = \"/dingen\"\n"
                                  "[feed.believable]\nchanged_percent = 100\nemptied_percent = 100\n[feed.drift]\n{} = \"{}\"\n",
                        drift.policy, policy) });
                deliver(as_it_was, "eerst", before);
                row.check(rig.sync().succeeded(), "the first reading");
                deliver(drift.document, "later", after);
                auto const run = rig.sync();
                auto const word = std::string_view(policy);
                auto const what = fmt::format("{}, {}: {} {}", drift.name, policy, to_text(run.state), run.message);
                bool const as_told = run.message.find(drift.told) != std::string::npos;
                row.sum("changes", 1);
                if (word == "stop") {
                    row.check(run.state == RunState::held && as_told, what);
                    row.add(rig.compare(before));
                } else if (word == "set_aside") {
                    auto const aside = rig.in_state("SELECT count(*) FROM quarantine WHERE reason = 'shape-changed'");
                    row.check(aside == static_cast<std::int64_t>(records) && run.rejected == records, what);
                } else {
                    row.check(run.succeeded() && as_told, what);
                    row.add(rig.compare(after));
                }
                row.sum("silent", word == "set_aside" ? (run.rejected == 0 ? 1 : 0) : as_told ? 0 : 1);
                row.records(records * 2);
            }
        }
        row.seed();
    }
}

} // namespace

std::vector<Criterion> shape_criteria()
{
    return { { "29", "fields that come, go, change type or case, nest", "each by its policy, none silent", schema_drift } };
}

} // namespace ketensync::criteria
