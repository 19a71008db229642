#include "daemon/web/page.hpp"

#include <fmt/format.h>

#include <array>

namespace ketensync::web {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

namespace {

struct Place {
    std::string_view path;
    std::string_view dutch;
    std::string_view english;
};

/// The navigation. A page that is not in it is reached from another.
constexpr std::array<Place, 7> places { {
    { "/", "Nu", "Now" },
    { "/quarantaine", "Apart gezet", "Set aside" },
    { "/beoordelen", "Beoordelen", "Review" },
    { "/runs", "Lopen", "Runs" },
    { "/tijdlijn", "Tijdlijn", "Timeline" },
    { "/planning", "Planning", "Schedule" },
    { "/configuratie", "Instellingen", "Configuration" },
} };

constexpr auto policy = "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; form-action 'self'; "
                        "frame-ancestors 'none'";

std::string navigation(Frame const & frame)
{
    bool const dutch = frame.language == Language::dutch;
    std::string text = fmt::format("<nav aria-label=\"{}\"><ul>\n", dutch ? "Pagina's" : "Pages");
    for (auto const & place : places) {
        text += fmt::format("<li><a href=\"{}\"{}>{}</a></li>\n", place.path,
            place.path == frame.path ? " aria-current=\"page\"" : "", dutch ? place.dutch : place.english);
    }
    return text + fmt::format("<li class=\"taal\"><a href=\"?taal={0}\" hreflang=\"{0}\" lang=\"{0}\">{1}</a></li>\n</ul></nav>\n", dutch ? "en" : "nl", dutch ? "English" : "Nederlands");
}

std::string span_in_dutch(milliseconds span)
{
    if (span < minutes(1)) {
        return "minder dan een minuut";
    }
    if (span < hours(2)) {
        return counted(duration_cast<minutes>(span).count(), "minuut", "minuten");
    }
    if (span < hours(48)) {
        return fmt::format("{} uur", duration_cast<hours>(span).count());
    }
    return fmt::format("{} dagen", duration_cast<hours>(span).count() / 24);
}

} // namespace

std::string framed(Frame const & frame, std::string_view body)
{
    bool const dutch = frame.language == Language::dutch;
    auto const user = frame.user.empty() ? std::string() : fmt::format(" – {} {}", dutch ? "aangemeld als" : "signed in as", escaped(frame.user));
    auto const script
        = frame.script.empty() ? std::string() : fmt::format("<script src=\"{}\" defer></script>", escaped(frame.script));
    return fmt::format("<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Ketensync: {}</title>"
                       "<link rel=\"stylesheet\" href=\"/opmaak.css\">{}</head>\n<body>\n"
                       "<a class=\"sla-over\" href=\"#inhoud\">{}</a>\n{}<main id=\"inhoud\" tabindex=\"-1\">\n<h1>{}</h1>\n{}</main>\n"
                       "<footer><p>ketensync {}{}</p></footer>\n</body>\n</html>\n",
        dutch ? "nl" : "en", escaped(frame.title), script, dutch ? "Naar de inhoud" : "Skip to content", navigation(frame),
        escaped(frame.title), body, escaped(frame.version), user);
}

Response page(Frame const & frame, std::string_view body, int status)
{
    // A browser that may not say where it comes from does not say so to us either; acts ask it.
    return { status, "text/html; charset=utf-8", framed(frame, body),
        { { "Content-Security-Policy", policy }, { "Referrer-Policy", "same-origin" } } };
}

std::string escaped(std::string_view text)
{
    std::string result;
    for (char const letter : text) {
        switch (letter) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            result += letter;
        }
    }
    return result;
}

std::string counted(std::int64_t count, std::string_view one, std::string_view more)
{
    return fmt::format("{} {}", count, count == 1 ? one : more);
}

std::string moment(Instant instant, Instant now)
{
    auto const words
        = instant <= now ? span_in_dutch(now - instant) + " geleden" : "over " + span_in_dutch(instant - now);
    return fmt::format("<time datetime=\"{}\">{}</time>", to_text(instant), words);
}

