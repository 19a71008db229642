#include "daemon/web/tongue.hpp"

#include <algorithm>
#include <charconv>

namespace ketensync::web {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

std::optional<Language> language_named(std::string_view name)
{
    auto const main = name.substr(0, name.find('-'));
    if (main == "nl" || main == "NL") {
        return Language::dutch;
    }
    return main == "en" || main == "EN" ? std::optional(Language::english) : std::nullopt;
}

std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The weight of "en;q=0.8"; what is not sound weighs nothing.
double weight_of(std::string_view choice)
{
    auto const q = choice.find("q=");
    if (choice.find(';') == std::string_view::npos) {
        return 1;
    }
    double weight = 0;
    if (q != std::string_view::npos) {
        std::from_chars(choice.data() + q + 2, choice.data() + choice.size(), weight);
    }
    return weight;
}

/// Calls `visit` for each part between commas or semicolons.
void each_part(std::string_view text, char between, auto const & visit)
{
    while (!text.empty()) {
        auto const end = std::min(text.find(between), text.size());
        visit(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

} // namespace

std::string_view code_of(Language language) { return language == Language::dutch ? "nl" : "en"; }

Language language_of(std::string_view chosen, std::string_view cookies, std::string_view accept_language)
{
    if (auto const language = language_named(chosen)) {
        return *language;
    }
    std::optional<Language> found;
    each_part(cookies, ';', [&found](std::string_view cookie) {
        if (cookie.starts_with("taal=") && !found) {
            found = language_named(cookie.substr(5));
        }
    });
    double best = 0;
    each_part(found ? std::string_view() : accept_language, ',', [&found, &best](std::string_view choice) {
        auto const language = language_named(trimmed(choice.substr(0, choice.find(';'))));
        if (auto const weight = weight_of(choice); language && weight > best) {
            best = weight;
            found = language;
        }
    });
    return found.value_or(Language::dutch);
}

Language language_of(Request const & request)
{
    return language_of(request.value("taal"), request.header("cookie").value_or(""), request.header("accept-language").value_or(""));
}

Response kept(Request const & request, Response response)
{
    if (auto const chosen = language_named(request.value("taal"))) {
        response.headers.emplace_back(
            "Set-Cookie", fmt::format("taal={}; Path=/; Max-Age=31536000; SameSite=Strict; HttpOnly", code_of(*chosen)));
    }
    response.headers.emplace_back("Vary", "Accept-Language, Cookie");
    return response;
}

std::string_view Tongue::operator()(std::string_view dutch) const
{
    if (m_language == Language::dutch) {
        return dutch;
    }
    auto const all = words();
    auto const found = std::ranges::lower_bound(all, dutch, {}, &Word::dutch);
    return found != all.end() && found->dutch == dutch ? found->english : dutch;
}

std::string Tongue::number(std::uint64_t number) const
{
    auto text = std::to_string(number);
    for (auto place = static_cast<std::ptrdiff_t>(text.size()) - 3; place > 0; place -= 3) {
        text.insert(static_cast<std::size_t>(place), 1, m_language == Language::dutch ? '.' : ',');
    }
    return text;
}

std::string Tongue::counted(std::uint64_t count, std::string_view one, std::string_view more) const
{
    return number(count).append(" ").append((*this)(count == 1 ? one : more));
}

std::string Tongue::span(milliseconds span) const
{
    auto const count = [](auto span_of) { return static_cast<std::uint64_t>(span_of.count()); };
    if (span < minutes(1)) {
        return std::string((*this)(word("minder dan een minuut")));
    }
    if (span < hours(2)) {
        return counted(count(duration_cast<minutes>(span)), word("minuut"), word("minuten"));
    }
    if (span < hours(48)) {
        return number(count(duration_cast<hours>(span))).append(" ").append((*this)(word("uur")));
    }
    return number(count(duration_cast<hours>(span)) / 24).append(" ").append((*this)(word("dagen")));
}

std::string Tongue::lasted(milliseconds span) const
{
    if (span < seconds(10)) {
        auto const tenths = (span.count() + 50) / 100;
        return fmt::format("{}{}{} s", tenths / 10, m_language == Language::dutch ? ',' : '.', tenths % 10);
    }
    if (span < minutes(1)) {
        return fmt::format("{} s", duration_cast<seconds>(span).count());
    }
    if (span < hours(1)) {
        return fmt::format("{} min {} s", duration_cast<minutes>(span).count(), duration_cast<seconds>(span).count() % 60);
    }
    return fmt::format("{} {} {} min", duration_cast<hours>(span).count(), m_language == Language::dutch ? 'u' : 'h',
        duration_cast<minutes>(span).count() % 60);
}

std::string Tongue::bytes(std::uint64_t bytes) const
{
    if (bytes < 1'000) {
        return fmt::format("{} B", bytes);
    }
    char const * unit = "kB";
    std::uint64_t size = 1'000;
    if (bytes >= 1'000'000'000) {
        unit = "GB";
        size = 1'000'000'000;
    } else if (bytes >= 1'000'000) {
        unit = "MB";
        size = 1'000'000;
    }
    auto const tenths = bytes * 10 / size;
    return fmt::format("{}{}{} {}", number(tenths / 10), m_language == Language::dutch ? ',' : '.', tenths % 10, unit);
}

std::string Tongue::moment(Instant instant, Instant now) const
{
    auto const words = instant <= now ? (*this)("{} geleden", span(now - instant)) : (*this)("over {}", span(instant - now));
    return fmt::format("<time datetime=\"{0}\" title=\"{0}\">{1}</time>", to_text(std::chrono::floor<std::chrono::seconds>(instant)), words);
}

} // namespace ketensync::web
