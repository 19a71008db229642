// What was set aside, on a page. What an operator reads here is Dutch.

#include "daemon/commands/quarantine_page.hpp"

#include "daemon/commands/set_aside.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/web/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::commands {

namespace {

using landing::Quarantine;
using settings::Role;
using web::counted;
using web::escaped;
using web::Request;
using web::Response;
using web::Visitor;

constexpr std::uint64_t rows_max = 50;        ///< records on one page
constexpr std::size_t groups_max = 500;       ///< on one page
constexpr std::uint64_t retried_max = 1'000;  ///< at once: the service works on meanwhile
constexpr std::size_t why_bytes_max = 200;
constexpr std::size_t shown_bytes_max = 64U << 10;
constexpr auto here = "/quarantaine";

std::int64_t number_in(std::string const & text)
{
    std::int64_t number = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : 0;
}

/// As it may stand in the query of an address.
std::string in_query(std::string_view text)
{
    std::string result;
    for (char const letter : text) {
        bool const plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') || letter == '-';
        result += plain ? std::string(1, letter) : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
    }
    return result;
}

Response framed(Visitor const & visitor, std::string title, std::string const & body, int status = 200)
{
    return web::page({ .title = std::move(title), .path = here, .version = KETENSYNC_VERSION, .user = visitor.name }, body, status);
}

Response wrong(Visitor const & visitor, Error const & error)
{
    bool const busy = error.failure == Failure::busy || error.failure == Failure::unavailable;
    auto answer = framed(visitor, "Dat lukte niet",
        fmt::format("<p>{}</p>\n<p><small>{}</small></p>\n<p><a href=\"{}\">Terug naar de lijst</a></p>\n",
            busy ? "De dienst heeft nu geen tijd. Probeer het zo nog eens." : "Er ging iets mis. Kijk in het logboek van de dienst.",
            escaped(error.what), here),
        busy ? 503 : 500);
    if (busy) {
        answer.headers.emplace_back("Retry-After", "5");
    }
    return answer;
}

Response refused(Visitor const & visitor, std::string_view sentence)
{
    return framed(visitor, "Dat lukte niet", fmt::format("<p>{} Er is niets gedaan.</p>\n", sentence), 400);
}

/// Which group a request is about.
Quarantine::Selection group_of(Request const & request)
{
    Quarantine::Selection group;
    group.source = request.value("bron");
    group.feed = request.value("gegevens");
    group.reason = request.value("reden");
    return group;
}

std::string address_of(Quarantine::Selection const & group, std::string_view more = {})
{
    return fmt::format("{}/groep?bron={}&gegevens={}&reden={}{}", here, in_query(group.source), in_query(group.feed), in_query(group.reason), more);
}

std::string hidden(std::string_view name, std::string_view value)
{
    return fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">", name, escaped(value));
}

class Pages {
public:
    explicit Pages(pipeline::Daemon & daemon) : m_daemon(daemon) { }

