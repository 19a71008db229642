#include "tests/reconcile/world.hpp"

#include "daemon/reconcile/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::reconcile::test {

namespace {

std::filesystem::path mapping(char const * name)
{
    return std::filesystem::path(KETENSYNC_SOURCE_DIR) / "mappings" / name;
}

} // namespace

std::shared_ptr<record::Schema const> house_schema()
{
    static auto const schema = [] {
        auto read = settings::read_schema(mapping("schema.toml"));
        EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().front());
        return std::make_shared<record::Schema const>(std::move(*read));
    }();
    return schema;
}

std::shared_ptr<Rules const> house_rules()
{
    static auto const rules = [] {
        auto read = read_rules(mapping("reconcile.toml"), *house_schema());
        EXPECT_TRUE(read.has_value()) << (read ? "" : fmt::format("{}", fmt::join(read.error(), "\n")));
        return *read;
    }();
    return rules;
}

World::World(GoldenId next_golden)
    : m_schema(house_schema())
    , m_rules(house_rules())
    , m_reconciler(Reconciler::create(m_rules, m_schema, next_golden))
    , m_records(1)
{
}

World World::with_free_source(SourceId source)
{
    World world;
    auto rules = std::make_shared<Rules>(*world.m_rules);
    auto const kind = world.m_schema->kind("persoon").value();
    rules->kinds[kind].likely.free_of_duplicates = { "named by number here" };
    world.m_rules = std::move(rules);
    world.m_free.resize(world.m_schema->kinds.size());
    world.m_free[kind].resize(source + 1U);
    world.m_free[kind][source] = true;
    world.m_reconciler = Reconciler::create(world.m_rules, world.m_schema, 1, world.m_free);
    return world;
}

void World::fill(Entry & entry, Fields const & fields) const
{
    auto const & kind = m_schema->kinds[entry.kind];
    std::vector<std::string> texts(kind.fields.size());
    entry.references.assign(kind.fields.size(), 0);
    for (auto const & [name, text] : fields) {
        auto const field = kind.field(name);
        ASSERT_TRUE(field.has_value()) << name;
        texts[*field] = text;
        if (kind.fields[*field].type == record::FieldType::reference && !text.empty()) {
            entry.references[*field] = static_cast<GoldenId>(std::stoul(text));
        }
    }
    entry.values = record::Values(std::span<std::string const>(texts));
}

Told World::told(RecordId record) const
{
    auto const & entry = m_records[record];
    return { record, entry.kind, entry.source, &entry.values, entry.references };
}

RecordId World::tell(std::string const & kind, Fields const & fields, SourceId source)
{
    auto const record = static_cast<RecordId>(m_records.size());
    Entry entry;
    entry.kind = m_schema->kind(kind).value();
    entry.source = source;
    fill(entry, fields);
    m_records.push_back(std::move(entry));
    settle(record);
    return record;
}

void World::change(RecordId record, Fields const & fields)
{
    fill(m_records[record], fields);
    settle(record);
}

void World::settle(RecordId record)
{
    m_records[record].told = true;
    m_reconciler->settle(told(record), m_outcome);
    take(m_outcome);
}

void World::withdraw(RecordId record)
{
    m_records[record].told = false;
    m_reconciler->withdraw(record, m_outcome);
    take(m_outcome);
}

void World::judge(RecordId a, RecordId b, Judgement word)
{
    m_reconciler->judge(a, b, word, m_outcome);
    take(m_outcome);
}

void World::reconcile(std::string const & kind)
{
    m_reconciler->reconcile(m_schema->kind(kind).value(), m_outcome);
    take(m_outcome);
}

void World::reload()
{
    auto next = Reconciler::create(m_rules, m_schema, m_reconciler->next_golden(), m_free);
    for (RecordId record = 1; record < m_records.size(); ++record) {
        if (m_records[record].told) {
            next->load(told(record), golden(record));
        }
    }
    m_reconciler = std::move(next);
}

void World::take(Outcome const & outcome)
{
    for (auto const & group : outcome.groups) {
        EXPECT_EQ(m_ended.count(group.golden), 0U) << "golden id " << group.golden << " was used again";
        EXPECT_TRUE(std::is_sorted(group.records.begin(), group.records.end()));
        EXPECT_LT(group.golden, m_reconciler->next_golden());
        m_story += fmt::format("{}={} ", group.golden, fmt::join(group.records, ","));
        if (group.records.empty()) {
            EXPECT_EQ(m_groups.erase(group.golden), 1U);
            m_ended.insert(group.golden);
            continue;
        }
        EXPECT_NE(m_groups[group.golden], group.records) << "group " << group.golden << " did not change";
        m_groups[group.golden] = group.records;
        for (auto const record : group.records) {
            EXPECT_EQ(golden(record), group.golden);
        }
    }
    for (auto const & doubt : outcome.doubts) {
        m_doubts[std::minmax(doubt.a, doubt.b)] = doubt.reason;
        m_story += fmt::format("?{},{} {:.6f} {} ", doubt.a, doubt.b, doubt.bits, doubt.reason);
        EXPECT_FALSE(together(doubt.a, doubt.b)) << "a doubt about what is together already";
    }
    m_story += '\n';
}

std::string World::doubt(RecordId a, RecordId b) const
{
    auto const found = m_doubts.find(std::minmax(a, b));
    return found == m_doubts.end() ? "" : found->second;
}

std::string World::value(RecordId record, std::string const & field) const
{
    auto const & entry = m_records[record];
    return std::string(entry.values[m_schema->kinds[entry.kind].field(field).value()]);
}

bool World::is_kind(RecordId record, std::string const & kind) const
{
    return m_records[record].kind == m_schema->kind(kind).value();
}

} // namespace ketensync::reconcile::test
