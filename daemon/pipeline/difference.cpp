#include "daemon/pipeline/difference.hpp"

#include <algorithm>
#include <iterator>

namespace ketensync::pipeline {

namespace {

constexpr std::size_t samples_max = 5;

std::string shown(record::Field const & field, std::string_view value)
{
    return field.personal == record::Personal::none || value.empty() ? std::string(value) : "***";
}

}

Differences::Differences(std::shared_ptr<record::Schema const> schema) : m_schema(std::move(schema))
{
    for (auto const & kind : m_schema->kinds) {
        m_kinds.emplace_back().kind = kind.name;
    }
}

void Differences::add(record::Change const & change, record::Values const & was)
{
    using What = record::Change::What;
    auto & counted = m_kinds[change.kind];
    switch (change.what) {
    case What::added: ++counted.added; return;
    case What::regrouped: ++counted.regrouped; return;
    case What::ended: ++counted.ended; return;
    case What::changed: ++counted.changed; break;
    }
    auto const & fields = m_schema->kinds[change.kind].fields;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto const field = static_cast<record::FieldId>(i);
        if (was[field] == change.values[field]) {
            continue;
        }
        ++counted.fields[fields[i].name];
        if (counted.samples.size() < samples_max) {
            counted.samples.push_back(
                { change.golden, fields[i].name, shown(fields[i], was[field]), shown(fields[i], change.values[field]) });
        }
    }
}

std::vector<Difference> Differences::all() const
{
    std::vector<Difference> differing;
    std::ranges::copy_if(m_kinds, std::back_inserter(differing),
        [](Difference const & kind) { return kind.added + kind.changed + kind.regrouped + kind.ended > 0; });
    return differing;
}

}
