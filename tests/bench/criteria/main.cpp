#include "tests/bench/criteria/criterion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <set>
#include <string>
#include <string_view>
#include <utility>

// What sources do wrong, made to happen over many seeds to the real pipeline, and one table of what became of it.

namespace {

using namespace ketensync::criteria;

constexpr auto usage = "ketensync_criteria [--seeds=N] [--records=N] [--only=1,2,22b] [--quick] [--known=25]\n\n"
                       "--quick   waits no longer than a test may\n"
                       "--known   criteria that are known to be missed: told, and no reason to end with 1\n";

struct Options {
    Wanted wanted;
    std::set<std::string, std::less<>> only;
    std::set<std::string, std::less<>> known;
};

template <typename Number>
bool take(std::string_view text, Number & number)
{
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc {} && end == text.data() + text.size() && number > 0;
}

bool read(std::string_view word, Options & options)
{
    auto const equals = word.find('=');
    auto const name = word.substr(0, equals);
    auto value = equals == std::string_view::npos ? std::string_view() : word.substr(equals + 1);
    if (name == "--seeds") {
        return take(value, options.wanted.seeds);
    }
    if (name == "--records") {
        return take(value, options.wanted.records) && options.wanted.records >= 1'000;
    }
    if (name == "--only" || name == "--known") {
        auto & numbers = name == "--only" ? options.only : options.known;
        while (!value.empty()) {
            auto const comma = std::min(value.find(','), value.size());
            numbers.emplace(value.substr(0, comma));
            value.remove_prefix(std::min(comma + 1, value.size()));
        }
        return !numbers.empty();
    }
    options.wanted.patient = word != "--quick";
    return word == "--quick";
}

std::vector<Criterion> all()
{
    std::vector<Criterion> found;
    for (auto const & theme : { cursor_criteria(), list_criteria(), batch_criteria(), bound_criteria(), manner_criteria(),
             token_criteria(), shape_criteria(), value_criteria(), service_criteria(), end_criteria() }) {
        found.insert(found.end(), theme.begin(), theme.end());
    }
    std::ranges::sort(found, {}, [](Criterion const & each) { return std::pair(std::stoi(each.number), each.number); });
    return found;
}

} // namespace

int main(int count, char ** words)
{
    std::signal(SIGPIPE, SIG_IGN);
    Options options;
    for (int i = 1; i < count; ++i) {
        if (!read(words[i], options)) {
            std::fputs(usage, stderr);
            return 64;
        }
    }
    bool missed = false;
    fmt::print("{:>3}  {:<46} {:>5} {:>9} {:>5} {:>7} {:>6}  {:<6}  figures  (must)\n", "", "criterion", "seeds", "records",
        "lost", "doubled", "s", "");
    for (auto const & criterion : all()) {
        if (!options.only.empty() && !options.only.contains(criterion.number)) {
            continue;
        }
        Row row;
        auto const begin = std::chrono::steady_clock::now();
        try {
            criterion.measure(options.wanted, row);
        } catch (std::exception const & error) {
            row.check(false, error.what());
        }
        auto const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        missed = missed || (!row.met() && !options.known.contains(criterion.number));
        fmt::print("{:>3}  {:<46} {:>5} {:>9} {:>5} {:>7} {:>6.1f}  {:<6}  {}  ({})\n", criterion.number, criterion.what,
            row.seeds(), row.records(), row.found().lost, row.found().doubled, took, row.met() ? "ok" : "MISSED", row.figures(),
            criterion.must);
        for (auto const & fault : row.faults()) {
            fmt::print("    ! {}\n", fault);
        }
        std::fflush(stdout);
    }
    return missed ? 1 : 0;
}
