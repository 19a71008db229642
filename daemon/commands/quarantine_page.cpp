// What was set aside, on a page.

#include "daemon/commands/quarantine_page.hpp"

#include "daemon/commands/asking.hpp"
#include "daemon/commands/set_aside.hpp"
#include "daemon/pipeline/audit.hpp"
#include "daemon/pipeline/state.hpp"
#include "daemon/web/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ketensync::commands {

namespace {

using landing::Quarantine;
using settings::Role;
using web::escaped;
using web::Request;
using web::Response;
using web::Tongue;
using web::Visitor;
using web::word;

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

Response refused(Asking const & asking, std::string_view sentence)
{
    return asking.page(asking.say("Dat lukte niet"), fmt::format("<p>{} {}</p>\n", sentence, asking.say("Er is niets gedaan.")), 400);
}

std::string back(Asking const & asking) { return fmt::format("<p><a href=\"{}\">{}</a></p>\n", here, asking.say("Terug naar de lijst")); }

std::string records(Tongue const & say, std::int64_t count)
{
    return say.counted(static_cast<std::uint64_t>(count), word("gegeven"), word("gegevens"));
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

    Response groups(Asking const & asking) const
    {
        auto const & say = asking.say;
        std::vector<Quarantine::Count> counts;
        auto const read = look([&](Quarantine & quarantine) -> Result<void> {
            KETENSYNC_TRY_ASSIGN(counts, quarantine.counts());
            return {};
        });
        if (!read) {
            return asking.wrong(read.error());
        }
        if (counts.empty()) {
            return asking.page(say("Apart gezet"), fmt::format("<p>{}</p>\n", say("Er is niets apart gezet.")));
        }
        std::int64_t all = 0;
        for (auto const & count : counts) {
            all += count.items;
        }
        auto const number = static_cast<std::uint64_t>(all);
        auto body = fmt::format("<p>{} {}</p>\n",
            say("{} apart gezet: daar klopt iets niet aan.", say.counted(number, word("gegeven is"), word("gegevens zijn"))),
            say("Los het op bij de bron, of in de regels voor die bron. Probeer ze daarna opnieuw."));
        std::string rows;
        auto const now = m_daemon.clock().now();
        for (std::size_t i = 0; i < std::min(counts.size(), groups_max); ++i) {
            auto const & count = counts[i];
            Quarantine::Selection group { count.source, count.reason, std::nullopt, count.feed };
            rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td><a href=\"{}\">{}</a></td><td class=\"getal\">{}</td><td>{}</td></tr>\n",
                escaped(title_of(count.source)), escaped(count.feed), escaped(address_of(group)), escaped(count.reason),
                say.number(static_cast<std::uint64_t>(count.items)), say.moment(count.oldest, now));
        }
        body += web::table("groepen", say("Per bron en reden"),
            { { say("Bron") }, { say("Gegevens") }, { say("Reden") }, { say("Aantal"), true }, { say("Oudste") } }, rows);
        if (counts.size() > groups_max) {
            body += fmt::format("<p>{}</p>\n", say("Er zijn nog {} groepen meer.", say.number(counts.size() - groups_max)));
        }
        return asking.page(say("Apart gezet"), body);
    }

