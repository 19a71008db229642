#include "connectors/soap_envelope.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>

namespace ketensync::connectors::soap {

namespace {

constexpr std::string_view anonymous = "http://www.w3.org/2005/08/addressing/anonymous";

/// A code of a fault as a name in a namespace: the text is "prefix:name", and the prefix is the sender's own.
void resolve(xmlNode & node, Fault & fault)
{
    auto text = text_of(node);
    auto const colon = text.find(':');
    auto const prefix = colon == std::string::npos ? std::string() : text.substr(0, colon);
    auto const * const space
        = xmlSearchNs(node.doc, &node, prefix.empty() ? nullptr : reinterpret_cast<xmlChar const *>(prefix.c_str()));
    fault.space = space == nullptr ? std::string() : reinterpret_cast<char const *>(space->href);
    fault.code = colon == std::string::npos ? text : text.substr(colon + 1);
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes)
{
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// SOAP 1.1 lets a sender refine a code behind a dot: "Server.Busy".
std::string_view general(std::string_view code)
{
    return code.substr(0, code.find('.'));
}

Failure failure_of(Fault const & fault)
{
    auto const & code = fault.code;
    bool const soap = fault.space == space_soap11 || fault.space == space_soap12 || fault.space.empty();
    if (soap && is_one_of(general(code), { "Server", "Receiver" })) {
        return Failure::unavailable;
    }
    if (fault.space == space_security || fault.space == space_utility
        || is_one_of(code,
            { "FailedAuthentication", "FailedCheck", "InvalidSecurity", "InvalidSecurityToken",
                "SecurityTokenUnavailable", "UnsupportedAlgorithm", "UnsupportedSecurityToken", "MessageExpired" })) {
        return Failure::refused;
    }
    if (fault.space == space_addressing) {
        return code == "EndpointUnavailable" ? Failure::unavailable : Failure::configuration;
    }
    return Failure::bad_page;
}

std::string header_of(Message::Addressing const & addressing)
{
    return fmt::format(R"(<wsa:To wsu:Id="to">{}</wsa:To>)"
                       R"(<wsa:From wsu:Id="from"><wsa:Address>{}</wsa:Address></wsa:From>)"
                       R"(<wsa:ReplyTo wsu:Id="reply-to"><wsa:Address>{}</wsa:Address></wsa:ReplyTo>)"
                       R"(<wsa:MessageID wsu:Id="message-id">{}</wsa:MessageID>)"
                       R"(<wsa:Action wsu:Id="action">{}</wsa:Action>{})",
        escaped(addressing.to), escaped(addressing.from), anonymous, escaped(addressing.id), escaped(addressing.action),
        addressing.relates_to.empty()
            ? std::string()
            : fmt::format(R"(<wsa:RelatesTo wsu:Id="relates-to">{}</wsa:RelatesTo>)", escaped(addressing.relates_to)));
}

} // namespace

std::vector<std::string> ids_of(Message const & message)
{
    std::vector<std::string> ids { "body" };
    if (message.addressing && !message.addressing->relates_to.empty()) {
        ids.emplace_back("relates-to");
    }
    if (message.addressing) {
        ids.insert(ids.end(), { "to", "from", "reply-to", "message-id", "action" });
    }
    return ids;
}

std::string compose(Message const & message, std::string_view security)
{
    auto const space = message.version == settings::Service::Version::soap12 ? space_soap12 : space_soap11;
    std::string text = fmt::format(R"(<soap:Envelope xmlns:soap="{}">)", space);
    if (message.addressing || !security.empty()) {
        text += fmt::format(R"(<soap:Header xmlns:wsa="{}" xmlns:wsu="{}">)", space_addressing, space_utility);
        if (message.addressing) {
            text += header_of(*message.addressing);
        }
        text += security;
        text += "</soap:Header>";
    }
    text += security.empty() ? std::string("<soap:Body>")
                             : fmt::format(R"(<soap:Body xmlns:wsu="{}" wsu:Id="body">)", space_utility);
    text += message.body;
    text += "</soap:Body></soap:Envelope>";
    return text;
}

Result<Envelope> open_envelope(std::string_view bytes, std::size_t depth_max)
{
    Envelope envelope;
    KETENSYNC_TRY_ASSIGN(envelope.document, parse(bytes, depth_max));
    auto const * const root = xmlDocGetRootElement(envelope.document.get());
    auto const space = space_of(*root);
    if (name_of(*root) != "Envelope" || (space != space_soap11 && space != space_soap12)) {
        return fail(Failure::bad_page, "the answer is no SOAP message");
    }
    for (auto * node = first_element(*root); node != nullptr; node = next_element(*node)) {
        if (space_of(*node) != space) {
            continue;
        }
        auto *& place = name_of(*node) == "Header" ? envelope.header : envelope.body;
        if (place != nullptr || (name_of(*node) != "Header" && name_of(*node) != "Body")) {
            return fail(Failure::bad_page, "the SOAP message has two headers or bodies, or something besides");
        }
        place = node;
    }
    if (envelope.body == nullptr) {
        return fail(Failure::bad_page, "the SOAP message has no body");
    }
    envelope.content = first_element(*envelope.body);
    return envelope;
}

std::optional<Fault> fault_of(Envelope const & envelope)
{
    auto const * const node = envelope.content;
    if (node == nullptr || name_of(*node) != "Fault" || space_of(*node) != space_of(*envelope.body)) {
        return std::nullopt;
    }
    Fault fault;
    if (auto * const code = child(*node, {}, "faultcode")) {
        resolve(*code, fault);
    } else if (auto * const general_code = child(*node, space_soap12, "Code")) {
        if (auto * const value = child(*general_code, space_soap12, "Value")) {
            resolve(*value, fault);
        }
        auto const general_failure = failure_of(fault);
        // A subcode says more, unless it is one that only the sender knows.
        auto * const subcode = child(*general_code, space_soap12, "Subcode");
        if (auto * const value = subcode == nullptr ? nullptr : child(*subcode, space_soap12, "Value")) {
            resolve(*value, fault);
        }
        fault.failure = failure_of(fault);
        if (fault.failure == Failure::bad_page) {
            fault.failure = general_failure;
        }
        return fault;
    }
    fault.failure = failure_of(fault);
    return fault;
}

std::string utc(Instant instant)
{
    auto const seconds = std::chrono::floor<std::chrono::seconds>(instant);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
        (instant - seconds).count());
}

std::string local_compact(Instant instant)
{
    auto const seconds = std::chrono::floor<std::chrono::seconds>(instant);
    return fmt::format("{:%Y%m%d%H%M%S}{:03}", fmt::localtime(std::chrono::system_clock::to_time_t(seconds)),
        (instant - seconds).count());
}

std::string new_uuid()
{
    std::random_device device;
    std::array<std::uint32_t, 4> words {};
    for (auto & word : words) {
        word = device();
    }
    words[1] = (words[1] & 0xffff'0fffU) | 0x0000'4000U;
    words[2] = (words[2] & 0x3fff'ffffU) | 0x8000'0000U;
    return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:04x}{:08x}", words[0], words[1] >> 16U, words[1] & 0xffffU,
        words[2] >> 16U, words[2] & 0xffffU, words[3]);
}

} // namespace ketensync::connectors::soap
