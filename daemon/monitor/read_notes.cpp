#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/edition.hpp"
#include "daemon/settings/toml.hpp"

namespace ketensync::monitor {

tl::expected<Notes, settings::Faults> read_notes(std::filesystem::path const & file)
{
    Notes notes;
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        return notes;
    }
    auto read = settings::TomlFile::read(file);
    if (!read) {
        return tl::unexpected(std::move(read).error());
    }
    auto const root = read->root();
    notes.revision_reason = root.text("revision_reason");
    auto const projects = root.table("project");
    for (auto const & [key, place] : projects.keys()) {
        auto const table = projects.table(key);
        Notes::OfProject one;
        one.qualitative = table.flag("qualitative", false);
        one.explanation = { table.text("cause"), table.text("measure") };
        if (one.explanation.cause.empty() != one.explanation.measure.empty()) {
            read->fault(place, "an explanation is a cause and a measure: give both");
        }
        for (auto const & milestone : table.tables("milestone")) {
            one.milestones.push_back({ milestone.required_text("text"), milestone.required_text("source"),
                milestone.required_text("day") });
            if (!day_number(one.milestones.back().day)) {
                milestone.fault("day", "is no day: write it as 2024-01-31");
            }
        }
        if (one.qualitative && one.milestones.empty()) {
            read->fault(place, "a project without numbers has a milestone: give a [[project.CODE.milestone]]");
        }
        notes.projects[key] = std::move(one);
    }
    if (auto faults = read->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return notes;
}

}
