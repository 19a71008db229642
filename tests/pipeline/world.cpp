#include "tests/pipeline/world.hpp"

#include "daemon/outbox/outbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>

namespace ketensync::pipeline {

namespace {

template <typename T, typename E>
T must(tl::expected<T, E> result)
{
    if (!result) {
        if constexpr (std::is_same_v<E, Error>) {
            throw std::runtime_error(result.error().what);
        } else {
            throw std::runtime_error(result.error().front());
        }
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

settings::Source source(std::string name, std::vector<std::tuple<std::string, std::string, settings::Reads>> const & feeds)
{
    settings::Source made;
    made.name = std::move(name);
    made.title = made.name;
    for (auto const & [feed_name, mapping, reads] : feeds) {
        settings::Feed feed;
        feed.name = feed_name;
        feed.mapping = mapping;
        feed.reads = reads;
        feed.believable.empty_allowed = reads == settings::Reads::periods;
        made.feeds.push_back(feed);
    }
    return made;
}

}

Result<connectors::Page> Script::read(std::string const &, std::stop_token)
{
    if (m_next >= pages.size()) {
        return fail(Failure::bug, "the script is over");
    }
    if (on_read) {
        on_read(m_next);
    }
    return pages[m_next++];
}

Result<void> Script::conclude(std::string const & cursor, std::stop_token)
{
    return on_conclude ? on_conclude(cursor) : Result<void>();
}

connectors::Page json_page(std::vector<std::string> const & items, bool last, std::string cursor)
{
    connectors::Page page;
    page.body = connectors::Body(fmt::format("{{\"werkzoekenden\":[{0}],\"items\":[{0}]}}", fmt::join(items, ",")));
    page.last = last;
    page.cursor_after = std::move(cursor);
    page.origin = "page";
    return page;
}

connectors::Page period_page(std::string period, std::vector<std::string> const & lines, bool last, std::string cursor)
{
    connectors::Page page;
    page.body = connectors::Body(lines.empty() ? std::string() : fmt::format("{}\r\n", fmt::join(lines, "\r\n")));
    page.period = std::move(period);
    page.last = last;
    page.cursor_after = std::move(cursor);
    page.origin = "file";
    return page;
}

std::shared_ptr<Plan> world_plan()
{
    using settings::Reads;
    auto plan = std::make_shared<Plan>();
    std::filesystem::path const mappings = KETENSYNC_SOURCE_DIR "/mappings";
    plan->schema = std::make_shared<record::Schema const>(must(settings::read_schema(mappings / "schema.toml")));
    plan->rules = must(reconcile::read_rules(mappings / "reconcile.toml", *plan->schema));
    auto const codes = must(mapping::read_code_lists(mappings / "codes"));
    plan->config.sources = { source("uwv", { { "personen", "uwv-werkzoekenden", Reads::complete }, { "nieuws", "uwv-werkzoekenden", Reads::changes }, { "lijst", "uwv-werkzoekenden", Reads::complete } }),
        source("gemeente", { { "srg", "srg", Reads::periods } }),
        source("school", { { "personen", "ooapi5-personen", Reads::complete }, { "deelnames", "ooapi5-deelnames", Reads::complete } }),
        source("brp", { { "personen", "brp-personen", Reads::changes } }) };
    plan->config.sources.front().feeds.back().sweeps = "nieuws";
    for (auto const & each : plan->config.sources) {
        for (auto const & feed : each.feeds) {
            plan->feeds.push_back(
                { &each, &feed, must(mapping::read_mapping(mappings, feed.mapping, plan->schema, codes)), each.name + '/' + feed.name, {} });
        }
    }
    return plan;
}

World::World() : m_plan(world_plan())
{
    m_plan->config.limits.batch_documents = 3;
    m_plan->config.state_folder = m_folder.path();
    m_folder.write("state-key", std::string(64, '5'));
    m_plan->config.secrets_folder = m_folder.path();
    m_state = must(open_state(m_plan->config, 1 << 20));
    must(register_schema(*m_state, *m_plan->schema));
    m_numbers = must(register_sources(*m_state, *m_plan));
    restart();
}

void World::restart()
{
    m_last_page = must(landing::Landing::last_page(*m_state));
    m_digest = must(Digest::open(*m_state, m_plan, m_numbers, m_clock, m_last_page));
}

namespace {

bool unless_held(Result<void> const & done)
{
    if (!done && done.error().failure != Failure::held) {
        throw std::runtime_error(done.error().what);
    }
    return done.has_value();
}

}

bool World::reconcile() { return unless_held(m_digest->reconcile()); }
bool World::reconcile_at_rest(double share_max) { return unless_held(m_digest->reconcile_at_rest(share_max)); }

void World::take_rules(std::filesystem::path const & file)
{
    m_plan->rules = must(reconcile::read_rules(file, *m_plan->schema));
    restart();
}

reconcile::Learned World::learn(std::filesystem::path const & file) { return must(m_digest->learn(file)); }

std::string World::together(std::string const & kind)
{
    std::map<golden::GoldenId, std::vector<std::string>> groups;
    auto store = must(golden::Golden::open(*m_state));
    must(store.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        if (stored.golden != 0 && m_plan->schema->kinds[stored.kind].name == kind) {
            groups[stored.golden].emplace_back(stored.key);
        }
        return {};
    }));
    std::vector<std::string> lines;
    for (auto & [golden, keys] : groups) {
        std::ranges::sort(keys);
        lines.push_back(fmt::format("{}", fmt::join(keys, " ")));
    }
    std::ranges::sort(lines);
    return fmt::format("{}", fmt::join(lines, "\n"));
}

Destroyed World::retain(std::chrono::days later)
{
    m_clock.advance(later);
    return must(pipeline::retain(*m_state, *m_plan, m_clock.now(), {}, [] {}));
}

void World::put_away() { must(m_digest->put_away()); }

bool World::read_back() { return !must(m_digest->memory())->put_away.empty(); }

settings::Feed & World::feed(std::string const & name)
{
    for (auto & each : m_plan->config.sources) {
        for (auto & found : each.feeds) {
            if (each.name + '/' + found.name == name) {
                return found;
            }
        }
    }
    throw std::runtime_error("no such feed");
}

settings::Drift & World::drift(std::string const & name)
{
    return std::ranges::find(m_plan->feeds, name, &PlannedFeed::name)->drift;
}

health::Run World::sync(std::string const & name, std::vector<Result<connectors::Page>> pages, RunOptions options)
{
    m_clock.advance(std::chrono::hours(1));
    auto const planned = std::ranges::find(m_plan->feeds, name, &PlannedFeed::name);
    auto landing = must(landing::Landing::open(*m_state, m_last_page));
    auto runs = must(Runs::open(*m_state));
    Script script;
    script.pages = std::move(pages);
    script.on_read = on_read;
    script.on_conclude = on_conclude;
    Pull pull(*m_state, landing, runs, *planned, m_numbers.feeds.at(name), m_plan->config.limits, m_clock,
        swept_by(*planned, m_numbers));
    must(pull.begin(options));
    auto const pulled = must(pull.run(script, {}, [] {}));
    must(m_digest->run(pulled.run, m_trial, {}, [] {}));
    auto run = must(runs.run(pulled.run));
    run.state = run.rejected > 0 ? health::RunState::rejects : health::RunState::succeeded;
    run.message = pulled.notes;
    if (pulled.failure) {
        run.state = pulled.failure->failure == Failure::held ? health::RunState::held : health::RunState::failed;
        run.message = pulled.failure->what;
    }
    must(runs.end(pulled.run, run.state, m_clock.now(), {}, run.message));
    if (!run.adds_up()) {
        throw std::runtime_error("the totals do not add up");
    }
    return run;
}

std::vector<Difference> World::try_out(std::string const & name, std::vector<Result<connectors::Page>> pages)
{
    auto transaction = must(store::Transaction::begin(*m_state));
    auto store = must(golden::Golden::open(*m_state));
    auto differences = must(Differences::begin(m_plan->schema, store));
    m_digest->on_change = [&differences](record::Change const & change) { differences.add(change); };
    m_trial = true;
    sync(name, std::move(pages));
    m_trial = false;
    auto found = must(differences.all());
    {
        auto const taken_back = std::move(transaction);
    }
    restart();
    return found;
}

Result<Provenance> World::provenance(record::GoldenId golden, bool with_values)
{
    auto beside = another_connection();
    return pipeline::provenance(*m_plan, beside, golden, with_values);
}

store::Database World::another_connection() { return must(m_state->another({})); }

std::int64_t World::number(std::string const & sql) { return must(m_state->number(sql)); }

void World::judge(std::string const & key, std::string const & other, std::optional<bool> same)
{
    auto store = must(golden::Golden::open(*m_state));
    record::RecordId a = 0;
    record::RecordId b = 0;
    auto const read = store.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        a = stored.key == key ? stored.record : a;
        b = stored.key == other ? stored.record : b;
        return {};
    });
    if (!read || a == 0 || b == 0) {
        throw std::runtime_error("no such record");
    }
    auto const judgement = same ? pipeline::judgement(*same) : reconcile::Judgement::none;
    auto const done = m_digest->judge(a, b, judgement, [&](golden::Judgements & judgements) -> Result<void> {
        if (same) {
            return judgements.put({ 0, a, b, *same, "tester", m_clock.now(), 3.0, "score" });
        }
        KETENSYNC_TRY_ASSIGN(auto const last, judgements.last());
        KETENSYNC_TRY(judgements.take_back(last->id, m_clock.now()));
        return store.doubt(last->a, last->b, last->bits, last->reason, m_clock.now());
    });
    if (!done) {
        throw std::runtime_error(done.error().what);
    }
}

