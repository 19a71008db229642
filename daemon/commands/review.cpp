// Judging pairs at a terminal. What an operator reads here is Dutch; what programs read is not.

#include "daemon/pipeline/review.hpp"
#include "daemon/commands/desk.hpp"
#include "daemon/commands/reading.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <istream>
#include <optional>

#include <pwd.h>
#include <unistd.h>

namespace ketensync::commands {

namespace {

using pipeline::Pair;
using pipeline::Review;
using pipeline::Side;

/// Who judges: the user who logged in, also behind sudo.
std::string judge_name()
{
    if (char const * const name = std::getenv("SUDO_USER"); name != nullptr && *name != '\0') {
        return name;
    }
    passwd const * const user = getpwuid(getuid());
    return user == nullptr ? std::to_string(getuid()) : std::string(user->pw_name);
}

std::string why(Pair const & pair)
{
    if (pair.reason == "score") {
        return "Zij lijken op elkaar, maar niet genoeg om zonder u te beslissen.";
    }
    if (pair.reason == "judged-before") {
        return "De gegevens zijn veranderd nadat hierover is geoordeeld.";
    }
    return fmt::format("Reden van de vraag: {}.", pair.reason);
}

std::string number_of(std::size_t count, std::string_view one, std::string_view more)
{
    return fmt::format("{} {}", count, count == 1 ? one : more);
}

void show_pair(Pair const & pair, std::size_t number, std::size_t count, Side const & a, Side const & b,
    record::Kind const & kind, std::ostream & out)
{
    constexpr std::size_t names = 24;
    constexpr std::size_t column = 30;
    out << fmt::format("\nPaar {} van {}: {}\n{}\n", number, count, kind.name, why(pair));
    if (pair.before) {
        out << fmt::format("Eerder: {}, door {}, op {}.\n", pair.before->same ? "dezelfde" : "verschillend", pair.before->who,
            to_text(pair.before->at).substr(0, 10));
    }
    out << '\n' << padded("", names) << padded(a.source, column) << b.source << '\n';
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        auto const field = static_cast<record::FieldId>(i);
        auto const left = a.values[field];
        auto const right = b.values[field];
        if (left.empty() && right.empty()) {
            continue;
        }
        out << padded(kind.fields[i].name, names) << padded(left.empty() ? "-" : left, column)
            << (right.empty() ? "-" : right) << (left.empty() || right.empty() || left == right ? "" : "   *") << '\n';
    }
    out << fmt::format("\nGelijk: {} worden één, met samen {}.\n", number_of(a.records + b.records, "record", "records"),
        number_of(a.referred + b.referred, "gegeven dat ernaar verwijst", "gegevens die ernaar verwijzen"));
}

/// What the operator asks for.
enum class Answer { same, different, later, undo, stop, unclear };

Answer read_answer(std::istream & in)
{
    std::string line;
    if (!std::getline(in, line)) {
        return Answer::stop;
    }
    auto const is = [&line](std::string_view word) { return line == word || line == word.substr(0, 1); };
    return is("gelijk") ? Answer::same
        : is("verschillend") ? Answer::different
        : is("later")        ? Answer::later
        : is("terug")        ? Answer::undo
        : is("stop")         ? Answer::stop
                             : Answer::unclear;
}

/// What a session did.
struct Done {
    std::size_t judged = 0;
    std::size_t taken_back = 0;
};

/// Each step is taken at the desk by itself: a person thinks as long as he likes, and the service works on meanwhile.
struct Steps {
    Desk & desk;
    Clock const & clock;

    template <typename T>
    Result<T> take(std::function<Result<T>(Review & review)> const & step)
    {
        std::optional<T> found;
        auto const taken = desk.at([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto review, Review::open(bench, clock));
            KETENSYNC_TRY_ASSIGN(found, step(review));
            return {};
        });
        KETENSYNC_TRY(taken);
        return std::move(*found);
    }
    Result<std::vector<Pair>> pairs() { return take<std::vector<Pair>>([](Review & review) { return review.pairs(); }); }
    Result<Side> side(record::RecordId record) { return take<Side>([record](Review & review) { return review.side(record); }); }
};

