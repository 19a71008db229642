#pragma once

#include "connectors/soap_xml.hpp"
#include "daemon/base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ketensync::connectors::soap {

inline constexpr std::string_view space_soap11 = "http://schemas.xmlsoap.org/soap/envelope/";
inline constexpr std::string_view space_soap12 = "http://www.w3.org/2003/05/soap-envelope";
inline constexpr std::string_view space_addressing = "http://www.w3.org/2005/08/addressing";
inline constexpr std::string_view space_security
    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
inline constexpr std::string_view space_utility
    = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
inline constexpr std::string_view space_signature = "http://www.w3.org/2000/09/xmldsig#";

/// A message to send, before it is signed.
struct Message {
    settings::Service::Version version = settings::Service::Version::soap11;
    std::string body; ///< XML of the one element in the body
    struct Addressing {
        std::string to;
        std::string from;
        std::string action;
        std::string id; ///< "urn:uuid:..."
        std::string relates_to {}; ///< in an answer: the id of the question
    };
    std::optional<Addressing> addressing;
};

/// The message as XML. `security`: what stands in the header of WS-Security; empty for none. Every element of the
/// header and the body has a wsu:Id, so that all of it can be signed.
std::string compose(Message const & message, std::string_view security);

/// The ids that `compose` gives, as far as the message has the elements.
std::vector<std::string> ids_of(Message const & message);

/// A message that was received. Views of nodes live as long as the document.
struct Envelope {
    Document document;
    xmlNode * header = nullptr; ///< null: none
    xmlNode * body = nullptr;
    xmlNode * content = nullptr; ///< the first element in the body; null: none
};

/// Of either version of SOAP. bad_page when it is no envelope with a body.
Result<Envelope> open_envelope(std::string_view bytes, std::size_t depth_max);

/// A SOAP fault: its most telling code, with the namespace that its prefix stands for.
struct Fault {
    std::string space;
    std::string code;
    /// What whoever asked does next, by the standards: unavailable, refused, configuration, or bad_page.
    Failure failure = Failure::bad_page;
};

std::optional<Fault> fault_of(Envelope const & envelope);

/// "2026-11-22T11:20:06.000Z"
std::string utc(Instant instant);
/// "20261122122006000", in the time zone of the machine.
std::string local_compact(Instant instant);
/// A random UUID (version 4).
std::string new_uuid();

} // namespace ketensync::connectors::soap
