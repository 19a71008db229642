#include "daemon/settings/checks.hpp"
#include "daemon/settings/service.hpp"
#include "daemon/settings/source.hpp"
#include "daemon/settings/toml.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

void check_message_address(Table const & table, std::string_view key, std::string const & value)
{
    if (std::any_of(value.begin(), value.end(), [](char c) { return c <= 0x20 || c == 0x7f; })) {
        table.fault(key, "an address in a message holds no spaces");
    }
    auto const names = placeholders(value);
    if (!names || std::any_of(names->begin(), names->end(), [](auto const & name) { return name != "address"; })) {
        table.fault(key, "between braces only {address}, the address of the feed");
    }
}

/// Everything that the chosen request needs must come from somewhere.
void check_values(Table const & table, Source const & source, ServiceRequest const & request)
{
    auto const & filled = filled_placeholders();
    for (auto const & name : placeholders(request.body).value_or(std::vector<std::string>())) {
        if (std::find(filled.begin(), filled.end(), name) == filled.end()
            && source.messaging.values.find(name) == source.messaging.values.end()) {
            std::vector<std::string> there;
            for (auto const & value : source.messaging.values) {
                there.push_back(value.first);
            }
            table.fault("mapping",
                fmt::format(
                    "its service needs a value '{}'; add it under [soap.values]{}", name, did_you_mean(name, there)));
        }
    }
}

void check_service(Table const & table, Source const & source, Asking & asking)
{
    auto const & service = *asking.service;
    std::vector<std::string> names;
    for (auto const & request : service.requests) {
        names.push_back(request.first);
    }
    asking.request = table.word("request", names, names.size() == 1 ? names.front() : "");
    if (!table.has("request") && names.size() > 1) {
        table.fault("mapping",
            fmt::format("its service can be asked in several ways; add request = one of: {}", fmt::join(names, ", ")));
    }
    if (auto const found = service.requests.find(asking.request); found != service.requests.end()) {
        check_values(table, source, found->second);
    }
    auto const & messaging = source.messaging;
    if (service.addressing && (messaging.to.empty() || messaging.from.empty())) {
        table.fault("mapping", "its service wants WS-Addressing; add 'to' and 'from' under [soap]");
    }
    if (service.signature && (messaging.signing.empty() || messaging.signing_ca_file.empty())) {
        table.fault("mapping", "its service wants signatures; add 'signing' and 'signing_ca_file' under [soap]");
    }
}

} // namespace

void forget(Table const & table)
{
    for (auto const & [key, place] : table.keys()) {
        static_cast<void>(place);
        if (table.is_table(key)) {
            forget(table.table(key));
        }
    }
}

void read_messaging(Table const & table, Surroundings const & surroundings, Source & source)
{
    auto & messaging = source.messaging;
    messaging.signing = table.text("signing");
    messaging.signing_key = table.text("signing_key");
    messaging.signing_place = table.place("signing").text();
    check_secret(table, "signing", messaging.signing, surroundings);
    check_secret(table, "signing_key", messaging.signing_key, surroundings);
    messaging.signing_ca_file = resolved(table.text("signing_ca_file"), source.file).string();
    for (auto const * const key : { "signing_key", "signing_ca_file" }) {
        if (messaging.signing.empty() && table.has(key)) {
            table.fault(key, "this belongs to a certificate that signs; add 'signing', the name of its credential");
        }
    }
    messaging.to = table.text("to");
    check_message_address(table, "to", messaging.to);
    messaging.from = table.text("from");
    check_message_address(table, "from", messaging.from);
    auto const values = table.table("values");
    auto const & filled = filled_placeholders();
    for (auto const & [name, place] : values.keys()) {
        static_cast<void>(place);
        auto value = values.text(name);
        if (!is_plain_name(name, "_") || std::find(filled.begin(), filled.end(), name) != filled.end()) {
            values.fault(name, "a name of a value holds only a-z, 0-9, - and _, and is none that is filled in already");
        }
        if (std::any_of(value.begin(), value.end(), [](char c) { return c >= 0 && c < 0x20; })) {
            values.fault(name, "a value in a message holds no control characters");
        }
        messaging.values.emplace(name, std::move(value));
    }
}

void read_soap_feed(Table const & table, Source const & source, Surroundings const & surroundings, Feed & feed)
{
    Asking asking;
    feed.path = table.text("path");
    check_path(table, "path", feed.path, "");
    if (table.is_text("reads") && feed.reads == Reads::periods) {
        table.fault("reads", "only files are read by period; use \"complete\" or \"changes\"");
    }
    if (table.has("ask")) {
        feed.ask = read_ask(table.table("ask"), table, feed);
        if (table.has("questions")) {
            table.fault("questions", "[feed.ask] says whom to ask about already; remove one of the two");
        }
    } else {
        // The list may come later, and from elsewhere: it is looked at when it is read.
        asking.questions = resolved(table.required_text("questions"), source.file);
    }
    asking.size = static_cast<std::uint64_t>(table.integer("size", 50, 1, 100'000));
    asking.take_partial = table.word("partial", { "set_aside", "take" }, "set_aside") == "take";
    auto const file = surroundings.mappings_folder / feed.mapping / "service.toml";
    std::error_code error;
    if (!surroundings.mappings_known || feed.mapping.empty() || !std::filesystem::exists(file.parent_path(), error)) {
        table.text("request");
        return; // told already
    }
    if (!std::filesystem::is_regular_file(file, error)) {
        table.text("request");
        table.fault("mapping",
            fmt::format("the mapping '{}' has no service.toml, so it is not known how to ask for it", feed.mapping));
        return;
    }
    auto service = read_service(file);
    if (!service) {
        table.text("request");
        table.fault("mapping", service.error().front());
        return;
    }
    asking.service = std::move(*service);
    check_service(table, source, asking);
    feed.asking = std::move(asking);
}

} // namespace ketensync::settings