    Response groups(Visitor const & visitor, Request const &) const
    {
        std::vector<Quarantine::Count> counts;
        auto const read = look([&](Quarantine & quarantine) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(counts, quarantine.counts());
            return {};
        });
        if (!read) {
            return wrong(visitor, read.error());
        }
        if (counts.empty()) {
            return framed(visitor, "Apart gezet", "<p>Er is niets apart gezet.</p>\n");
        }
        std::int64_t all = 0;
        for (auto const & count : counts) {
            all += count.items;
        }
        std::string body = fmt::format("<p>{} apart gezet: daar klopt iets niet aan. Los het op bij de bron, of in de regels voor die "
                                       "bron. Probeer ze daarna opnieuw.</p>\n",
            counted(all, "gegeven is", "gegevens zijn"));
        body += "<div class=\"breed\" role=\"region\" tabindex=\"0\" aria-labelledby=\"groepen\">\n<table>\n<caption id=\"groepen\">Per "
                "bron en reden</caption>\n<thead><tr><th scope=\"col\">Bron</th><th scope=\"col\">Gegevens</th><th scope=\"col\">Reden</th>"
                "<th scope=\"col\">Aantal</th><th scope=\"col\">Oudste</th></tr></thead>\n<tbody>\n";
        auto const now = m_daemon.clock().now();
        for (std::size_t i = 0; i < std::min(counts.size(), groups_max); ++i) {
            auto const & count = counts[i];
            Quarantine::Selection group { count.source, count.reason, std::nullopt, count.feed };
            body += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td><a href=\"{}\">{}</a></td><td class=\"getal\">{}</td><td>{}</td></tr>\n",
                escaped(title_of(count.source)), escaped(count.feed), escaped(address_of(group)), escaped(count.reason), count.items,
                web::moment(count.oldest, now));
        }
        body += "</tbody>\n</table>\n</div>\n";
        if (counts.size() > groups_max) {
            body += fmt::format("<p>Er zijn nog {} groepen meer.</p>\n", counts.size() - groups_max);
        }
        return framed(visitor, "Apart gezet", body);
    }

    Response group(Visitor const & visitor, Request const & request) const
    {
        auto group = group_of(request);
        std::vector<Quarantine::Item> items;
        std::int64_t count = 0;
        auto const read = look([&](Quarantine & quarantine) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto const counts, quarantine.counts());
            for (auto const & each : counts) {
                count += each.source == group.source && each.feed == group.feed && each.reason == group.reason ? each.items : 0;
            }
            if (count > 0) {
                group.after = std::max<std::int64_t>(number_in(request.value("na")), 0);
                group.at_most = rows_max;
                KETENSYNC_TRY_ASSIGN(items, quarantine.list(group));
            }
            return {};
        });
        if (!read) {
            return wrong(visitor, read.error());
        }
        std::string body = done(request);
        if (count == 0) {
            return framed(visitor, "Apart gezet", body + fmt::format("<p>In deze groep staat niets meer.</p>\n<p><a href=\"{}\">Terug naar de lijst</a></p>\n", here));
        }
        body += fmt::format("<p>{}: {}. Hier staat niet wat erin staat, alleen wat eraan mankeert.</p>\n",
            escaped(title_of(group.source) + ", " + group.feed + ", " + group.reason), counted(count, "gegeven", "gegevens"));
        if (visitor.may(Role::operate)) {
            auto const tried = std::min<std::int64_t>(count, retried_max);
            body += form(visitor, group, 0, count,
                fmt::format("De hele groep ({})", counted(count, "gegeven", "gegevens")),
                tried < count ? fmt::format("De oudste {} opnieuw proberen", tried) : std::string("Alles opnieuw proberen"), "Alles weggooien");
        }
        body += "<ol class=\"lijst\">\n";
        auto const now = m_daemon.clock().now();
        for (auto const & item : items) {
            body += fmt::format("<li id=\"n{0}\"><h2>Nummer {0}</h2>\n<p>{1}<br><small>{2}</small><br>Apart gezet {3}, {4} geprobeerd.</p>\n", item.id,
                escaped(item.detail), escaped(item.where), web::moment(item.first_seen, now), counted(item.tries, "keer", "keer"));
            if (visitor.may(Role::review)) {
                body += fmt::format("<form method=\"post\" action=\"{}/bekijk\">{}{}<button>Bekijk nummer {}</button> <small>Dat u kijkt, wordt vastgelegd.</small></form>\n",
                    here, visitor.form_fields, hidden("id", std::to_string(item.id)), item.id);
            }
            if (visitor.may(Role::operate)) {
                body += form(visitor, group, item.id, 1, fmt::format("Alleen nummer {}", item.id), "Opnieuw proberen", "Weggooien");
            }
            body += "</li>\n";
        }
        body += "</ol>\n";
        if (items.size() == rows_max) {
            body += fmt::format("<p><a href=\"{}\">Volgende {}</a></p>\n", escaped(address_of(group, fmt::format("&na={}", items.back().id))), rows_max);
        }
        return framed(visitor, "Apart gezet", body + fmt::format("<p><a href=\"{}\">Terug naar de lijst</a></p>\n", here));
    }

    Response act(Visitor const & visitor, Request const & request) const
    {
        auto group = group_of(request);
        auto const what = request.value("wat");
        auto const why = request.value("waarom");
        auto const id = number_in(request.value("id"));
        auto const count = number_in(request.value("aantal"));
        if (!request.posted || (what != "opnieuw" && what != "weg") || group.source.empty() || group.feed.empty() || group.reason.empty()
            || id < 0 || count <= 0) {
            return refused(visitor, "Dit formulier is niet volledig.");
        }
        if (why.empty() || why.size() > why_bytes_max || std::ranges::any_of(why, [](unsigned char letter) { return letter < 0x20; })) {
            return refused(visitor, "Zeg in een korte zin waarom, zonder persoonsgegevens.");
        }
        bool const again = what == "opnieuw";
        auto selection = group;
        // No more than was seen: what came since stays.
        selection.at_most = static_cast<std::uint64_t>(again ? std::min<std::int64_t>(count, retried_max) : count);
        if (id > 0) {
            selection.id = id;
        }
        Service const service { m_daemon, visitor.name, [] { return false; } };
        auto const changed = change_set_aside(service, again ? QuarantineAction::retry : QuarantineAction::drop, { selection }, why);
        if (!changed) {
            return wrong(visitor, changed.error());
        }
        if (auto const digested = wait_digested(service); !digested) {
            return wrong(visitor, digested.error());
        }
        return { 303, "text/plain; charset=utf-8", "", { { "Location", address_of(group, fmt::format("&gedaan={}&hoeveel={}", what, *changed)) } } };
    }

    Response see(Visitor const & visitor, Request const & request) const
    {
        auto const id = number_in(request.value("id"));
        if (!request.posted || id <= 0) {
            return refused(visitor, "Dit formulier is niet volledig.");
        }
        std::vector<Quarantine::Item> items;
        std::optional<std::string> raw;
        // Before anything is shown: what cannot be accounted for does not happen.
        auto const seen = m_daemon.at_bench([&](pipeline::Bench & bench) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(auto quarantine, Quarantine::open(bench.state));
            KETENSYNC_TRY_ASSIGN(items, quarantine.list({ {}, {}, id, {} }));
            if (items.empty()) {
                return {};
            }
            KETENSYNC_TRY_ASSIGN(raw, quarantine.raw(id));
            KETENSYNC_TRY_ASSIGN(auto transaction, store::Transaction::begin(bench.state));
            KETENSYNC_TRY(pipeline::Audit::append(bench.state, m_daemon.clock().now(), "quarantine-look",
                fmt::format("number {} of {}/{}", id, items.front().source, items.front().feed), visitor.name));
            return transaction.commit();
        });
        if (!seen) {
            return wrong(visitor, seen.error());
        }
        if (items.empty() || !raw) {
            return framed(visitor, "Apart gezet", fmt::format("<p>Nummer {} staat niet meer apart.</p>\n", id), 404);
        }
        auto const & item = items.front();
        Quarantine::Selection const group { item.source, item.reason, std::nullopt, item.feed };
        return framed(visitor, fmt::format("Nummer {}", id),
            fmt::format("<p>{}<br><small>{}</small></p>\n<p>Zo kwam het van {}. Dat u dit zag, is vastgelegd.{}</p>\n<pre class=\"ruw\" tabindex=\"0\">{}</pre>\n<p><a "
                        "href=\"{}#n{}\">Terug naar de groep</a></p>\n",
                escaped(item.detail), escaped(item.where), escaped(title_of(item.source)),
                raw->size() > shown_bytes_max ? " Het is te lang om helemaal te laten zien." : "", escaped(readable(*raw)), escaped(address_of(group)), id));
    }

