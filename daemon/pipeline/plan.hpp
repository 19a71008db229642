#pragma once

#include "daemon/golden/survivorship.hpp"
#include "daemon/mapping/mapper.hpp"
#include "daemon/reconcile/reconciler.hpp"
#include "daemon/settings/calendar.hpp"
#include "daemon/settings/config.hpp"
#include "daemon/settings/drift.hpp"
#include "daemon/warehouse/warehouse.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ketensync::pipeline {

/// One feed with everything that its settings name, read and found sound.
struct PlannedFeed {
    settings::Source const * source = nullptr;
    settings::Feed const * feed = nullptr;
    std::shared_ptr<mapping::Mapper const> mapper;
    /// "source/feed", for people.
    std::string name;
    settings::Drift drift {};
    settings::Calendar calendar {};
};

/// Everything in conf/ and mappings/, read as a whole or refused as a whole. Immutable: a reload makes a new one, and
/// whoever still works with the old one keeps it. Any thread.
struct Plan {
    settings::Config config;
    std::shared_ptr<record::Schema const> schema;
    std::shared_ptr<reconcile::Rules const> rules;
    std::vector<PlannedFeed> feeds; ///< by source, then in the order of its file
    std::vector<warehouse::View> views;
};

/// Every fault in every file, or the plan.
tl::expected<std::shared_ptr<Plan const>, settings::Faults> read_plan(std::filesystem::path const & config_file);

/// A fault for each field that the mapping fills and the source may not deliver: it would be stored.
settings::Faults missing_powers(settings::Source const & source, settings::Feed const & feed, mapping::Mapper const & mapper,
    record::Schema const & schema);

/// For each kind and field, how much each source is believed; `numbers` gives the store's number of a source.
golden::Ranks ranks(Plan const & plan, std::vector<std::pair<std::string, record::SourceId>> const & numbers);
/// For each kind, which sources never tell one thing twice.
reconcile::FreeOfDuplicates free_of_duplicates(
    Plan const & plan, std::map<std::string, record::SourceId, std::less<>> const & numbers);

}