std::int64_t World::golden(std::string const & kind)
{
    return number("SELECT coalesce(sum(golden), 0) FROM kind_count WHERE kind = (SELECT id FROM kind WHERE name = '" + kind + "')");
}

std::string golden_without_numbers(store::Database & state, Plan const & plan, Numbers const & numbers)
{
    std::map<std::uint16_t, std::string> sources;
    for (auto const & [name, number] : numbers.sources) {
        sources[number] = name;
    }
    auto store = must(golden::Golden::open(state));
    std::map<golden::GoldenId, std::vector<std::string>> members;
    must(store.each([&](golden::Golden::Stored const & stored) -> Result<void> {
        if (stored.golden != 0) {
            members[stored.golden].push_back(
                fmt::format("{}/{}/{}", sources[stored.source], plan.schema->kinds[stored.kind].name, stored.key));
        }
        return {};
    }));
    for (auto & [id, names] : members) {
        std::ranges::sort(names);
    }
    std::vector<std::string> lines;
    for (auto const & [id, names] : members) {
        auto const is = must(store.delivered(id));
        auto & line = lines.emplace_back(fmt::format("{}:", fmt::join(names, " ")));
        auto const & fields = plan.schema->kinds[is.kind].fields;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            std::string value(is.values[static_cast<record::FieldId>(i)]);
            if (fields[i].type == record::FieldType::reference && !value.empty()) {
                value = '>' + members.at(static_cast<golden::GoldenId>(std::stoul(value))).front();
            }
            line += value.empty() ? "" : fmt::format(" {}={}", fields[i].name, value);
        }
    }
    std::ranges::sort(lines);
    return fmt::format("{}", fmt::join(lines, "\n"));
}