    Response group(Asking const & asking) const
    {
        auto const & visitor = asking.visitor;
        auto const & request = asking.request;
        auto const & say = asking.say;
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
            return asking.wrong(read.error());
        }
        auto body = done(asking);
        if (count == 0) {
            return asking.page(say("Apart gezet"), body + fmt::format("<p>{}</p>\n", say("In deze groep staat niets meer.")) + back(asking));
        }
        body += fmt::format("<p>{}: {}. {}</p>\n", escaped(title_of(group.source) + ", " + group.feed + ", " + group.reason), records(asking.say, count),
            say("Hier staat niet wat erin staat, alleen wat eraan mankeert."));
        if (visitor.may(Role::operate)) {
            auto const tried = std::min<std::int64_t>(count, retried_max);
            body += form(asking, group, 0, count, say("De hele groep ({})", records(asking.say, count)),
                tried < count ? say("De oudste {} opnieuw proberen", say.number(static_cast<std::uint64_t>(tried))) : std::string(say("Alles opnieuw proberen")),
                say("Alles weggooien"));
        }
        body += "<ol class=\"lijst\">\n";
        auto const now = m_daemon.clock().now();
        for (auto const & item : items) {
            body += fmt::format("<li id=\"n{}\"><h2>{}</h2>\n<p><span lang=\"en\">{}</span><br><small>{}</small><br>{}</p>\n", item.id, say("Nummer {}", item.id),
                escaped(item.detail), escaped(item.where),
                say("Apart gezet {}, {} keer geprobeerd.", say.moment(item.first_seen, now), item.tries));
            if (visitor.may(Role::review)) {
                body += fmt::format("<form method=\"post\" action=\"{}/bekijk\">{}{}<button>{}</button> <small>{}</small></form>\n", here, visitor.form_fields,
                    hidden("id", std::to_string(item.id)), say("Bekijk nummer {}", item.id), say("Dat u kijkt, wordt vastgelegd."));
            }
            if (visitor.may(Role::operate)) {
                body += form(asking, group, item.id, 1, say("Alleen nummer {}", item.id), say("Opnieuw proberen"), say("Weggooien"));
            }
            body += "</li>\n";
        }
        body += "</ol>\n";
        if (items.size() == rows_max) {
            body += fmt::format("<p><a href=\"{}\">{}</a></p>\n", escaped(address_of(group, fmt::format("&na={}", items.back().id))), say("Volgende {}", rows_max));
        }
        return asking.page(say("Apart gezet"), body + back(asking));
    }

    Response act(Asking const & asking) const
    {
        auto const & visitor = asking.visitor;
        auto const & request = asking.request;
        auto const & say = asking.say;
        auto group = group_of(request);
        auto const what = request.value("wat");
        auto const why = request.value("waarom");
        auto const id = number_in(request.value("id"));
        auto const count = number_in(request.value("aantal"));
        if (!request.posted || (what != "opnieuw" && what != "weg") || group.source.empty() || group.feed.empty() || group.reason.empty()
            || id < 0 || count <= 0) {
            return refused(asking, say("Dit formulier is niet volledig."));
        }
        if (why.empty() || why.size() > why_bytes_max || std::ranges::any_of(why, [](unsigned char letter) { return letter < 0x20; })) {
            return refused(asking, say("Zeg in een korte zin waarom, zonder persoonsgegevens."));
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
            return asking.wrong(changed.error());
        }
        if (auto const digested = wait_digested(service); !digested) {
            return asking.wrong(digested.error());
        }
        return { 303, "text/plain; charset=utf-8", "", { { "Location", address_of(group, fmt::format("&gedaan={}&hoeveel={}", what, *changed)) } } };
    }

    Response see(Asking const & asking) const
    {
        auto const & visitor = asking.visitor;
        auto const & request = asking.request;
        auto const & say = asking.say;
        auto const id = number_in(request.value("id"));
        if (!request.posted || id <= 0) {
            return refused(asking, say("Dit formulier is niet volledig."));
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
            return asking.wrong(seen.error());
        }
        if (items.empty() || !raw) {
            return asking.page(say("Apart gezet"), fmt::format("<p>{}</p>\n", say("Nummer {} staat niet meer apart.", id)), 404);
        }
        auto const & item = items.front();
        Quarantine::Selection const group { item.source, item.reason, std::nullopt, item.feed };
        return asking.page(say("Nummer {}", id),
            fmt::format("<p><span lang=\"en\">{}</span><br><small>{}</small></p>\n<p>{} {}</p>\n<pre class=\"ruw\" tabindex=\"0\">{}</pre>\n<p><a href=\"{}#n{}\">{}</a></p>\n",
                escaped(item.detail), escaped(item.where), say("Zo kwam het van {}. Dat u dit zag, is vastgelegd.", escaped(title_of(item.source))),
                raw->size() > shown_bytes_max ? say("Het is te lang om helemaal te laten zien.") : std::string_view(), escaped(readable(*raw)),
                escaped(address_of(group)), id, say("Terug naar de groep")));
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
    static std::string done(Asking const & asking)
    {
        auto const & say = asking.say;
        auto const what = asking.request.value("gedaan");
        auto const count = static_cast<std::uint64_t>(std::max<std::int64_t>(number_in(asking.request.value("hoeveel")), 0));
        if (what != "opnieuw" && what != "weg") {
            return {};
        }
        auto const records = say.counted(count, word("gegeven is"), word("gegevens zijn"));
        return fmt::format("<p role=\"status\" class=\"melding\">{}</p>\n",
            what == "weg" ? say("{} weggegooid.", records) : say("{} opnieuw geprobeerd. Wat hieronder staat, klopt nog steeds niet.", records));
    }

    static std::string form(Asking const & asking, Quarantine::Selection const & group, std::int64_t id, std::int64_t count,
        std::string const & legend, std::string_view again, std::string_view away)
    {
        return fmt::format("<form method=\"post\" action=\"{}/doe\"><fieldset><legend>{}</legend>{}{}{}{}{}{}<label>{} "
                           "<input name=\"waarom\" required maxlength=\"100\" autocomplete=\"off\"></label>\n<button name=\"wat\" "
                           "value=\"opnieuw\">{}</button> <button name=\"wat\" value=\"weg\">{}</button></fieldset></form>\n",
            here, escaped(legend), asking.visitor.form_fields, hidden("bron", group.source), hidden("gegevens", group.feed), hidden("reden", group.reason),
            hidden("id", std::to_string(id)), hidden("aantal", std::to_string(count)), asking.say("Waarom (zonder persoonsgegevens)"), escaped(again), escaped(away));
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
    auto const shown = [pages](Response (Pages::*page)(Asking const &) const) {
        return [pages, page](Visitor const & visitor, Request const & request) { return ((*pages).*page)({ visitor, request, here }); };
    };
    std::string const path = here;
    return { door.guarded(path, false, Role::read, false, shown(&Pages::groups)),
        door.guarded(path + "/groep", false, Role::read, false, shown(&Pages::group)),
        door.guarded(path + "/doe", false, Role::operate, true, shown(&Pages::act)),
        door.guarded(path + "/bekijk", false, Role::review, true, shown(&Pages::see)) };
}

}