std::string_view style_sheet()
{
    return R"(:root { color-scheme: light; }
body { margin: 0 auto; max-width: 75rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
h2 { font-size: 1.2rem; margin: 1.5rem 0 .5rem; }
.breed { overflow-x: auto; }
.breed:focus-visible { outline: 3px solid #154273; outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: bold; padding: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #767676; overflow-wrap: anywhere; min-width: 6rem; }
.getal { text-align: right; font-variant-numeric: tabular-nums; }
.aandacht th { border-left: .4rem solid #a90061; }
.rustig th { border-left: .4rem solid #fff; }
small { color: #4a4a4a; font-size: .9rem; }
.sla-over { position: absolute; left: -100rem; }
.sla-over:focus { position: static; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0 0 1rem; padding: 0 0 .5rem; border-bottom: 2px solid #154273; }
nav a { display: inline-block; padding: .25rem 0; min-height: 1.5rem; }
nav a[aria-current] { font-weight: bold; color: #1b1b1b; text-decoration: none; }
a { color: #154273; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible { outline: 3px solid #154273; outline-offset: 2px; }
main:focus { outline: none; }
nav .taal { margin-left: auto; }
code { font-family: ui-monospace, monospace; font-size: .95em; overflow-wrap: anywhere; }
.lopen { vertical-align: bottom; }
.lopen .goed { fill: #154273; }
.lopen .apart { fill: #8a5a00; }
.lopen .half { fill: #767676; }
.lopen .nu { fill: #fff; stroke: #154273; stroke-width: 2; }
.lopen .mis { fill: none; stroke: #a90061; stroke-width: 3; }
.feiten { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0 0 1rem; }
.feiten dt { font-weight: bold; }
.feiten dd { margin: 0; overflow-wrap: anywhere; }
.velden { margin: 0; padding-left: 1rem; }
.dagen { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; }
.waarschuwing { border-left: .4rem solid #a90061; padding: .1rem 1rem; margin: 1rem 0; background: #fbf1f6; }
.waarschuwing h2 { margin-top: .5rem; }
.keuze { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: center; }
.keuze p { margin: .25rem 0; }
.keuze label { display: inline; }
select, button, input { font: inherit; min-height: 2rem; max-width: 100%; }
input[type=checkbox] { min-height: 1.5rem; width: 1.5rem; vertical-align: middle; }

th, td { overflow-wrap: break-word; }
th.getal, td.getal { min-width: 3rem; }
@media (max-width: 40rem) { th, td { padding: .3rem .4rem; } }
@media (max-width: 30rem) { .feiten { grid-template-columns: 1fr; gap: 0; } .feiten dd { margin: 0 0 .5rem; } select { width: 100%; } }
footer { margin-top: 2rem; color: #4a4a4a; }
fieldset { border: 1px solid #767676; margin: .5rem 0; padding: .5rem .75rem; }
legend { font-weight: bold; }
fieldset label { display: block; margin: .25rem 0; }
fieldset input { padding: .25rem; border: 1px solid #4a4a4a; width: 100%; max-width: 30rem; box-sizing: border-box; }
button { padding: .35rem .75rem; margin: .25rem .25rem .25rem 0; border: 1px solid #154273; background: #fff; color: #154273; cursor: pointer; }
button:hover { background: #154273; color: #fff; }
.melding { border-left: .4rem solid #154273; padding: .25rem .75rem; background: #eef2f7; }
.lijst { list-style: none; padding: 0; }
.lijst li { border-top: 1px solid #767676; padding: .5rem 0; }
.lijst h2 { font-size: 1rem; margin: 0; }
mark { background: #ffe9a8; color: inherit; font-weight: bold; text-decoration: underline; text-decoration-thickness: 2px; }
.leeg { color: #4a4a4a; font-style: italic; }
.paar td { white-space: pre-wrap; }
.oordeel { display: flex; flex-wrap: wrap; gap: .25rem .5rem; margin: 1rem 0; }
kbd { font: inherit; font-weight: bold; border: 1px solid currentColor; border-radius: .2rem; padding: 0 .35rem; }
.wordt { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: .15rem 1rem; margin: .5rem 0; }
.wordt dt { font-weight: bold; }
.wordt dd { margin: 0; overflow-wrap: anywhere; }
.ruw { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #767676; padding: .75rem; }
@media print { .breed { overflow: visible; } }
)";
}

std::string_view key_script()
{
    return R"('use strict';
document.addEventListener('keydown', function (event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || /^(input|select|textarea)$/i.test(event.target.tagName)) {
    return;
  }
  for (const button of document.querySelectorAll('button[data-toets]')) {
    if (button.dataset.toets === event.key.toLowerCase()) {
      event.preventDefault();
      button.click();
      return;
    }
  }
});
)";
}

} // namespace ketensync::web
