#include "daemon/pipeline/search.hpp"

#include "daemon/landing/leaves.hpp"
#include "daemon/outbox/outbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace ketensync::pipeline {

namespace {

bool holds(std::string_view bytes, std::set<std::string> const & texts)
{
    return std::ranges::any_of(texts, [bytes](std::string const & text) { return bytes.find(text) != std::string_view::npos; });
}

Result<std::string> content(std::filesystem::path const & path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream all;
    all << file.rdbuf();
    if (!file) {
        return fail(Failure::cannot_write, fmt::format("{} cannot be read", path.string()));
    }
    return std::move(all).str();
}

/// The folders in which files lie that were read, with the layouts that their feeds have.
std::vector<std::pair<std::filesystem::path, std::vector<formats::Layout const *>>> archives(Plan const & plan)
{
    std::vector<std::pair<std::filesystem::path, std::vector<formats::Layout const *>>> found;
    for (auto const & source : plan.config.sources) {
        if (source.connector != "files" || source.drop.afterwards != settings::Drop::Afterwards::archive) {
            continue;
        }
        auto & [folder, layouts] = found.emplace_back(source.folder / source.drop.archive, std::vector<formats::Layout const *>());
        for (auto const & feed : plan.feeds) {
            if (feed.source == &source) {
                layouts.push_back(&feed.mapper->layout());
            }
        }
    }
    return found;
}

/// As it lies there, and as any of the layouts takes it apart.
bool file_holds(std::string const & bytes, std::vector<formats::Layout const *> const & layouts, Plan const & plan,
    std::set<std::string> const & texts)
{
    if (holds(bytes, texts)) {
        return true;
    }
    auto const & limits = plan.config.limits;
    formats::Limits const bounds { .item_bytes_max = limits.item_bytes_max, .depth_max = limits.depth_max,
        .unpacked_bytes_max = limits.file_bytes_max, .shared_bytes_max = limits.page_bytes_max };
    return std::ranges::any_of(layouts, [&](formats::Layout const * layout) {
        bool found = false;
        formats::Sink const sink { [](std::string_view) {},
            [&](std::string_view document) -> Result<void> {
                found = found || holds(document, texts);
                return {};
            } };
        static_cast<void>(formats::split(bytes, *layout, bounds, sink)); // of another layout: it does not come apart
        return found;
    });
}

Result<void> each_archived(Plan const & plan,
    std::function<Result<void>(std::filesystem::path const &, std::vector<formats::Layout const *> const &)> const & visit)
{
    for (auto const & [folder, layouts] : archives(plan)) {
        std::error_code error;
        std::vector<std::filesystem::path> files;
        for (auto const & entry : std::filesystem::recursive_directory_iterator(folder, error)) {
            if (entry.is_regular_file(error)) {
                files.push_back(entry.path());
            }
        }
        for (auto const & file : files) {
            KETENSYNC_TRY(visit(file, layouts));
        }
    }
    return {};
}

}

Result<Found> search(store::Database & state, Plan const & plan, std::set<std::string> const & texts)
{
    Found found;
    auto const look = [&found, &texts](std::string_view bytes, std::string const & place) {
        found.bytes += bytes.size();
        if (holds(bytes, texts)) {
            found.places.push_back(place);
        }
    };
    KETENSYNC_TRY(state.each_page([&look](std::int64_t page, std::string_view bytes) {
        look(bytes, fmt::format("page {} of the state file", page));
    }));
    KETENSYNC_TRY(landing::leaf_through(state, [&look](landing::Leaf const & leaf) -> Result<void> {
        look(leaf.page.body, fmt::format("landed page {}", leaf.page.id));
        return {};
    }));
    KETENSYNC_TRY_ASSIGN(auto outbox, outbox::Outbox::open(state));
    KETENSYNC_TRY(outbox.each([&look](std::int64_t number, std::string_view bytes) {
        look(bytes, fmt::format("batch {} for the warehouse", number));
    }));
    for (auto const * const suffix : { "", "-wal" }) {
        auto const file = std::filesystem::path(plan.config.warehouse_file).concat(suffix);
        if (plan.config.warehouse_type == "sqlite" && std::filesystem::exists(file)) {
            KETENSYNC_TRY_ASSIGN(auto const bytes, content(file));
            look(bytes, file.filename().string());
        }
    }
    KETENSYNC_TRY(each_archived(plan, [&](auto const & file, auto const & layouts) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const bytes, content(file));
        found.bytes += bytes.size();
        if (file_holds(bytes, layouts, plan, texts)) {
            found.places.push_back(fmt::format("a file in {}", file.parent_path().string()));
        }
        return {};
    }));
    return found;
}

Result<std::uint64_t> destroy_archived(Plan const & plan, std::set<std::string> const & texts)
{
    std::uint64_t destroyed = 0;
    KETENSYNC_TRY(each_archived(plan, [&](auto const & file, auto const & layouts) -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto const bytes, content(file));
        if (file_holds(bytes, layouts, plan, texts)) {
            store::wipe(file);
            ++destroyed;
        }
        return {};
    }));
    return destroyed;
}

}
