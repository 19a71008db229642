#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace ketensync::region {

/// Whom each published record is really about, and the true numbers of the Monitor.
class Truth {
public:
    void persoon(std::string_view source, std::string_view key, std::uint64_t person);
    /// A record that nothing in its content ties to what the other parties tell of the same person.
    void island(std::string_view source, std::string_view key);
    void deelname(std::string_view source, std::string_view key, std::string_view deelname);
    void project(std::string_view source, std::string_view code);
    /// A deelname that some party published, counted once, whoever tells of it.
    void count(
        std::string_view indicator, std::string_view project, std::string_view gemeente, std::string_view quarter);

    /// Each row once, sorted.
    std::string records_csv();
    std::string islands_csv();
    std::string monitor_csv() const;

private:
    using Cell = std::tuple<std::string, std::string, std::string, std::string>;

    void add(std::string_view source, std::string_view kind, std::string_view key, std::string_view entity);

    std::vector<std::string> m_lines;
    std::vector<std::string> m_islands;
    std::map<Cell, std::uint64_t> m_counts;
};

} // namespace ketensync::region
