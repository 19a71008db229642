#include "daemon/alerts/message.hpp"

#include "daemon/record/ids.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace ketensync::alerts {

namespace {

using health::Severity;

Severity worst(Message const & message)
{
    auto severity = Severity::info;
    for (auto const * const list : { &message.begun, &message.still }) {
        for (auto const & told : *list) {
            severity = std::max(severity, told.concern.severity);
        }
    }
    return severity;
}

std::string_view in_dutch(Severity severity)
{
    return severity == Severity::critical ? "dringend" : severity == Severity::warning ? "vandaag" : "als het uitkomt";
}

/// What a subject line has no room for.
std::string without_stop(std::string sentence)
{
    if (sentence.ends_with('.')) {
        sentence.pop_back();
    }
    return sentence;
}

void add(std::string & text, std::string_view title, std::vector<Told> const & list, Message const & message,
    settings::Alerts const & settings, bool what_to_do)
{
    if (list.empty()) {
        return;
    }
    text += fmt::format("{} ({})\n\n", title, list.size());
    for (auto const & told : list) {
        text += fmt::format("- {}\n", told.concern.what);
        if (what_to_do) {
            text += fmt::format("  Hoe dringend: {}. Dit duurt al {}.\n  Eerst doen: {}\n  Meer hierover: {}\n",
                in_dutch(told.concern.severity), health::dutch_span(message.made - told.since), told.concern.first,
                runbook_entry(settings, told.concern.alert));
        } else {
            text += fmt::format("  Dit duurde {}.\n", health::dutch_span(message.made - told.since));
        }
        text += '\n';
    }
}

nlohmann::ordered_json json_of(Told const & told, std::string_view state, settings::Alerts const & settings)
{
    return { { "key", told.concern.key }, { "alert", told.concern.alert }, { "state", state },
        { "severity", health::to_text(told.concern.severity) }, { "since", to_text(told.since) }, { "what", told.concern.what },
        { "first", told.concern.first }, { "runbook", runbook_entry(settings, told.concern.alert) } };
}

} // namespace

std::string runbook_entry(settings::Alerts const & settings, std::string_view alert)
{
    auto link = settings.runbook + '#';
    for (char const c : alert) {
        link += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    return link;
}

std::string id_of(Message const & message)
{
    auto content = fmt::format("{} {}\n{}", static_cast<int>(message.kind), message.made.time_since_epoch().count(), message.digest);
    for (auto const * const list : { &message.begun, &message.still, &message.over }) {
        content += '\n';
        for (auto const & told : *list) {
            content += told.concern.key + '\n';
        }
    }
    auto const fingerprint = record::fingerprint(std::string_view(content));
    return fmt::format("{:016x}{:016x}", fingerprint.high, fingerprint.low);
}

std::string subject_of(Message const & message, settings::Alerts const & settings)
{
    auto const of = [&settings](std::string const & what) { return fmt::format("[{}] {}", settings.name, what); };
    if (message.kind == Message::Kind::test) {
        return of("proefbericht");
    }
    if (message.kind == Message::Kind::digest) {
        return of("weekoverzicht");
    }
    auto const & first = !message.begun.empty() ? message.begun : !message.still.empty() ? message.still : message.over;
    if (message.begun.size() + message.still.size() + message.over.size() == 1) {
        auto const how = !message.begun.empty() ? "" : !message.still.empty() ? "nog steeds: " : "voorbij: ";
        return of(how + without_stop(first.front().concern.what));
    }
    std::string counts;
    for (auto const & [list, word] : { std::pair(&message.begun, "nieuw"), { &message.still, "nog steeds" }, { &message.over, "voorbij" } }) {
        if (!list->empty()) {
            counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", list->size(), word);
        }
    }
    return of(worst(message) == Severity::critical ? "dringend: " + counts : counts);
}

std::string text_of(Message const & message, settings::Alerts const & settings)
{
    std::string text;
    if (message.kind == Message::Kind::test) {
        text = "Dit is een proefbericht. Er is niets aan de hand: iemand wilde weten of meldingen aankomen.\n\n";
    } else if (message.kind == Message::Kind::digest) {
        text = message.digest;
    } else {
        add(text, "Nieuw", message.begun, message, settings, true);
        add(text, "Nog steeds", message.still, message, settings, true);
        add(text, "Voorbij", message.over, message, settings, false);
    }
    text += fmt::format("--\nDit bericht is van {}. Hoe alles er nu voor staat: ketensync --status\n", settings.name);
    return text;
}

std::string json_of(Message const & message, settings::Alerts const & settings)
{
    constexpr std::array kinds { "alerts", "digest", "test" };
    nlohmann::ordered_json json { { "type", kinds.at(static_cast<std::size_t>(message.kind)) }, { "id", id_of(message) },
        { "service", settings.name }, { "version", KETENSYNC_VERSION }, { "made", to_text(message.made) },
        { "subject", subject_of(message, settings) }, { "text", text_of(message, settings) } };
    if (message.kind == Message::Kind::alerts) {
        auto list = nlohmann::ordered_json::array();
        for (auto const & [told, state] :
            { std::pair(&message.begun, "begun"), { &message.still, "continues" }, { &message.over, "over" } }) {
            for (auto const & one : *told) {
                list.push_back(json_of(one, state, settings));
            }
        }
        json["alerts"] = std::move(list);
    }
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace ketensync::alerts