Result<void> ask(Steps & review, record::Schema const & schema, std::ostream & out, std::istream & in, Done & done)
{
    auto const who = review.desk.who().empty() ? judge_name() : review.desk.who();
    KETENSYNC_TRY_ASSIGN(auto pairs, review.pairs());
    for (std::size_t at = 0; at < pairs.size();) {
        auto const & pair = pairs[at];
        KETENSYNC_TRY_ASSIGN(auto const a, review.side(pair.a));
        KETENSYNC_TRY_ASSIGN(auto const b, review.side(pair.b));
        show_pair(pair, at + 1, pairs.size(), a, b, schema.kinds[pair.kind], out);
        out << "[g]elijk  [v]erschillend  [l]ater  [t]erug  [s]top > " << std::flush;
        auto const answer = read_answer(in);
        out << '\n';
        switch (answer) {
        case Answer::same:
        case Answer::different: {
            using Explained = std::optional<reconcile::Explanation>;
            auto const judged = review.take<Explained>([&](Review & step) -> Result<Explained> {
                KETENSYNC_TRY_ASSIGN(auto found, step.explain(pair));
                KETENSYNC_TRY(step.judge(pair, answer == Answer::same, who));
                return found;
            });
            KETENSYNC_TRY_ASSIGN(auto const explained, judged);
            ++done.judged;
            out << "Vastgelegd.\n";
            if (explained) {
                show(*explained, out); // only now: before, it would lead
            }
            // Judging one pair may settle others.
            KETENSYNC_TRY_ASSIGN(auto now, review.pairs());
            auto const skipped = static_cast<std::ptrdiff_t>(at);
            std::vector<Pair> later(pairs.begin(), pairs.begin() + skipped);
            std::erase_if(now, [&later](Pair const & each) {
                return std::ranges::any_of(later, [&each](Pair const & known) { return known.a == each.a && known.b == each.b; });
            });
            later.insert(later.end(), now.begin(), now.end());
            pairs = std::move(later);
            break;
        }
        case Answer::later: ++at; break;
        case Answer::undo: {
            using Undone = std::optional<golden::Judged>;
            KETENSYNC_TRY_ASSIGN(auto const undone, review.take<Undone>([&who](Review & step) { return step.undo(who); }));
            done.taken_back += undone ? 1U : 0U;
            out << (undone ? "Het laatste oordeel is teruggenomen.\n" : "Er is geen oordeel om terug te nemen.\n");
            KETENSYNC_TRY_ASSIGN(pairs, review.pairs());
            at = 0;
            break;
        }
        case Answer::stop: return {};
        case Answer::unclear: out << "Kies g, v, l, t of s.\n"; break;
        }
    }
    return {};
}

/// Without what the records say: for counting and ordering elsewhere.
Result<void> list(Steps & review, record::Schema const & schema, std::ostream & out)
{
    KETENSYNC_TRY_ASSIGN(auto const pairs, review.pairs());
    for (auto const & pair : pairs) {
        out << nlohmann::ordered_json({ { "type", "pair" }, { "a", pair.a }, { "b", pair.b },
                   { "kind", schema.kinds[pair.kind].name }, { "reason", pair.reason }, { "effect", pair.effect },
                   { "judged_before", pair.before.has_value() } })
                   .dump()
            << '\n';
    }
    return {};
}

}

int review(Options const & options, Streams const & streams)
{
    int code = 0;
    auto const plan = read_plan(options, streams, code);
    if (!plan) {
        return code;
    }
    SystemClock const clock;
    Done did;
    auto const done = [&]() -> Result<void> {
        KETENSYNC_TRY_ASSIGN(auto desk, Desk::open(options, plan, clock));
        Steps steps { desk, clock };
        if (options.json) {
            return list(steps, *plan->schema, streams.out);
        }
        KETENSYNC_TRY(ask(steps, *plan->schema, streams.out, streams.in, did));
        return desk.leave();
    }();
    if (!done) {
        return tell(done.error(), streams);
    }
    if (!options.json) {
        streams.out << fmt::format("\n{} beoordeeld.\n", number_of(did.judged, "paar", "paren"));
    }
    return did.judged + did.taken_back == 0 ? 0 : publish(options, streams);
}

}
