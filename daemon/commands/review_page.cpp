// Judging pairs on a page.

#include "daemon/commands/review_page.hpp"

#include "daemon/commands/asking.hpp"
#include "daemon/commands/letters_apart.hpp"
#include "daemon/pipeline/review.hpp"
#include "daemon/store/seal.hpp"
#include "daemon/web/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace ketensync::commands {

namespace {

using pipeline::Pair;
using pipeline::Review;
using pipeline::Side;
using settings::Role;
using web::escaped;
using web::Request;
using web::Response;
using web::Tongue;
using web::Visitor;
using web::word;

constexpr auto here = "/beoordelen";
/// How long the list of what waits is worked off before it is made anew.
constexpr std::chrono::minutes list_holds { 5 };
/// One in so many judgements is looked at again by somebody else.
constexpr unsigned one_in = 20;
/// Values that share so much of their letters are alike.
constexpr double alike_from = 0.6;
/// How many of a person's "cannot tell" are remembered.
constexpr std::size_t later_max = 10'000;

using Ids = std::pair<record::RecordId, record::RecordId>;
Ids ids_of(Pair const & pair) { return { pair.a, pair.b }; }

bool now_and_then() { return static_cast<unsigned char>(store::random_bytes().front()) % one_in == 0; }

record::RecordId id_in(std::string const & text)
{
    record::RecordId number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

/// One pair with all that its page shows.
struct Question {
    Pair pair;
    Side a;
    Side b;
    record::Values merged;
};

std::string rows(Question const & question, record::Kind const & kind, Tongue const & say)
{
    std::string html;
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        auto const field = static_cast<record::FieldId>(i);
        auto const left = question.a.values[field], right = question.b.values[field];
        if (left.empty() && right.empty()) {
            continue;
        }
        auto const apart = letters_apart(left, right);
        bool const one_side = left.empty() || right.empty();
        auto const found = one_side ? say("alleen hier") : left == right ? say("gelijk") : apart.alike >= alike_from ? say("lijkt erop") : say("anders");
        auto const cell = [&](std::string_view value, std::string const & marked) {
            return value.empty() ? fmt::format("<span class=\"leeg\">{}</span>", say("leeg")) : one_side ? escaped(value) : marked;
        };
        html += fmt::format("<tr class=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n", left == right ? "gelijk" : "anders",
            escaped(kind.fields[i].name), cell(left, apart.a), cell(right, apart.b), found);
    }
    return html;
}

std::string preview(Question const & question, record::Kind const & kind, Tongue const & say)
{
    auto html = fmt::format("<details><summary>{}</summary>\n<p>{}</p>\n<dl class=\"wordt\">\n", say("Zo wordt het als zij dezelfde zijn"),
        say("{} worden één, met samen {}.", say.counted(question.a.records + question.b.records, word("record"), word("records")),
            say.counted(question.a.referred + question.b.referred, word("gegeven dat ernaar verwijst"), word("gegevens die ernaar verwijzen"))));
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        if (auto const value = question.merged[static_cast<record::FieldId>(i)]; !value.empty()) {
            html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(kind.fields[i].name), escaped(value));
        }
    }
    return html + "</dl></details>\n";
}

std::string_view why(Pair const & pair, Tongue const & say)
{
    return pair.reason == "judged-before" ? say("De gegevens zijn veranderd nadat hierover is geoordeeld.")
                                          : say("Zij lijken op elkaar, maar niet genoeg om zonder u te beslissen.");
}

std::string button(std::string_view what, std::string_view key, std::string_view text)
{
    return fmt::format("<button name=\"wat\" value=\"{}\" accesskey=\"{}\" data-toets=\"{}\"><kbd>{}</kbd> {}</button>\n", what, key, key,
        key == "u" ? "U" : key, text);
}

