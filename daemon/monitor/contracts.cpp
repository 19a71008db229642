#include "daemon/monitor/contracts.hpp"

#include "daemon/settings/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace ketensync::monitor {

namespace {

constexpr auto plan_file = "sheet.toml";
constexpr std::size_t words_before_numbers = 4; ///< partij, nummer, titel, aard

Result<std::int64_t> number_in(std::string_view text)
{
    std::int64_t value = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
        return fail(Failure::configuration, fmt::format("{}: a row has no whole number where it should", plan_file));
    }
    return value;
}

} // namespace

tl::expected<SheetPlan, settings::Faults> read_sheet_plan(std::filesystem::path const & folder)
{
    auto file = settings::TomlFile::read(folder / plan_file);
    if (!file) {
        return tl::unexpected(std::move(file).error());
    }
    auto const root = file->root();
    SheetPlan plan;
    plan.title = root.required_text("title");
    plan.internal = root.required_text("internal");
    for (auto const & rows : root.tables("rows")) {
        plan.frame.rows.push_back({ rows.required_text("name"), rows.required_text("sql") });
    }
    plan.contracts_sql = root.table("contracts").required_text("sql");
    for (auto const & column : root.tables("column")) {
        plan.columns.push_back({ column.required_text("id"), column.required_text("title"), column.required_text("meaning") });
    }
    if (plan.columns.empty()) {
        root.fault("title", "has no [[column]]: the sheets would be empty");
    }
    auto const levels = root.table("levels");
    plan.levels_title = levels.required_text("title");
    plan.levels_sql = levels.required_text("sql");
    if (auto faults = file->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return plan;
}

Result<std::vector<ProviderSheet>> contract_sheets(SheetPlan const & plan, Quarter quarter, std::string const & known, Ask const & ask)
{
    Edition moment;
    moment.period = { code_of(quarter), title_of(quarter), first_day(quarter), last_day(quarter) };
    moment.peildatum = moment.period.end;
    moment.known = known;
    std::vector<std::string> columns { "partij", "nummer", "titel", "aard" };
    for (auto const & column : plan.columns) {
        columns.push_back(column.id);
    }
    std::map<std::string, std::map<std::string, Contract>> found; ///< by provider and code
    std::map<std::string, Contract *> by_code;
    KETENSYNC_TRY(ask(question(plan.frame, moment, plan.contracts_sql, columns),
        [&](std::vector<std::string_view> const & row) -> Result<void> {
            Contract contract { std::string(row[1]), std::string(row[2]), std::string(row[3]), {}, {} };
            for (auto i = words_before_numbers; i < row.size(); ++i) {
                KETENSYNC_TRY_ASSIGN(auto const number, number_in(row[i]));
                contract.numbers.push_back(number);
            }
            auto & place = found[std::string(row[0])][contract.code];
            place = std::move(contract);
            by_code[place.code] = &place;
            return {};
        }));
    KETENSYNC_TRY(ask(question(plan.frame, moment, plan.levels_sql, { "nummer", "trap", "aantal" }),
        [&](std::vector<std::string_view> const & row) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto const number, number_in(row[2]));
            if (auto const of = by_code.find(std::string(row[0])); of != by_code.end()) {
                of->second->levels.emplace_back(row[1], number);
            }
            return {};
        }));
    std::vector<ProviderSheet> sheets;
    for (auto & [provider, contracts] : found) {
        ProviderSheet sheet { provider, {} };
        for (auto & [code, contract] : contracts) {
            std::ranges::sort(contract.levels);
            sheet.contracts.push_back(std::move(contract));
        }
        sheets.push_back(std::move(sheet));
    }
    return sheets;
}

} // namespace ketensync::monitor
