#pragma once

#include "daemon/monitor/edition.hpp"
#include "daemon/pipeline/plan.hpp"
#include "daemon/store/database.hpp"
#include "daemon/warehouse/reader.hpp"

#include <memory>
#include <string>
#include <vector>

namespace ketensync::pipeline {

// What the Monitor needs of the house: a warehouse to ask, and how fresh it is.

/// Ways to ask the warehouse that the plan names beside each other: one for each core, four at most.
class Readers {
public:
    static Result<Readers> open(Plan const & plan);
    std::vector<monitor::Ask> const & asks() const { return m_asks; }
    monitor::Ask const & ask() const { return m_asks.front(); }

private:
    std::vector<std::unique_ptr<warehouse::Reader>> m_readers;
    std::vector<monitor::Ask> m_asks; ///< of each of them
};

/// "source/feed" of every feed with a schedule that was not read well after that day, as known at that moment.
Result<std::vector<std::string>> stale_feeds(
    Plan const & plan, store::Database & state, std::string const & peildatum, std::string const & known);

/// The batches that wait for the warehouse: what they hold is in no figure yet.
Result<std::int64_t> undelivered(store::Database & state);

/// The notes of an edition: monitor/<edition>.toml beside the configuration.
std::filesystem::path notes_file(std::filesystem::path const & config_file, std::string const & edition);

/// Pairs that may be one person, both of whom are in a figure: by project ("" is the region), how much too high it can be.
Result<std::map<std::string, std::int64_t>> doubtful(
    store::Database & state, monitor::Definitions const & definitions, monitor::Edition const & edition, monitor::Ask const & ask);

}
