#include "daemon/monitor/calendar.hpp"
#include "daemon/monitor/count.hpp"
#include "daemon/monitor/frame.hpp"
#include "daemon/settings/checks.hpp"
#include "daemon/settings/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace ketensync::monitor {

namespace {

using settings::Table;

constexpr auto frame_file = "frame.toml";

std::string select_of(Table const & table, std::string_view key)
{
    auto text = table.required_text(key);
    auto const begin = text.find_first_not_of(" \n\t");
    auto const word = text.substr(std::min(begin, text.size()), 6);
    if (!text.empty() && word != "SELECT") {
        table.fault(key, "is no question: begin it with SELECT");
    }
    if (text.find(';') != std::string::npos) {
        table.fault(key, "holds a ';': give one SELECT without it");
    }
    return text;
}

std::string day_of(Table const & table, std::string_view key)
{
    auto text = table.text(key);
    if (!text.empty() && (text.size() != 10 || !day_number(text))) {
        table.fault(key, "is no day: write it as 2024-01-31");
    }
    return text;
}

std::string name_of(Table const & table, std::string_view key)
{
    auto text = table.required_text(key);
    if (!text.empty() && !settings::is_plain_name(text, "_")) {
        table.fault(key, "is no name: use a-z, 0-9 and _");
    }
    return text;
}

void read_progress(Table const & table, ProgressRule & rule)
{
    rule.on_course = table.integer("on_course", rule.on_course, 1, 200);
    rule.attention = table.integer("attention", rule.attention, 0, rule.on_course);
    rule.start_days = table.integer("start_days", rule.start_days, 0, 3650);
    rule.least = table.integer("least", rule.least, 0, 1000);
}

void read_disclosure(Table const & table, DisclosurePolicy & policy)
{
    auto const method = table.word("method", { "suppress", "round" }, "suppress");
    policy.method = method == "round" ? DisclosurePolicy::Method::round : DisclosurePolicy::Method::suppress;
    policy.threshold = table.integer("threshold", policy.threshold, 2, 1000);
    policy.base = table.integer("base", policy.base, 2, 1000);
    policy.zero_shown = table.flag("zero_shown", policy.zero_shown);
    policy.open_indicators = table.texts("open_indicators");
    if (auto const sound = check(policy); !sound) {
        table.fault("method", sound.error().what);
    }
}

DimensionPlan dimension_of(Table const & table, std::vector<DimensionPlan> const & before)
{
    DimensionPlan plan;
    plan.id = name_of(table, "id");
    plan.title = table.required_text("title");
    plan.as_now = table.text("as_now");
    auto const made = table.word("made_of", { "parts", "quarters", "quarter_ends", "members" }, "members");
    plan.made_of = made == "parts" ? MadeOf::parts
        : made == "quarters"       ? MadeOf::quarters
        : made == "quarter_ends"   ? MadeOf::quarter_ends
                                   : MadeOf::members;
    if (std::ranges::find(before, plan.id, &DimensionPlan::id) != before.end()) {
        table.fault("id", "is the id of a dimension before it");
    }
    plan.unknown = table.text("unknown", "Onbekend");
    if (plan.made_of != MadeOf::members) {
        return plan;
    }
    plan.other = table.text("other", "Anders");
    for (auto const & member : table.tables("member")) {
        plan.members.push_back({ member.required_text("code"), member.required_text("label"), day_of(member, "until"),
            member.text("successor") });
    }
    if (!plan.as_now.empty()) {
        auto const base = std::ranges::find(before, plan.as_now, &DimensionPlan::id);
        if (base == before.end() || base->made_of != MadeOf::members) {
            table.fault("as_now", "is no dimension with members before this one");
        } else {
            plan.members = base->members;
        }
    } else if (plan.members.empty()) {
        table.fault("id", "has no [[dimension.member]]");
    }
    return plan;
}

Frame frame_of(Table const & root)
{
    Frame frame;
    frame.title = root.required_text("title");
    auto const first = root.required_text("first_quarter");
    if (auto const quarter = quarter_named(first)) {
        frame.first_quarter = *quarter;
    } else {
        root.fault("first_quarter", "is no quarter: write it as 2021-K1");
    }
    frame.provisional_days = root.integer("provisional_days", frame.provisional_days, 0, 3650);
    read_progress(root.table("progress"), frame.progress);
    read_disclosure(root.table("disclosure"), frame.disclosure);
    for (auto const & rows : root.tables("rows")) {
        frame.rows.push_back({ name_of(rows, "name"), select_of(rows, "sql") });
    }
    if (root.has("persons")) {
        auto const persons = root.table("persons");
        for (auto const & [kind, place] : persons.keys()) {
            frame.persons[kind] = name_of(persons, kind);
        }
    }
    auto const projects = root.table("projects");
    frame.projects_sql = select_of(projects, "sql");
    frame.targets = projects.texts("targets");
    if (root.has("records")) {
        frame.records_sql = select_of(root.table("records"), "sql");
    }
    for (auto const & fault : root.tables("fault")) {
        frame.faults.push_back({ name_of(fault, "code"), fault.required_text("title"), select_of(fault, "sql") });
    }
    for (auto const & dimension : root.tables("dimension")) {
        frame.dimensions.push_back(dimension_of(dimension, frame.dimensions));
    }
    for (auto const & theme : root.tables("theme")) {
        frame.themes.push_back(
            { theme.required_text("from"), theme.text("to"), day_of(theme, "day"), theme.required_text("note") });
    }
    return frame;
}

std::vector<std::string> words_of(std::string const & text)
{
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

void check_dimensions(Table const & table, std::string_view key, std::vector<std::string> const & names, Frame const & frame)
{
    std::vector<std::string> known;
    for (auto const & plan : frame.dimensions) {
        known.push_back(plan.id);
    }
    for (auto const & name : names) {
        if (std::ranges::find(known, name) == known.end()) {
            table.fault(key, fmt::format("no dimension '{}'{}", name, settings::did_you_mean(name, known)));
        }
    }
}

/// Whether the dimension comes with every row, or from a column that the SQL of the definition must have.
bool is_there(Definition const & definition, Frame const & frame, std::string const & id)
{
    auto const plan = std::ranges::find(frame.dimensions, id, &DimensionPlan::id);
    if (plan == frame.dimensions.end()) {
        return true; // told already
    }
    switch (plan->made_of) {
    case MadeOf::parts: return definition.in_parts;
    case MadeOf::quarters: return definition.counts != Counts::present;
    case MadeOf::quarter_ends: return definition.counts == Counts::present;
    case MadeOf::members: break;
    }
    auto const column = plan->as_now.empty() ? plan->id : plan->as_now;
    return std::ranges::find(definition.by, column) != definition.by.end();
}

Definition definition_of(Table const & root, Frame const & frame)
{
    Definition definition;
    auto & indicator = definition.indicator;
    indicator.id = name_of(root, "id");
    indicator.title = root.required_text("title");
    indicator.definition = root.required_text("definition");
    indicator.unit = root.text("unit", "inwoners");
    indicator.version = root.required_text("version");
    indicator.owner = root.required_text("owner");
    indicator.sources = root.texts("sources");
    if (indicator.sources.empty()) {
        root.fault("sources", "is empty: say what is counted from");
    }
    indicator.valid_from = day_of(root, "valid_from");
    indicator.valid_until = day_of(root, "valid_until");
    indicator.audience = root.word("audience", { "publiek", "contract" }, "publiek");
    auto const counts = root.word("counts", { "once", "present", "amount" }, "once");
    definition.counts = counts == "present" ? Counts::present : counts == "amount" ? Counts::amount : Counts::once;
    definition.in_parts = root.flag("in_parts", true);
    definition.by = root.texts("by");
    check_dimensions(root, "by", definition.by, frame);
    if (definition.by.size() > Fact::columns_max) {
        root.fault("by", fmt::format("names more than {} dimensions", Fact::columns_max));
    }
    definition.sql = select_of(root, "sql");
    for (auto const & table : root.tables("table")) {
        Definition::Layout layout { table.required_text("title"), words_of(table.required_text("over")) };
        check_dimensions(table, "over", layout.dimensions, frame);
        for (auto const & dimension : layout.dimensions) {
            if (!is_there(definition, frame, dimension)) {
                table.fault("over", fmt::format("dimension '{}' does not go with this indicator: name it in by", dimension));
            }
        }
        definition.tables.push_back(std::move(layout));
    }
    if (definition.tables.empty()) {
        root.fault("id", "has no [[table]]: nobody would see the indicator");
    }
    return definition;
}

void add(settings::Faults & faults, settings::Faults more) { std::ranges::move(more, std::back_inserter(faults)); }

}

tl::expected<Definitions, settings::Faults> read_definitions(std::filesystem::path const & folder)
{
    Definitions read;
    settings::Faults faults;
    auto file = settings::TomlFile::read(folder / frame_file);
    if (!file) {
        return tl::unexpected(std::move(file).error());
    }
    read.frame = frame_of(file->root());
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    for (auto const & entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".toml" && entry.path().filename() != frame_file) {
            paths.push_back(entry.path());
        }
    }
    std::ranges::sort(paths);
    std::vector<std::string> ids;
    for (auto const & path : paths) {
        auto one = settings::TomlFile::read(path);
        if (!one) {
            add(faults, std::move(one).error());
            continue;
        }
        auto const root = one->root();
        read.indicators.push_back(definition_of(root, read.frame));
        auto const & id = read.indicators.back().indicator.id;
        if (id != path.stem().string()) {
            root.fault("id", fmt::format("is not the name of its file: call one of them '{}'", id));
        }
        ids.push_back(id);
        add(faults, one->finish());
    }
    for (auto const & target : read.frame.targets) {
        if (std::ranges::find(ids, target) == ids.end()) {
            file->root().table("projects").fault(
                "targets", fmt::format("no indicator '{}'{}", target, settings::did_you_mean(target, ids)));
        }
    }
    auto of_frame = file->finish();
    add(of_frame, std::move(faults));
    if (!of_frame.empty()) {
        return tl::unexpected(std::move(of_frame));
    }
    return read;
}

}
