#pragma once

#include "daemon/monitor/asking.hpp"
#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/frame.hpp"
#include "daemon/monitor/pages.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::monitor {

// What came of the contracts that the region has with providers, in a quarter: the sheet for the talk with each of them. With
// true numbers, small ones too, so for internal use: nothing of it is on the public pages.

/// What the sheets are made of: mappings/monitor/contracts/sheet.toml.
struct SheetPlan {
    struct Column {
        std::string id;
        std::string title;
        std::string meaning;
    };
    std::string title;
    std::string internal; ///< what stands on top: who may see it
    Frame frame;          ///< its rows
    std::string contracts_sql; ///< partij, nummer, titel, aard, and each column: one row a contract
    std::vector<Column> columns;
    std::string levels_title;
    std::string levels_sql; ///< nummer, trap, aantal
};
/// Every fault with file, line and column.
tl::expected<SheetPlan, settings::Faults> read_sheet_plan(std::filesystem::path const & folder);

struct Contract {
    std::string code;
    std::string title;
    std::string kind;
    std::vector<std::int64_t> numbers; ///< as the plan's columns
    std::vector<std::pair<std::string, std::int64_t>> levels; ///< by name: how many reached it
};

/// Of one provider, in one quarter.
struct ProviderSheet {
    std::string provider; ///< empty: of contracts whose provider is not known
    std::vector<Contract> contracts; ///< by code
};

/// The sheets of a quarter by what was known at a moment, by provider. Failures are those of `ask`, and
/// Failure::configuration where the SQL of the plan does not give what it should.
Result<std::vector<ProviderSheet>> contract_sheets(SheetPlan const & plan, Quarter quarter, std::string const & known, Ask const & ask);

/// A page for A4 and an ODS of each sheet, and the style that the pages use. The same bytes for the same sheets.
Result<std::vector<PublishedFile>> contract_files(SheetPlan const & plan, Quarter quarter, std::string const & known,
    std::vector<ProviderSheet> const & sheets, Words const & words);

} // namespace ketensync::monitor
