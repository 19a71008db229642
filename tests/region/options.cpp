#include "tests/region/options.hpp"

#include "tests/region/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace ketensync::region {
namespace {

[[noreturn]] void wrong(std::string const & option, std::string_view what)
{
    throw std::invalid_argument(fmt::format("{}: {}", option, what));
}

template <typename Number>
Number number(std::string const & option, std::string_view text, Number low, Number high)
{
    Number value {};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size() || value < low || value > high) {
        wrong(option, fmt::format("a number from {} to {} is wanted, not '{}'", low, high, text));
    }
    return value;
}

Fault parse_fault(std::string const & option, std::string_view text)
{
    Fault fault;
    auto const first = text.find(':');
    auto const second = text.find(':', first + 1);
    if (first == std::string_view::npos) {
        wrong(option, "source:kind:times is wanted");
    }
    fault.source = text.substr(0, first);
    auto const kind
        = fault_kind(text.substr(first + 1, second == std::string_view::npos ? second : second - first - 1));
    if (!kind) {
        wrong(option, "no such kind of fault");
    }
    fault.kind = *kind;
    if (second != std::string_view::npos) {
        fault.times = number<std::int64_t>(option, text.substr(second + 1), -1, 1'000'000'000);
    }
    return fault;
}

std::string delivery(std::string const & option, std::string_view text)
{
    auto const known = std::any_of(gemeenten().begin(), gemeenten().end(),
        [&](Gemeente const & gemeente) { return text.starts_with(gemeente.code); });
    if (text.size() != 11 || text[4] != ':' || !known || !Month::parse(text.substr(5))) {
        wrong(option, "a municipality and a month are wanted: 0402:202610");
    }
    return std::string(text);
}

Day date(std::string const & option, std::string_view text)
{
    auto const day = parse_iso(text);
    if (!day) {
        wrong(option, "a date is wanted: 2026-11-01");
    }
    return *day;
}

int days(std::string const & option, std::string_view text)
{
    return number<int>(option, text.ends_with('d') ? text.substr(0, text.size() - 1) : text, 1, 10'000);
}

double percent(std::string const & option, std::string_view text)
{
    auto const digits = text.ends_with('%') ? text.substr(0, text.size() - 1) : text;
    return number<double>(option, digits, 0.0, 100.0);
}

} // namespace

char const * const usage = R"(ketensync_region: a simulated labour-market region

  ketensync_region --folder=DIR [--seed=N] [--persons=N] [--date=YYYY-MM-DD] [--months=N]   makes it and serves it
  ketensync_region --folder=DIR                                                          serves what is there
  ketensync_region --folder=DIR --advance=30d | --redeliver=0402:202610 | --empty=0402:202610
                                    changes it; a server of it shows the change before the command ends
  ketensync_region --bench=N --out=DIR            makes and serves N documents for measuring
  ketensync_region --out=DIR --bench-change=1%    changes some of them

  --port=N             HTTPS; 0: any (default)       --plain-port=N   http on loopback; 0: any; absent: none
  --mappings=DIR       for the configuration         --token-seconds=N  life of an OAuth2 token (300)
  --fault=source:kind:times   429 503 500 401 cut cut-chunked reset html bad-json empty half duplicate shifted slow
  --once               write the files, do not serve
  --die-with-parent    end when the starting process does
)";

Options parse_options(std::vector<std::string> const & arguments)
{
    Options options;
    options.mappings = KETENSYNC_SOURCE_DIR "/mappings";
    if (!std::filesystem::exists(options.mappings)) {
        options.mappings = "/usr/share/ketensync/mappings"; // the tree it was built from is gone
    }
    for (auto const & argument : arguments) {
        auto const equals = argument.find('=');
        auto const name = argument.substr(0, equals);
        auto const value = equals == std::string::npos ? std::string() : argument.substr(equals + 1);
        auto const port = [&] { return number<std::uint16_t>(name, value, 0, 65535); };
        constexpr std::uint64_t large = 100'000'000;
        if (name == "--help") {
            options.help = true;
        } else if (name == "--folder" || name == "--out") {
            options.folder = std::filesystem::absolute(value);
        } else if (name == "--seed") {
            options.seed = number<std::uint64_t>(name, value, 0, ~std::uint64_t { 0 });
        } else if (name == "--persons") {
            options.persons = number<std::uint64_t>(name, value, 1, 9'000'000);
        } else if (name == "--date") {
            options.date = date(name, value);
        } else if (name == "--months") {
            options.months = number<int>(name, value, 0, 120);
        } else if (name == "--port") {
            options.port = port();
        } else if (name == "--plain-port") {
            options.plain_port = port();
        } else if (name == "--mappings") {
            options.mappings = std::filesystem::absolute(value);
        } else if (name == "--token-seconds") {
            options.token_seconds = number<int>(name, value, 1, 1'000'000);
        } else if (name == "--advance") {
            options.advance_days = days(name, value);
        } else if (name == "--redeliver") {
            options.redeliver.push_back(delivery(name, value));
        } else if (name == "--empty") {
            options.empty.push_back(delivery(name, value));
        } else if (name == "--fault") {
            options.faults.push_back(parse_fault(name, value));
        } else if (name == "--bench") {
            options.bench = number<std::uint64_t>(name, value, 1, large);
        } else if (name == "--bench-change") {
            options.bench_change = percent(name, value);
        } else if (name == "--once") {
            options.once = true;
        } else if (name == "--die-with-parent") {
            options.die_with_parent = true;
        } else {
            wrong(name, "no such option");
        }
    }
    if (options.folder.empty() && !options.help) {
        throw std::invalid_argument("--folder= is wanted");
    }
    return options;
}

} // namespace ketensync::region
