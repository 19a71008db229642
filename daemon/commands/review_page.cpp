// Judging pairs on a page. What an operator reads here is Dutch.

#include "daemon/commands/review_page.hpp"

#include "daemon/commands/letters_apart.hpp"
#include "daemon/pipeline/review.hpp"
#include "daemon/store/seal.hpp"
#include "daemon/web/page.hpp"

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
using web::counted;
using web::escaped;
using web::Request;
using web::Response;
using web::Visitor;

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

std::string rows(Question const & question, record::Kind const & kind)
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
        auto const word = one_side ? "alleen hier" : left == right ? "gelijk" : apart.alike >= alike_from ? "lijkt erop" : "anders";
        auto const cell = [&](std::string_view value, std::string const & marked) {
            return value.empty() ? std::string("<span class=\"leeg\">leeg</span>") : one_side ? escaped(value) : marked;
        };
        html += fmt::format("<tr class=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n", left == right ? "gelijk" : "anders",
            escaped(kind.fields[i].name), cell(left, apart.a), cell(right, apart.b), word);
    }
    return html;
}

std::string preview(Question const & question, record::Kind const & kind)
{
    auto html = fmt::format("<details><summary>Zo wordt het als zij dezelfde zijn</summary>\n<p>{} worden één, met samen {}.</p>\n<dl class=\"wordt\">\n",
        counted(static_cast<std::int64_t>(question.a.records + question.b.records), "record", "records"),
        counted(static_cast<std::int64_t>(question.a.referred + question.b.referred), "gegeven dat ernaar verwijst", "gegevens die ernaar verwijzen"));
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        if (auto const value = question.merged[static_cast<record::FieldId>(i)]; !value.empty()) {
            html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(kind.fields[i].name), escaped(value));
        }
    }
    return html + "</dl></details>\n";
}

std::string_view why(Pair const & pair)
{
    return pair.reason == "judged-before" ? "De gegevens zijn veranderd nadat hierover is geoordeeld."
                                          : "Zij lijken op elkaar, maar niet genoeg om zonder u te beslissen.";
}

std::string button(std::string_view what, std::string_view key, std::string_view text)
{
    return fmt::format("<button name=\"wat\" value=\"{}\" accesskey=\"{}\" data-toets=\"{}\"><kbd>{}</kbd> {}</button>\n", what, key, key,
        key == "u" ? "U" : key, text);
}

std::string form(Visitor const & visitor, Pair const * pair)
{
    auto html = fmt::format("<form method=\"post\" action=\"{}\" class=\"oordeel\">{}", here, visitor.form_fields);
    if (pair != nullptr) {
        html += fmt::format("<input type=\"hidden\" name=\"a\" value=\"{}\"><input type=\"hidden\" name=\"b\" value=\"{}\">\n", pair->a, pair->b);
        html += button("zelfde", "1", "Dezelfde") + button("anders", "2", "Niet dezelfde") + button("later", "3", "Weet ik niet");
    }
    return html + button("terug", "u", "Neem mijn laatste oordeel terug") + "</form>\n";
}

/// What the matcher made of it; names of fields and levels, no values.
std::string evidence(reconcile::Explanation const & explained)
{
    auto html = fmt::format("<details open><summary>Wat de computer ervan vond</summary>\n<p>{}</p>\n<ul>\n", escaped(explained.sentence));
    for (auto const & line : explained.lines) {
        html += fmt::format("<li>{}: {} ({:+.1f})</li>\n", escaped(line.question), escaped(line.answer), line.bits);
    }
    return html + fmt::format("<li>samen {:+.1f} bits</li>\n</ul></details>\n", explained.total);
}

std::string agreement_in_words(golden::SecondLooks::Agreement const & agreement)
{
    auto const share = agreement.share();
    auto const kappa = agreement.kappa();
    auto html = fmt::format("<p class=\"samen\">Een deel wordt dubbel beoordeeld. {}", !share
            ? std::string("Dat is nog niet gebeurd.")
            : fmt::format("Van {} vonden twee mensen bij {:.0f} % hetzelfde{}.", counted(agreement.pairs(), "paar", "paren"), *share * 100,
                  kappa ? fmt::format(" (Cohens kappa {:.2f})", *kappa) : std::string()));
    return html + (agreement.waiting > 0 ? fmt::format(" {} op een tweede oordeel.", counted(agreement.waiting, "paar wacht", "paren wachten")) : std::string())
        + "</p>\n";
}

class Pages {
public:
    Pages(pipeline::Daemon & daemon, std::function<bool()> once_more)
        : m_daemon(daemon), m_once_more(once_more ? std::move(once_more) : now_and_then)
    {
    }

