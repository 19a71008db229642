#include "daemon/commands/contract_sheets.hpp"

#include "daemon/commands/monitor_out.hpp"
#include "daemon/commands/reading.hpp"
#include "daemon/monitor/contracts.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/monitoring.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ketensync::commands {

namespace {

namespace fs = std::filesystem;

void show(monitor::SheetPlan const & plan, std::vector<monitor::ProviderSheet> const & sheets, Options const & options, std::ostream & out)
{
    for (auto const & sheet : sheets) {
        if (!options.json) {
            out << (sheet.provider.empty() ? "Opleider onbekend" : sheet.provider) << '\n';
        }
        for (auto const & contract : sheet.contracts) {
            nlohmann::ordered_json line { { "provider", sheet.provider }, { "contract", contract.code } };
            std::string text;
            for (std::size_t i = 0; i < plan.columns.size(); ++i) {
                line[plan.columns[i].id] = contract.numbers[i];
                text += fmt::format("{}{} {}", i == 0 ? "" : ", ", plan.columns[i].title, contract.numbers[i]);
            }
            auto levels = nlohmann::ordered_json::object();
            for (auto const & [level, count] : contract.levels) {
                levels[level] = count;
            }
            line["levels"] = levels;
            out << (options.json ? line.dump() : fmt::format("  {} {}: {}", contract.code, contract.title, text)) << '\n';
        }
    }
    if (sheets.empty() && !options.json) {
        out << "Geen contract liep in dit kwartaal.\n";
    }
}

bool lies_in(fs::path const & path, fs::path const & folder)
{
    auto const inner = fs::weakly_canonical(path);
    auto const outer = fs::weakly_canonical(folder);
    auto const [end, rest] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
    return end == outer.end();
}

Result<void> work(Options const & options, Streams const & streams, pipeline::Plan const & plan, monitor::Quarter quarter)
{
    auto const & config = plan.config;
    if (!options.approve.empty() || options.release) {
        return fail(Failure::usage, "sheets of contracts are neither approved nor published: they are for the talk with a provider");
    }
    if (!options.out.empty() && lies_in(options.out, config.state_folder)) {
        return fail(Failure::usage, "sheets of contracts hold true numbers: write them elsewhere than where the service keeps and shows things");
    }
    auto const sheet_plan = monitor::read_sheet_plan(config.mappings_folder / "monitor" / "contracts");
    if (!sheet_plan) {
        for (auto const & fault : sheet_plan.error()) {
            streams.error << fault << '\n';
        }
        return fail(Failure::configuration, "the plan of the sheets has faults");
    }
    SystemClock const clock;
    monitor::Period const period { monitor::code_of(quarter), monitor::title_of(quarter), monitor::first_day(quarter), monitor::last_day(quarter) };
    KETENSYNC_TRY_ASSIGN(auto const known, known_at(options, clock, period));
    KETENSYNC_TRY_ASSIGN(auto const readers, pipeline::Readers::open(plan));
    KETENSYNC_TRY_ASSIGN(auto const sheets, monitor::contract_sheets(*sheet_plan, quarter, known, readers.ask()));
    show(*sheet_plan, sheets, options, streams.out);
    if (options.out.empty()) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto const words, words_of(plan));
    KETENSYNC_TRY_ASSIGN(auto const files, monitor::contract_files(*sheet_plan, quarter, known, sheets, words));
    for (auto const & file : files) {
        auto const path = fs::path(options.out) / file.path;
        KETENSYNC_TRY(write_file(path, file.bytes));
        std::error_code error;
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
    }
    return pipeline::Audit::note(config, clock.now(), "contracts", fmt::format("sheets of {} as known at {}", period.name, known));
}

}

int contract_sheets(Options const & options, Streams const & streams, monitor::Quarter quarter)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    auto const done = work(options, streams, *plan, quarter);
    return done ? 0 : tell(done.error(), streams);
}

}
