#pragma once

#include "daemon/settings/toml.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ketensync::settings {

/// One element on the way to another. An empty namespace is any: bodies are often unqualified, and not by everybody.
struct Step {
    std::string space;
    std::string name;
};

/// From an element (of an answer: the SOAP body) down to another, by name and not by prefix.
using ElementPath = std::vector<Step>;

/// What an answer means to whoever asked.
enum class Meaning {
    found, ///< here it is
    partial, ///< here is some of it, and the source says that more is missing
    nothing, ///< the source has nothing of whom was asked for
    set_aside, ///< this question was not answered; the next may be
    refused, ///< we may not ask; a person acts
    unavailable, ///< not now
    bad, ///< we ask in a way that the source does not take
};

/// One way to tell what an answer means: an element that is in it, with one of some texts where it says which.
struct AnswerRule {
    ElementPath element;
    std::vector<std::string> texts; ///< empty: any
    Meaning means = Meaning::bad;
    ElementPath code; ///< where the source's own code for it stands; may be empty
};

/// A question as the body of a message, with {names} where values come.
struct ServiceRequest {
    std::string body;
    /// One question is about one document, whose key is the key that was asked: so nothing found means that it is gone.
    bool one_document = false;
};

/// How an answer in parts goes on. Without `more` there is one part.
struct ServicePaging {
    ElementPath more; ///< the element that says "true" when there is another part
    ElementPath item; ///< the repeated element; the last of them says where the next part begins
    std::string start; ///< what stands for {start} in the next question
    std::map<std::string, ElementPath> values; ///< for the names between braces in `start`: elements of that last item
};

/// One operation of a SOAP service: mappings/<layout>/service.toml. Immutable.
struct Service {
    enum class Version { soap11, soap12 };
    Version version = Version::soap11;
    std::string action; ///< of WS-Addressing, and of HTTP where soap_action is absent
    std::optional<std::string> soap_action;
    bool addressing = false; ///< WS-Addressing is wanted, and an answer must relate to its question
    bool signature = false; ///< WS-Security is wanted, in questions and in answers
    ElementPath reference; ///< in an answer: repeats {reference} of the question; may be empty
    std::map<std::string, ServiceRequest> requests; ///< by name
    std::vector<AnswerRule> answers; ///< the first that fits counts
    ServicePaging paging;
};

/// Reads a service file. The faults of it, or the service.
tl::expected<std::shared_ptr<Service const>, Faults> read_service(std::filesystem::path const & file);

/// The element path "fwi:FWI/Waarschuwing" with the namespaces of the file; nothing when a prefix is unknown or a name
/// is none.
std::optional<ElementPath> parse_element_path(
    std::string_view text, std::map<std::string, std::string> const & namespaces);

/// The names between braces in a template, in order, each once. Nothing when a brace has no end.
std::optional<std::vector<std::string>> placeholders(std::string_view text);

/// What the connector itself fills in for such names.
std::vector<std::string> const & filled_placeholders();

} // namespace ketensync::settings
