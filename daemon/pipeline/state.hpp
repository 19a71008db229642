#pragma once

#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"

#include <map>
#include <string>
#include <string_view>

namespace ketensync::pipeline {

/// The state file with its tables as this version knows them.
Result<store::Database> open_state(std::filesystem::path const & folder, std::uint64_t cache_bytes);

/// The numbers under which the state knows sources and feeds; those new in the plan are added. A number is never given
/// to another source or feed.
struct Numbers {
    std::map<std::string, record::SourceId, std::less<>> sources;
    std::map<std::string, record::FeedId, std::less<>> feeds; ///< by "source/feed"
    record::SourceId source(std::string_view name) const;
};
Result<Numbers> register_sources(store::Database & state, Plan const & plan);

/// Refuses a schema under which records already stored would be misread: kinds and fields may only be added at the end.
Result<void> register_schema(store::Database & state, record::Schema const & schema);

}