private:
    /// Reads on a connection of its own: the service works on meanwhile.
    Result<void> look(std::function<Result<void>(Quarantine &)> const & work) const
    {
        KETENSYNC_TRY_ASSIGN(auto state, pipeline::open_state_to_look(m_daemon.plan()->config));
        KETENSYNC_TRY_ASSIGN(auto quarantine, Quarantine::open(state));
        return work(quarantine);
    }

    std::string title_of(std::string const & source) const
    {
        auto const plan = m_daemon.plan();
        auto const found = std::ranges::find(plan->config.sources, source, &settings::Source::name);
        return found == plan->config.sources.end() || found->title.empty() ? source : found->title;
    }

    /// What was done just now, as the address says after an act: numbers and a word of ours only.
    static std::string done(Request const & request)
    {
        auto const what = request.value("gedaan");
        auto const count = number_in(request.value("hoeveel"));
        if (what != "opnieuw" && what != "weg") {
            return {};
        }
        return fmt::format("<p role=\"status\" class=\"melding\">{} {}.{}</p>\n", counted(count, "gegeven is", "gegevens zijn"),
            what == "weg" ? "weggegooid" : "opnieuw geprobeerd", what == "weg" ? "" : " Wat hieronder staat, klopt nog steeds niet.");
    }

    static std::string form(Visitor const & visitor, Quarantine::Selection const & group, std::int64_t id, std::int64_t count,
        std::string const & legend, std::string const & again, std::string const & away)
    {
        return fmt::format("<form method=\"post\" action=\"{}/doe\"><fieldset><legend>{}</legend>{}{}{}{}{}{}<label>Waarom (zonder "
                           "persoonsgegevens) <input name=\"waarom\" required maxlength=\"100\" autocomplete=\"off\"></label>\n<button name=\"wat\" "
                           "value=\"opnieuw\">{}</button> <button name=\"wat\" value=\"weg\">{}</button></fieldset></form>\n",
            here, escaped(legend), visitor.form_fields, hidden("bron", group.source), hidden("gegevens", group.feed), hidden("reden", group.reason),
            hidden("id", std::to_string(id)), hidden("aantal", std::to_string(count)), escaped(again), escaped(away));
    }

    /// Without what a screen cannot show.
    static std::string readable(std::string_view raw)
    {
        std::string text(raw.substr(0, shown_bytes_max));
        std::ranges::replace_if(text, [](unsigned char letter) { return (letter < 0x20 && letter != '\n' && letter != '\t') || letter == 0x7f; }, ' ');
        return text;
    }

    pipeline::Daemon & m_daemon;
};

}

std::vector<web::Route> quarantine_pages(pipeline::Daemon & daemon, web::Door const & door)
{
    auto const pages = std::make_shared<Pages const>(daemon);
    auto const shown = [pages](Response (Pages::*page)(Visitor const &, Request const &) const) {
        return [pages, page](Visitor const & visitor, Request const & request) { return ((*pages).*page)(visitor, request); };
    };
    std::string const path = here;
    return { door.guarded(path, false, Role::read, false, shown(&Pages::groups)),
        door.guarded(path + "/groep", false, Role::read, false, shown(&Pages::group)),
        door.guarded(path + "/doe", false, Role::operate, true, shown(&Pages::act)),
        door.guarded(path + "/bekijk", false, Role::review, true, shown(&Pages::see)) };
}

}