std::string World::golden_without_numbers() { return pipeline::golden_without_numbers(*m_state, *m_plan, m_numbers); }

std::string World::golden()
{
    auto store = must(golden::Golden::open(*m_state));
    std::string text;
    auto const last = must(store.last_golden());
    for (golden::GoldenId id = 1; id <= last; ++id) {
        if (auto const found = must(store.delivered(id)); found.exists) {
            text += fmt::format("{}: {}:", id, fmt::join(found.members, ","));
            for (std::size_t field = 0; field < found.values.size(); ++field) {
                text += fmt::format(" {}", found.values[static_cast<record::FieldId>(field)]);
            }
            text += '\n';
        }
    }
    return text;
}

std::vector<record::Batch> World::batches()
{
    auto outbox = must(outbox::Outbox::open(*m_state));
    std::vector<record::Batch> all;
    while (auto batch = must(outbox.oldest())) {
        must(outbox.acknowledge(batch->number));
        all.push_back(std::move(*batch));
    }
    return all;
}

std::vector<record::Change> World::changes()
{
    std::vector<record::Change> all;
    for (auto const & batch : batches()) {
        all.insert(all.end(), batch.changes.begin(), batch.changes.end());
    }
    return all;
}

std::string werkzoekende(std::string const & id, std::string const & bsn, std::string const & surname, std::string const & postcode)
{
    return fmt::format(R"({{"idWerkzoekende":"{}","bsn":{},"naam":{{"voornamen":"Anna","voorletters":"A.","voorvoegsel":null,)"
                       R"("geslachtsnaam":"{}","naamgebruik":"E","partner":null}},"geboortedatum":"1980-05-06","geslacht":"V",)"
                       R"("adres":{{"postcode":"{}","huisnummer":"12","straatnaam":"Dorpsstraat","woonplaats":"Hilversum"}},)"
                       R"("gemeente":"0402","contact":{{"email":null,"telefoon":null}},"datumInschrijving":"2024-01-01",)"
                       R"("datumUitschrijving":null,"urenPerWeek":32,"gewijzigd":"2024-05-01T10:00:00Z"}})",
        id, bsn.empty() ? "null" : '"' + bsn + '"', surname, postcode);
}