    Response show(Visitor const & visitor, Request const & request)
    {
        return request.posted ? take(visitor, request) : ask(visitor);
    }

private:
    Response ask(Visitor const & visitor)
    {
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
            return wrong(visitor, found.error());
        }
        auto body = said(visitor);
        if (!question) {
            body += fmt::format("<p>{}</p>\n", m_later[visitor.name].empty() ? "Er is niets te beoordelen." : "Er is niets meer te beoordelen dan wat u liet liggen.");
            m_later.erase(visitor.name);
        } else {
            auto const & pair = question->pair;
            auto const & kind = m_daemon.plan()->schema->kinds[pair.kind];
            body += fmt::format("<p>Zijn dit dezelfde? {} Nog {}.</p>\n", why(pair), counted(static_cast<std::int64_t>(m_waiting.size()), "paar", "paren"));
            if (pair.before) {
                body += fmt::format("<p>Eerder: {}, door {}, op {}.</p>\n", pair.before->same ? "dezelfde" : "niet dezelfde", escaped(pair.before->who),
                    to_text(pair.before->at).substr(0, 10));
            }
            body += fmt::format("<div class=\"breed\" role=\"region\" tabindex=\"0\" aria-labelledby=\"paar\">\n<table class=\"paar\">\n<caption id=\"paar\">{}</caption>\n<thead><tr><th "
                                "scope=\"col\">Veld</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">Vergeleken</th></tr></thead>\n<tbody>\n{}</tbody>\n</table>\n</div>\n",
                escaped(kind.name), escaped(question->a.source), escaped(question->b.source), rows(*question, kind));
            body += preview(*question, kind);
        }
        body += form(visitor, question ? &question->pair : nullptr);
        return framed(visitor, "Beoordelen", body + agreement_in_words(agreement));
    }

    Response take(Visitor const & visitor, Request const & request)
    {
        auto const what = request.value("wat");
        auto const first = id_in(request.value("a")), second = id_in(request.value("b"));
        Ids const asked = std::minmax(first, second);
        bool const back = what == "terug";
        if (!back && (asked.first == 0 || asked.first == asked.second || (what != "zelfde" && what != "anders" && what != "later"))) {
            return framed(visitor, "Dat lukte niet", "<p>Dit formulier is niet volledig. Er is niets gedaan.</p>\n", 400);
        }
        if (what == "later") {
            auto & later = m_later[visitor.name];
            if (later.size() >= later_max) {
                later.clear();
            }
            later.insert(asked);
            m_said[visitor.name] = "<p>U laat dit paar liggen; het komt later terug.</p>\n";
        } else {
            auto const done = at_desk([&](Review & review) { return back ? take_back(review, visitor.name) : judge(review, visitor.name, asked, what == "zelfde"); });
            if (!done) {
                return wrong(visitor, done.error());
            }
        }
        return { 303, "text/plain; charset=utf-8", "", { { "Location", here } } };
    }

    Result<void> judge(Review & review, std::string const & who, Ids asked, bool same)
    {
        auto & said = m_said[who];
        said.clear();
        KETENSYNC_TRY_ASSIGN(auto const again, review.again(who));
        if (again && ids_of(*again) == asked) {
            KETENSYNC_TRY_ASSIGN(auto const explained, review.explain(*again));
            KETENSYNC_TRY_ASSIGN(bool const counts, review.judge_again(*again, same, who));
            said = counts ? told(same, explained) : said;
            return {};
        }
        KETENSYNC_TRY(fill(review));
        auto const pair = std::ranges::find(m_waiting, asked, ids_of);
        bool waits = false;
        if (pair != m_waiting.end()) {
            KETENSYNC_TRY_ASSIGN(waits, review.waits(*pair));
        }
        if (!waits) {
            said = "<p>Over dit paar is intussen al beslist. Er is niets veranderd.</p>\n";
            return {};
        }
        auto const judged = *pair;
        KETENSYNC_TRY_ASSIGN(auto const explained, review.explain(judged));
        KETENSYNC_TRY(review.judge(judged, same, who));
        m_waiting.erase(pair);
        said = told(same, explained);
        return m_once_more() ? review.ask_again(judged, same, who) : Result<void>();
    }

    Result<void> take_back(Review & review, std::string const & who)
    {
        KETENSYNC_TRY_ASSIGN(auto const undone, review.undo(who, true));
        m_said[who] = undone ? "<p>Uw laatste oordeel is teruggenomen. Hier is het paar weer.</p>\n" : "<p>U hebt geen oordeel dat nog geldt.</p>\n";
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

    static std::string told(bool same, std::optional<reconcile::Explanation> const & explained)
    {
        return fmt::format("<p>Vastgelegd: {}.</p>\n{}", same ? "dezelfde" : "niet dezelfde", explained ? evidence(*explained) : std::string());
    }

    /// What came of the last act, once.
    std::string said(Visitor const & visitor)
    {
        auto const found = m_said.extract(visitor.name);
        return found.empty() || found.mapped().empty() ? std::string() : fmt::format("<div role=\"status\" class=\"melding\">\n{}</div>\n", found.mapped());
    }

    Result<void> at_desk(std::function<Result<void>(Review &)> const & work)
    {
        return m_daemon.at_bench([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto review, Review::open(bench, m_daemon.clock()));
            return work(review);
        });
    }

    static Response framed(Visitor const & visitor, std::string title, std::string const & body, int status = 200)
    {
        return web::page({ .title = std::move(title), .path = here, .version = KETENSYNC_VERSION, .user = visitor.name, .script = "/toetsen.js" }, body, status);
    }

    static Response wrong(Visitor const & visitor, Error const & error)
    {
        bool const busy = error.failure == Failure::busy || error.failure == Failure::unavailable;
        return framed(visitor, "Dat lukte niet", fmt::format("<p>{}</p>\n<p><small>{}</small></p>\n",
            busy ? "De dienst heeft nu geen tijd. Probeer het zo nog eens." : "Er ging iets mis. Kijk in het logboek van de dienst.", escaped(error.what)),
            busy ? 503 : 500);
    }

    pipeline::Daemon & m_daemon;
    std::function<bool()> m_once_more;
    std::vector<Pair> m_waiting;       ///< in order; some of it may be settled by now
    std::chrono::milliseconds m_read { 0 }; ///< monotonic, when that was
    std::map<std::string, std::set<Ids>, std::less<>> m_later; ///< by user
    std::map<std::string, std::string, std::less<>> m_said;    ///< by user, HTML
};

}

std::vector<web::Route> review_pages(pipeline::Daemon & daemon, web::Door const & door, std::function<bool()> once_more)
{
    auto const pages = std::make_shared<Pages>(daemon, std::move(once_more));
    return { door.guarded(here, false, Role::review, true,
        [pages](Visitor const & visitor, Request const & request) { return pages->show(visitor, request); }) };
}

}