std::string form(Visitor const & visitor, Pair const * pair, Tongue const & say)
{
    auto html = fmt::format("<form method=\"post\" action=\"{}\" class=\"oordeel\">{}", here, visitor.form_fields);
    if (pair != nullptr) {
        html += fmt::format("<input type=\"hidden\" name=\"a\" value=\"{}\"><input type=\"hidden\" name=\"b\" value=\"{}\">\n", pair->a, pair->b);
        html += button("zelfde", "1", say("Dezelfde")) + button("anders", "2", say("Niet dezelfde")) + button("later", "3", say("Weet ik niet"));
    }
    return html + button("terug", "u", say("Neem mijn laatste oordeel terug")) + "</form>\n";
}

/// What the matcher made of it; names of fields and levels, no values.
std::string evidence(reconcile::Explanation const & explained, Tongue const & say)
{
    auto html = fmt::format("<details open><summary>{}</summary>\n<p lang=\"en\">{}</p>\n<ul>\n", say("Wat de computer ervan vond"), escaped(explained.sentence));
    for (auto const & line : explained.lines) {
        html += fmt::format("<li>{}: {} ({:+.1f})</li>\n", escaped(line.question), escaped(line.answer), line.bits);
    }
    return html + fmt::format("<li>{}</li>\n</ul></details>\n", say("samen {} bits", fmt::format("{:+.1f}", explained.total)));
}

std::string agreement_in_words(golden::SecondLooks::Agreement const & agreement, Tongue const & say)
{
    auto const share = agreement.share();
    auto const kappa = agreement.kappa();
    auto const pairs = static_cast<std::uint64_t>(agreement.pairs());
    auto html = fmt::format("<p class=\"samen\">{} ", say("Een deel wordt dubbel beoordeeld."));
    html += !share ? std::string(say("Dat is nog niet gebeurd."))
                   : say("Van {} vonden twee mensen bij {} % hetzelfde{}.", say.counted(pairs, word("paar"), word("paren")), fmt::format("{:.0f}", *share * 100),
                       kappa ? fmt::format(" (Cohens kappa {:.2f})", *kappa) : std::string());
    return html
        + (agreement.waiting > 0
                ? " " + say("{} op een tweede oordeel.", say.counted(static_cast<std::uint64_t>(agreement.waiting), word("paar wacht"), word("paren wachten")))
                : std::string())
        + "</p>\n";
}

/// What was done last, told on the next page in the language in which that is read.
struct Done {
    enum class What { judged, later, decided_meanwhile, taken_back, nothing_to_take_back } what;
    bool same = false;
    std::optional<reconcile::Explanation> explained {};
};

std::string told(Done const & done, Tongue const & say)
{
    switch (done.what) {
    case Done::What::later:
        return fmt::format("<p>{}</p>\n", say("U laat dit paar liggen; het komt later terug."));
    case Done::What::decided_meanwhile:
        return fmt::format("<p>{}</p>\n", say("Over dit paar is intussen al beslist. Er is niets veranderd."));
    case Done::What::taken_back:
        return fmt::format("<p>{}</p>\n", say("Uw laatste oordeel is teruggenomen. Hier is het paar weer."));
    case Done::What::nothing_to_take_back:
        return fmt::format("<p>{}</p>\n", say("U hebt geen oordeel dat nog geldt."));
    case Done::What::judged:
        break;
    }
    return fmt::format("<p>{}</p>\n", done.same ? say("Vastgelegd: dezelfde.") : say("Vastgelegd: niet dezelfde."))
        + (done.explained ? evidence(*done.explained, say) : std::string());
}

class Pages {
public:
    Pages(pipeline::Daemon & daemon, std::function<bool()> once_more)
        : m_daemon(daemon), m_once_more(once_more ? std::move(once_more) : now_and_then)
    {
    }

