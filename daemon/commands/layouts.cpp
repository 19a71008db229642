#include "daemon/commands/layouts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ketensync::commands {

namespace {

constexpr auto guessed_head = R"([[feed]]
name = "{0}"
mapping = "{0}"
# Not known: whether each reading delivers all there is ("complete") or what is new ("changes").
reads = "complete"
)";

constexpr auto guessed_over_http = R"(path = "/"

# Not known: whether the list comes in pages; docs/connecting-rest.md tells the forms.
[feed.paging]
by = "none"

# Not known: when the source has news.
[feed.schedule]
at = "0 6 * * *"
zone = "Europe/Amsterdam"
jitter = "20m"
)";

constexpr auto guessed_of_files = R"(files = "*"

[feed.schedule]
every = "15m"
)";

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// Where the digits of a name stand: begin and length of each row of them.
std::vector<std::pair<std::size_t, std::size_t>> digits_in(std::string_view name)
{
    std::vector<std::pair<std::size_t, std::size_t>> rows;
    for (std::size_t at = 0; at < name.size(); ++at) {
        if (!is_digit(name[at])) {
            continue;
        }
        if (at == 0 || !is_digit(name[at - 1])) {
            rows.emplace_back(at, 0);
        }
        ++rows.back().second;
    }
    return rows;
}

/// A year of this age, with a month or a day perhaps: 2026, 202601, 20260115.
bool may_be_date(std::string_view digits)
{
    return (digits.size() == 4 || digits.size() == 6 || digits.size() == 8) && (digits.starts_with("19") || digits.starts_with("20"));
}

FileGroup group(std::vector<connectors::FolderFile> const & files)
{
    FileGroup group;
    group.count = files.size();
    group.newest = *std::ranges::max_element(files, {}, [](auto const & file) { return std::pair(file.changed_ns, file.name); });
    auto const & name = group.newest.name;
    group.files = name;
    auto const rows = digits_in(name);
    std::size_t begin = name.size();
    std::size_t end = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto const text = name.substr(rows[i].first, rows[i].second);
        bool const differs = std::ranges::any_of(files, [&](auto const & file) {
            auto const other = digits_in(file.name)[i];
            return std::string_view(file.name).substr(other.first, other.second) != text;
        });
        if (differs || may_be_date(text)) {
            begin = std::min(begin, rows[i].first);
            end = rows[i].first + rows[i].second;
        }
    }
    if (end > 0) {
        group.files = name.substr(0, begin) + '*' + name.substr(end);
        group.period = name.substr(0, begin) + "{period}" + name.substr(end);
    }
    return group;
}

} // namespace

tl::expected<Layouts, settings::Faults> Layouts::read(std::filesystem::path const & mappings_folder)
{
    auto schema = settings::read_schema(mappings_folder / "schema.toml");
    if (!schema) {
        return tl::unexpected(std::move(schema).error());
    }
    auto const codes = mapping::read_code_lists(mappings_folder / "codes");
    if (!codes) {
        return tl::unexpected(codes.error());
    }
    Layouts layouts;
    auto const shared = std::make_shared<record::Schema const>(std::move(*schema));
    for (auto const & name : mapping::mapping_names(mappings_folder)) {
        auto mapper = mapping::read_mapping(mappings_folder, name, shared, *codes);
        if (!mapper) {
            return tl::unexpected(std::move(mapper).error());
        }
        layouts.m_mappers.emplace_back(name, std::move(*mapper));
    }
    layouts.m_usual = usual_feeds(mappings_folder);
    return layouts;
}

std::vector<std::string> Layouts::names() const
{
    std::vector<std::string> names;
    std::ranges::transform(m_mappers, std::back_inserter(names), [](auto const & each) { return each.first; });
    return names;
}

mapping::Mapper const * Layouts::mapper(std::string_view name) const
{
    auto const found = std::ranges::find_if(m_mappers, [name](auto const & each) { return each.first == name; });
    return found == m_mappers.end() ? nullptr : found->second.get();
}

std::vector<Layouts::Ranked> Layouts::rank(std::string_view page, formats::Limits const & limits, mapping::Told const & told) const
{
    std::vector<Ranked> ranked;
    for (auto const & [name, mapper] : m_mappers) {
        if (mapping::may_be(mapper->layout(), page)) {
            ranked.push_back({ name, mapping::fit(*mapper, page, limits, told) });
        }
    }
    std::erase_if(ranked, [](Ranked const & each) { return each.fit.score() == 0; });
    std::ranges::stable_sort(ranked, std::ranges::greater(), [](Ranked const & each) { return each.fit.score(); });
    return ranked;
}

std::string Layouts::feed(std::string const & mapping, std::string_view connector) const
{
    bool const over_http = connector == "rest";
    auto const fits = [&](UsualFeed const & each) {
        return each.mapping == mapping && value_in(each.text, over_http ? "path" : "files").has_value();
    };
    if (auto const found = std::ranges::find_if(m_usual, fits); found != m_usual.end()) {
        return found->text;
    }
    return fmt::format(guessed_head, mapping) + (over_http ? guessed_over_http : guessed_of_files);
}

std::string fit_text(mapping::Fit const & fit)
{
    auto text = fmt::format("{} of its {} fields are there; {} of {} documents are sound and tell {} records", fit.present, fit.paths, fit.sound,
        fit.tried, fit.records);
    return fit.reason.empty() ? text : fmt::format("{}; the first that is not: {}", text, fit.reason);
}

std::vector<FileGroup> groups_of(std::vector<connectors::FolderFile> const & files)
{
    std::map<std::string, std::vector<connectors::FolderFile>> alike;
    for (auto const & file : files) {
        std::string key;
        for (char const letter : file.name) {
            if (!is_digit(letter) || key.empty() || key.back() != '0') {
                key += is_digit(letter) ? '0' : letter;
            }
        }
        alike[key].push_back(file);
    }
    std::vector<FileGroup> groups;
    std::ranges::transform(alike, std::back_inserter(groups), [](auto const & each) { return group(each.second); });
    return groups;
}

} // namespace ketensync::commands
