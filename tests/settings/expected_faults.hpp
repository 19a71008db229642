#pragma once

#include "daemon/settings/config.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace ketensync::settings {

struct Expected {
    std::size_t line;
    std::string part;
};

/// What a *.bad.toml says of itself: "# fault: part of the message", more of them with " | " between.
inline std::vector<Expected> expected_faults(std::string const & text)
{
    std::vector<Expected> expected;
    std::size_t line = 1;
    for (std::size_t at = 0; at < text.size(); ++line) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto const row = text.substr(at, end - at);
        if (auto const mark = row.find("# fault: "); mark != std::string::npos) {
            auto rest = row.substr(mark + 9);
            while (true) {
                auto const bar = rest.find(" | ");
                expected.push_back({ line, rest.substr(0, bar) });
                if (bar == std::string::npos) {
                    break;
                }
                rest.erase(0, bar + 3);
            }
        }
        at = end + 1;
    }
    return expected;
}

/// Expects those faults at their lines of `file`, whatever the column, and no others.
inline void expect_exactly(Faults faults, std::filesystem::path const & file, std::string const & text)
{
    for (auto const & [line, part] : expected_faults(text)) {
        auto const place = fmt::format("{}:{}:", file.string(), line);
        auto const found = std::find_if(faults.begin(), faults.end(), [&, part = part](std::string const & fault) {
            return fault.rfind(place, 0) == 0 && fault.find(part) != std::string::npos;
        });
        if (found == faults.end()) {
            ADD_FAILURE() << "missing: " << place << " " << part << "\namong:\n"
                          << fmt::format("{}", fmt::join(faults, "\n"));
            return;
        }
        faults.erase(found);
    }
    EXPECT_THAT(faults, testing::IsEmpty());
}

} // namespace ketensync::settings