    Response show(Asking const & asking) { return asking.request.posted ? take(asking) : ask(asking); }

private:
    Response ask(Asking const & asking)
    {
        auto const & visitor = asking.visitor;
        auto const & say = asking.say;
        std::optional<Question> question;
        golden::SecondLooks::Agreement agreement;
        auto const found = at_desk([&](Review & review) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(agreement, review.agreement());
            KETENSYNC_TRY_ASSIGN(auto pair, next(review, visitor.name));
            if (!pair) {
                return {};
            }
            KETENSYNC_TRY_ASSIGN(auto a, review.side(pair->a));
            KETENSYNC_TRY_ASSIGN(auto b, review.side(pair->b));
            KETENSYNC_TRY_ASSIGN(auto merged, review.merged(*pair));
            question.emplace(Question { std::move(*pair), std::move(a), std::move(b), std::move(merged) });
            return {};
        });
        if (!found) {
            return asking.wrong(found.error());
        }
        auto body = said(asking);
        if (!question) {
            body += fmt::format("<p>{}</p>\n", m_later[visitor.name].empty() ? say("Er is niets te beoordelen.") : say("Er is niets meer te beoordelen dan wat u liet liggen."));
            m_later.erase(visitor.name);
        } else {
            auto const & pair = question->pair;
            auto const & kind = m_daemon.plan()->schema->kinds[pair.kind];
            body += fmt::format("<p>{} {} {}</p>\n", say("Zijn dit dezelfde?"), why(pair, say), say("Nog {}.", say.counted(m_waiting.size(), word("paar"), word("paren"))));
            if (pair.before) {
                body += fmt::format("<p>{}</p>\n", say("Eerder: {}, door {}, op {}.", pair.before->same ? say("dezelfde") : say("niet dezelfde"),
                    escaped(pair.before->who), to_text(pair.before->at).substr(0, 10)));
            }
            body += fmt::format("<div class=\"paar\">\n{}</div>\n",
                web::table("paar", kind.name, { { say("Veld") }, { question->a.source }, { question->b.source }, { say("Vergeleken") } }, rows(*question, kind, say)));
            body += preview(*question, kind, say);
        }
        body += form(visitor, question ? &question->pair : nullptr, say);
        return asking.page(say("Beoordelen"), body + agreement_in_words(agreement, say));
    }

    Response take(Asking const & asking)
    {
        auto const & visitor = asking.visitor;
        auto const & request = asking.request;
        auto const & say = asking.say;
        auto const what = request.value("wat");
        auto const first = id_in(request.value("a")), second = id_in(request.value("b"));
        Ids const asked = std::minmax(first, second);
        bool const back = what == "terug";
        if (!back && (asked.first == 0 || asked.first == asked.second || (what != "zelfde" && what != "anders" && what != "later"))) {
            return asking.page(say("Dat lukte niet"), fmt::format("<p>{} {}</p>\n", say("Dit formulier is niet volledig."), say("Er is niets gedaan.")), 400);
        }
        if (what == "later") {
            auto & later = m_later[visitor.name];
            if (later.size() >= later_max) {
                later.clear();
            }
            later.insert(asked);
            m_said[visitor.name] = Done { Done::What::later };
        } else {
            auto const & who = visitor.name;
            auto const done = at_desk([&](Review & review) { return back ? take_back(review, who) : judge(review, who, asked, what == "zelfde"); });
            if (!done) {
                return asking.wrong(done.error());
            }
        }
        return { 303, "text/plain; charset=utf-8", "", { { "Location", here } } };
    }

    Result<void> judge(Review & review, std::string const & who, Ids asked, bool same)
    {
        auto & said = m_said[who];
        said.reset();
        KETENSYNC_TRY_ASSIGN(auto const again, review.again(who));
        if (again && ids_of(*again) == asked) {
            KETENSYNC_TRY_ASSIGN(auto const explained, review.explain(*again));
            KETENSYNC_TRY_ASSIGN(bool const counts, review.judge_again(*again, same, who));
            if (counts) {
                said = Done { Done::What::judged, same, explained };
            }
            return {};
        }
        KETENSYNC_TRY(fill(review));
        auto const pair = std::ranges::find(m_waiting, asked, ids_of);
        bool waits = false;
        if (pair != m_waiting.end()) {
            KETENSYNC_TRY_ASSIGN(waits, review.waits(*pair));
        }
        if (!waits) {
            said = Done { Done::What::decided_meanwhile };
            return {};
        }
        auto const judged = *pair;
        KETENSYNC_TRY_ASSIGN(auto const explained, review.explain(judged));
        KETENSYNC_TRY(review.judge(judged, same, who));
        m_waiting.erase(pair);
        said = Done { Done::What::judged, same, explained };
        return m_once_more() ? review.ask_again(judged, same, who) : Result<void>();
    }

    Result<void> take_back(Review & review, std::string const & who)
    {
        KETENSYNC_TRY_ASSIGN(auto const undone, review.undo(who, true));
        m_said[who] = Done { undone ? Done::What::taken_back : Done::What::nothing_to_take_back };
        if (undone) {
            KETENSYNC_TRY(read(review));
            m_later[who].erase({ undone->a, undone->b });
            auto const pair = std::ranges::find(m_waiting, Ids(undone->a, undone->b), ids_of);
            if (pair != m_waiting.end()) {
                std::rotate(m_waiting.begin(), pair, pair + 1);
            }
        }
        return {};
    }

    /// What `who` is asked now: first what waits for a second look of somebody else.
    Result<std::optional<Pair>> next(Review & review, std::string const & who)
    {
        auto const & later = m_later[who];
        KETENSYNC_TRY_ASSIGN(auto again, review.again(who));
        if (again && !later.contains(ids_of(*again))) {
            return again;
        }
        KETENSYNC_TRY(fill(review));
        for (auto pair = m_waiting.begin(); pair != m_waiting.end();) {
            if (later.contains(ids_of(*pair))) {
                ++pair;
                continue;
            }
            KETENSYNC_TRY_ASSIGN(bool const waits, review.waits(*pair));
            if (waits) {
                return std::optional(*pair);
            }
            pair = m_waiting.erase(pair); // settled by another judgement, or by its source
        }
        return std::optional<Pair>();
    }

    Result<void> fill(Review & review)
    {
        bool const old = m_daemon.clock().monotonic() - m_read > list_holds || m_waiting.empty();
        return old ? read(review) : Result<void>();
    }

    Result<void> read(Review & review)
    {
        KETENSYNC_TRY_ASSIGN(m_waiting, review.pairs());
        m_read = m_daemon.clock().monotonic();
        return {};
    }

    /// What came of the last act, once.
    std::string said(Asking const & asking)
    {
        auto const found = m_said.extract(asking.visitor.name);
        return found.empty() || !found.mapped() ? std::string()
                                                : fmt::format("<div role=\"status\" class=\"melding\">\n{}</div>\n", told(*found.mapped(), asking.say));
    }

    Result<void> at_desk(std::function<Result<void>(Review &)> const & work)
    {
        return m_daemon.at_bench([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto review, Review::open(bench, m_daemon.clock()));
            return work(review);
        });
    }

    pipeline::Daemon & m_daemon;
    std::function<bool()> m_once_more;
    std::vector<Pair> m_waiting;       ///< in order; some of it may be settled by now
    std::chrono::milliseconds m_read { 0 }; ///< monotonic, when that was
    std::map<std::string, std::set<Ids>, std::less<>> m_later; ///< by user
    std::map<std::string, std::optional<Done>, std::less<>> m_said; ///< by user
};

}

std::vector<web::Route> review_pages(pipeline::Daemon & daemon, web::Door const & door, std::function<bool()> once_more)
{
    auto const pages = std::make_shared<Pages>(daemon, std::move(once_more));
    return { door.guarded(here, false, Role::review, true,
        [pages](Visitor const & visitor, Request const & request) { return pages->show({ visitor, request, here, "/toetsen.js" }); }) };
}

}
