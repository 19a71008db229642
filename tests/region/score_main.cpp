#include "tests/region/score.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace {

using namespace ketensync::region;

constexpr auto usage = "ketensync_region_score --truth=DIR/truth --state=STATE.sqlite [--key=FILE] [--json] [--samples=N]\n"
                       "  Pairwise precision and recall of the daemon's golden records against the truth.\n";

void print_text(Score const & score)
{
    fmt::print("{:<9} precision {:.5f}  recall {:.5f} ({:.5f} within reach)  f1 {:.5f}\n", score.kind,
        score.precision(), score.recall(), score.recall_within_reach(), score.f1());
    fmt::print("          pairs: {} true, {} found, {} right; entities {}, golden {}\n", score.true_pairs,
        score.found_pairs, score.right_pairs, score.entities, score.golden);
    fmt::print(
        "          records: {} published, {} missing, {} unknown\n", score.published, score.missing, score.unknown);
    for (auto const & sample : score.wrongly_joined) {
        fmt::print("          wrongly joined  {}\n", sample);
    }
    for (auto const & sample : score.not_joined) {
        fmt::print("          not joined      {}\n", sample);
    }
}

std::string json(Score const & score)
{
    return fmt::format(
        R"({{"kind":"{}","precision":{:.6f},"recall":{:.6f},"recall_within_reach":{:.6f},"f1":{:.6f},"true_pairs":{},"found_pairs":{},)"
        R"("right_pairs":{},"within_reach":{},"entities":{},"golden":{},"published":{},"missing":{},"unknown":{}}})",
        score.kind, score.precision(), score.recall(), score.recall_within_reach(), score.f1(), score.true_pairs,
        score.found_pairs, score.right_pairs, score.within_reach, score.entities, score.golden, score.published,
        score.missing, score.unknown);
}

} // namespace

int main(int count, char ** arguments)
{
    std::string truth;
    std::string state;
    std::string key;
    std::size_t samples = 0;
    auto as_json = false;
    try {
        for (auto const & argument : std::vector<std::string>(arguments + 1, arguments + count)) {
            if (argument.starts_with("--truth=")) {
                truth = argument.substr(8);
            } else if (argument.starts_with("--state=")) {
                state = argument.substr(8);
            } else if (argument.starts_with("--key=")) {
                key = argument.substr(6);
            } else if (argument.starts_with("--samples=")) {
                samples = std::stoul(argument.substr(10));
            } else if (argument == "--json") {
                as_json = true;
            } else {
                fmt::print(stderr, "{}: no such option\n{}", argument, usage);
                return 64;
            }
        }
        if (truth.empty() || state.empty()) {
            fmt::print(stderr, "{}", usage);
            return 64;
        }
        for (auto const * kind : { "persoon", "deelname" }) {
            auto const score = score_of(kind, truth, state, samples, key);
            if (as_json) {
                fmt::print("{}\n", json(score));
            } else {
                print_text(score);
            }
        }
    } catch (std::exception const & failure) {
        fmt::print(stderr, "ketensync_region_score: {}\n", failure.what());
        return 1;
    }
    return 0;
}
