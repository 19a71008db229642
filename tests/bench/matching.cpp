#include "daemon/commands/flat_file.hpp"
#include "daemon/formats/csv_table.hpp"
#include "daemon/reconcile/batch.hpp"
#include "daemon/reconcile/likeness.hpp"
#include "tests/bench/accuracy.hpp"
#include "tests/bench/misses.hpp"
#include "tests/bench/people.hpp"
#include "tests/bench/public_sets.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <random>
#include <unordered_map>

#include <fmt/format.h>

// What the matcher is worth: ketensync_matching_bench [DATA_FOLDER] [RECORDS...]
// DATA_FOLDER holds public data with their truth (febrl/, splink/); what is not there is left out and said so. Every
// row runs in a process of its own, so that its memory is its own.

namespace {

using namespace ketensync;
using namespace ketensync::reconcile;
using Seconds = std::chrono::duration<double>;

std::filesystem::path const rules_folder(KETENSYNC_SOURCE_DIR "/tests/bench/matching");

std::string entity(std::string_view value, bool is_febrl)
{
    if (!is_febrl) {
        return std::string(value);
    }
    auto const first = value.find('-') + 1;
    return std::string(value.substr(first, value.find('-', first) - first));
}

std::vector<std::string> read_truth(std::filesystem::path const & file, std::string const & column)
{
    auto csv = formats::CsvTable::open(file).value();
    auto const & header = csv.header();
    auto const at = static_cast<std::size_t>(std::find(header.begin(), header.end(), column) - header.begin());
    std::vector<std::string> truth;
    formats::CsvTable::Rows rows;
    while (csv.next(rows).value()) {
        for (std::size_t row = 0; row < rows.size(); ++row) {
            truth.push_back(entity(rows.field(row, at), column == "rec_id"));
        }
    }
    return truth;
}

struct Outcome {
    BatchResult result;
    double seconds = 0;
    double comparing = 0; ///< seconds of the phase in which pairs meet and are compared
    std::string phases;
};

Outcome run(std::filesystem::path const & file, FlatRules const & rules, std::optional<Model> const & model,
    bool households, std::function<void(std::uint32_t, std::uint32_t)> const & met = {}, std::size_t threads = 2)
{
    auto const begin = std::chrono::steady_clock::now();
    auto last = begin;
    std::string name = "read";
    Outcome outcome;
    auto const lap = [&](std::string_view next) {
        auto const now = std::chrono::steady_clock::now();
        outcome.phases += fmt::format("{} {:.2f}  ", name, Seconds(now - last).count());
        outcome.comparing = name == "pairs" ? Seconds(now - last).count() : outcome.comparing;
        last = now;
        name = next;
    };
    auto flat = commands::read_flat_files({ file }, rules, threads);
    if (!flat) {
        fmt::print(stderr, "{}\n", flat.error().what);
        std::exit(65);
    }
    Form const form(*flat->table);
    BatchOptions options;
    options.threads = threads;
    options.households = households;
    options.phase = lap;
    options.met = met;
    outcome.result = match(*flat->table, form, flat->constraints, model, options);
    lap("");
    outcome.seconds = Seconds(last - begin).count();
    return outcome;
}

/// Everything that any chain of links connects.
std::vector<std::uint32_t> connected(std::size_t records, std::vector<Link> const & links)
{
    std::vector<std::uint32_t> root(records);
    std::iota(root.begin(), root.end(), 0U);
    auto const find = [&](std::uint32_t at) {
        while (root[at] != at) {
            at = root[at] = root[root[at]];
        }
        return at;
    };
    for (auto const & link : links) {
        root[find(link.a)] = find(link.b);
    }
    for (std::uint32_t i = 0; i < records; ++i) {
        root[i] = find(i);
    }
    return root;
}

void tell(std::string const & what, bench::Accuracy const & a)
{
    fmt::print("  {:34} P {:.4f}  R {:.4f}  F1 {:.4f}  B3 {:.4f}  clusters exact P {:.4f} R {:.4f}, {} wrong\n", what,
        a.precision, a.recall, a.f1, a.b_cubed, a.exact_precision, a.exact_recall, a.wrong);
}

/// How many of the pairs that are one were compared at all.
void tell_who_met(std::filesystem::path const & file, FlatRules const & rules, Model const & model,
    std::vector<std::string> const & truth)
{
    double met = 0;
    auto const count = [&](std::uint32_t a, std::uint32_t b) { met += truth[a] == truth[b] ? 1 : 0; };
    run(file, rules, model, true, count);
    std::unordered_map<std::string, double> sizes;
    for (auto const & entity : truth) {
        sizes[entity] += 1;
    }
    double all = 0;
    for (auto const & [entity, size] : sizes) {
        all += size * (size - 1) / 2;
    }
    fmt::print("  met: {:.4f} of the pairs that are one\n", met / all);
}

void row(std::string const & name, std::filesystem::path const & file, std::string const & rules_name,
    std::string const & truth_column, bool look_for_best)
{
    auto rules = read_flat_rules(rules_folder / (rules_name + ".toml")).value();
    auto const outcome = run(file, rules, std::nullopt, true);
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    auto const truth = read_truth(file, truth_column);
    auto const & result = outcome.result;
    fmt::print("{}: {} records, {:.2f} s, {} MB, {} pairs ({:.1f} a record), {} patterns\n", name, truth.size(),
        outcome.seconds, usage.ru_maxrss / 1024, result.pairs,
        static_cast<double>(result.pairs) / static_cast<double>(truth.size()), result.patterns);
    fmt::print("  phases (s): {}  {:.1f} M pairs/s\n", outcome.phases,
        static_cast<double>(result.pairs) / 1e6 / std::max(outcome.comparing, 1e-9));
    auto const found = bench::accuracy(result.cluster, truth);
    tell(fmt::format("default threshold ({:+.1f})", rules.match.link), found);
    fmt::print("  by its own estimate: P {:.4f}  R {:.4f}, {:.0f} matches\n", result.estimates.precision,
        result.estimates.recall, result.estimates.matches);
    if (truth_column == "person") {
        fmt::print("{}", bench::misses(result.cluster, truth, read_truth(file, "about")));
    }
    if (look_for_best) {
        tell_who_met(file, rules, result.model, truth);
        auto best = found;
        auto best_link = rules.match.link;
        for (double link = -6; link <= 14; link += 2) {
            rules.match.link = link;
            rules.match.review = std::min(link, -4.0);
            auto const again = bench::accuracy(run(file, rules, result.model, true).result.cluster, truth);
            if (again.f1 > best.f1) {
                best = again;
                best_link = link;
            }
        }
        tell(fmt::format("best threshold ({:+.1f})", best_link), best);
    }
    rules.match = read_flat_rules(rules_folder / (rules_name + ".toml")).value().match;
    auto const floor = run(file, rules, std::nullopt, false);
    tell("floor: two classes, components", bench::accuracy(connected(truth.size(), floor.result.links), truth));
    std::fflush(stdout);
}

/// In a process of its own.
template <typename Action>
void apart(Action const & action)
{
    std::fflush(stdout);
    auto const child = fork();
    if (child == 0) {
        action();
        std::fflush(stdout);
        std::_Exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) {
        fmt::print("  failed with status {}\n", status);
    }
}

void kernels()
{
    std::mt19937_64 random(1);
    std::vector<std::string> words;
    for (int i = 0; i < 4096; ++i) {
        std::string word(4 + random() % 8, 'a');
        for (auto & letter : word) {
            letter = static_cast<char>('a' + random() % 20);
        }
        words.push_back(word);
    }
    constexpr std::size_t rounds = 4'000'000;
    double sum = 0;
    auto const time = [&](char const * name, auto const & kernel) {
        auto const begin = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < rounds; ++i) {
            sum += static_cast<double>(kernel(words[i % 4096], words[(i * 7 + i / 4096) % 4096]));
        }
        auto const seconds = Seconds(std::chrono::steady_clock::now() - begin).count();
        fmt::print("  {:14} {:6.1f} ns a comparison, one core\n", name, seconds * 1e9 / static_cast<double>(rounds));
    };
    fmt::print("kernels: names of 4 to 11 letters\n");
    time("Jaro-Winkler", [](auto const & a, auto const & b) { return jaro_winkler(a, b); });
    time("edit distance", [](auto const & a, auto const & b) { return edit_distance(a, b); });
    if (sum < 0) {
        fmt::print("{}", sum); // or nothing of it would be worked out
    }
}

} // namespace

