#include "tests/bench/criteria/test_programs.hpp"

#include "tests/support/process.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace ketensync::criteria {

void prove(Row & row, std::string const & program, std::string const & filter, int tests)
{
    std::filesystem::path const file = std::filesystem::path(KETENSYNC_TESTS) / program;
    if (!std::filesystem::exists(file)) {
        row.check(false, fmt::format("{} is not built", program));
        return;
    }
    support::Process process({ { file.string(), "--gtest_filter=" + filter, "--gtest_color=no" }, {}, "/dev/null" });
    auto const said = process.rest();
    auto const code = process.wait(std::chrono::seconds(600));
    auto const passed = fmt::format("[  PASSED  ] {} test", tests);
    bool const all = code == 0 && said.find(passed) != std::string::npos && said.find("[  SKIPPED ]") == std::string::npos;
    row.check(all, fmt::format("{} --gtest_filter={}", program, filter));
    row.sum("tests passed", all ? tests : 0);
}

} // namespace ketensync::criteria
