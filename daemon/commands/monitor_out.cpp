#include "daemon/commands/monitor_out.hpp"

#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/downloads.hpp"
#include "daemon/monitor/pages.hpp"
#include "daemon/monitor/protect_edition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace ketensync::commands {

Result<void> write_file(std::filesystem::path const & path, std::string_view bytes)
{
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    return file ? Result<void>() : fail(Failure::cannot_write, fmt::format("{} cannot be written", path.string()));
}

Result<monitor::Words> words_of(pipeline::Plan const & plan)
{
    auto words = monitor::read_words(plan.config.mappings_folder / "monitor" / "pages");
    return words ? Result<monitor::Words>(std::move(*words)) : fail(Failure::configuration, words.error().front());
}

Result<std::string> known_at(Options const & options, Clock const & clock, monitor::Period const & period)
{
    auto const last_second = std::chrono::floor<std::chrono::seconds>(clock.now()) - std::chrono::seconds(1);
    auto known = options.known.empty() ? to_text(last_second) : options.known;
    constexpr std::size_t moment = 20;
    if (known.size() != moment || known[10] != 'T' || known.back() != 'Z' || !monitor::day_number(known)) {
        return fail(Failure::usage, fmt::format("'{}' is no moment: write it as 2026-07-15T09:00:00Z", known));
    }
    if (known.substr(0, period.end.size()) <= period.end) {
        return fail(Failure::usage, fmt::format("{} is not over at {}", period.name, known));
    }
    return known;
}

Result<monitor::Edition> shown_of(
    monitor::Shelf & shelf, monitor::Edition const & truth, monitor::DisclosurePolicy const & policy)
{
    KETENSYNC_TRY_ASSIGN(auto before, shelf.published_before(truth.name));
    std::vector<monitor::EarlierEdition> earlier;
    for (auto & kept : before) {
        earlier.push_back({ std::move(*kept.shown), std::move(kept.truth) });
    }
    KETENSYNC_TRY_ASSIGN(auto protected_edition, monitor::protect(truth, earlier, policy));
    return std::move(protected_edition.edition);
}

Result<void> write_out(pipeline::Plan const & plan, monitor::Edition const & shown, std::filesystem::path const & folder)
{
    if (shown.protection.empty() || !shown.left_out.empty()) {
        return fail(Failure::bug, "an edition with true counts was about to be written out");
    }
    KETENSYNC_TRY_ASSIGN(auto const words, words_of(plan));
    KETENSYNC_TRY_ASSIGN(auto files, monitor::pages(shown, words));
    KETENSYNC_TRY_ASSIGN(auto tables, monitor::downloads(shown, words));
    std::ranges::move(tables, std::back_inserter(files));
    for (auto const & file : files) {
        KETENSYNC_TRY(write_file(folder / file.path, file.bytes));
    }
    KETENSYNC_TRY(write_file(folder / "editie.json", to_json(shown)));
    return write_file(folder / "editie.json.sha256", fmt::format("{}  editie.json\n", hash_of(shown)));
}

Result<void> write_list(pipeline::Plan const & plan, monitor::Shelf & shelf)
{
    KETENSYNC_TRY_ASSIGN(auto const words, words_of(plan));
    KETENSYNC_TRY_ASSIGN(auto const published, shelf.published_before("9999"));
    std::vector<monitor::Edition const *> editions;
    for (auto kept = published.rbegin(); kept != published.rend(); ++kept) {
        editions.push_back(&*kept->shown);
    }
    auto const page = monitor::editions_page(editions, words);
    return write_file(plan.config.state_folder / "monitor" / page.path, page.bytes);
}

}