std::vector<std::string> strangers(int first, int last)
{
    std::vector<std::string> items;
    constexpr auto surnames = std::to_array<std::string_view>(
        { "Bakker", "Visser", "Smit", "Mulder", "Dekker", "Kok", "Peters", "Hendriks", "Vermeulen", "Schouten" });
    for (int i = first; i < last; ++i) {
        auto item = werkzoekende("WZ" + std::to_string(i), "", std::string(surnames[static_cast<std::size_t>(i % 10)]),
            fmt::format("{}{}{}", 1100 + i * 53 % 600, static_cast<char>('A' + i % 26), static_cast<char>('A' + i / 3 % 26)));
        constexpr std::string_view born = "1980-05-06";
        item.replace(item.find(born), born.size(), fmt::format("{}-{:02}-{:02}", 1940 + i * 7 % 61, 1 + i * 5 % 11, 2 + i * 9 % 23));
        items.push_back(std::move(item));
    }
    return items;
}

std::string srg_line(std::string const & month, std::string const & bsn, std::string const & number, std::string const & end)
{
    return fmt::format("{}10gws{:<12}04020402{:>9}198005062000000000{}{:<15}3020240101{}{}000", month, "1.0", bsn, "0", number, end,
        end == "00000000" ? "0" : "1");
}

std::string association(std::string const & id, std::string const & person, std::string const & begin)
{
    return fmt::format(R"({{"associationId":"{}","associationType":"programOfferingAssociation","role":"student",)"
                       R"("state":"associated","person":"{}","offering":"o1","ext":{{"x-startDate":"{}"}}}})",
        id, person, begin);
}

std::string student(std::string const & id, std::string const & surname, std::string const & born)
{
    return fmt::format(R"({{"personId":"{}","givenName":"Anna","surname":"{}","initials":"A.","dateOfBirth":"{}","gender":"F",)"
                       R"("mail":"{}@example.org","address":{{"postalCode":"1211 AA","streetNumber":"12","city":"Hilversum"}}}})",
        id, surname, born, surname);
}

}