int main(int count, char ** words)
{
    std::filesystem::path const data = count > 1 ? words[1] : "";
    apart(kernels);
    struct Set {
        char const * name;
        char const * file;
        char const * rules;
        char const * truth;
    };
    for (auto const & set : { Set { "FEBRL 1", "febrl/dataset1.csv", "febrl", "rec_id" },
             Set { "FEBRL 3", "febrl/dataset3.csv", "febrl", "rec_id" },
             Set { "fake_1000", "splink/fake_1000.csv", "fake_1000", "cluster" },
             Set { "historical_50k", "splink/historical_50k.csv", "historical_50k", "cluster" } }) {
        if (!std::filesystem::exists(data / set.file)) {
            fmt::print("{}: {} is not there; give the folder of public data\n", set.name, (data / set.file).string());
            continue;
        }
        apart([&] { row(set.name, data / set.file, set.rules, set.truth, true); });
    }
    auto const temporary = std::filesystem::temp_directory_path();
    if (auto const folder = data / "senzing-truthset"; std::filesystem::exists(folder)) {
        auto const file = temporary / fmt::format("truth-set-{}.csv", getpid());
        apart([&] { bench::write_truth_set(folder, file); });
        apart([&] { row("Senzing truth set", file, "senzing", "CLUSTER_ID", true); });
        std::filesystem::remove(file);
    }
    if (auto const file = data / "nomenklatura/cases.csv"; std::filesystem::exists(file)) {
        apart([&] { bench::judge_names(file); });
    }
    for (int i = 2; i < count; ++i) {
        auto const records = std::strtoul(words[i], nullptr, 10);
        auto const file = temporary / fmt::format("people-{}-{}.csv", records, getpid());
        apart([&] { bench::write_people(file, 1, records); });
        apart([&] { row(fmt::format("{} people", records), file, "people", "person", records <= 100'000); });
        std::filesystem::remove(file);
    }
    return 0;
}
