#include "tests/region/truth.hpp"

#include <algorithm>

namespace ketensync::region {
namespace {

/// Each line once.
std::string sorted(std::vector<std::string> & lines)
{
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    std::string out;
    for (auto const & line : lines) {
        out += line;
    }
    return out;
}

} // namespace

void Truth::add(std::string_view source, std::string_view kind, std::string_view key, std::string_view entity)
{
    std::string line;
    line.reserve(source.size() + kind.size() + key.size() + entity.size() + 4);
    line.append(source).append(",").append(kind).append(",").append(key).append(",").append(entity).append("\n");
    m_lines.push_back(std::move(line));
}

void Truth::persoon(std::string_view source, std::string_view key, std::uint64_t person)
{
    add(source, "persoon", key, "P" + std::to_string(person));
}

void Truth::island(std::string_view source, std::string_view key)
{
    m_islands.push_back(std::string(source) + "," + std::string(key) + "\n");
}

void Truth::deelname(std::string_view source, std::string_view key, std::string_view deelname)
{
    add(source, "deelname", key, deelname);
}

void Truth::project(std::string_view source, std::string_view code)
{
    add(source, "project", code, code);
}

void Truth::count(
    std::string_view indicator, std::string_view project, std::string_view gemeente, std::string_view quarter)
{
    ++m_counts[Cell { indicator, project, gemeente, quarter }];
}

std::string Truth::records_csv()
{
    return "source,kind,key,entity\n" + sorted(m_lines);
}
std::string Truth::islands_csv()
{
    return "source,key\n" + sorted(m_islands);
}

std::string Truth::monitor_csv() const
{
    std::string out = "indicator,project,gemeente,quarter,count\n";
    for (auto const & [cell, count] : m_counts) {
        auto const & [indicator, project, gemeente, quarter] = cell;
        out += indicator + ',' + project + ',' + gemeente + ',' + quarter + ',' + std::to_string(count) + '\n';
    }
    return out;
}

} // namespace ketensync::region
