#include "daemon/settings/service.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace ketensync::settings {

namespace {

using Namespaces = std::map<std::string, std::string>;

bool is_xml_name(std::string_view name)
{
    auto const letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
}

/// Reads one service file, telling faults at their places.
class Reader {
public:
    explicit Reader(TomlFile & file)
        : m_file(file)
        , m_root(file.root())
    {
    }

    Service read()
    {
        m_root.required_text("service");
        m_root.required_text("verified");
        auto const soap = m_root.word("soap", { "1.1", "1.2" }, "1.1");
        m_service.version = soap == "1.2" ? Service::Version::soap12 : Service::Version::soap11;
        m_service.action = m_root.text("action");
        if (m_root.has("soap_action")) {
            m_service.soap_action = m_root.text("soap_action");
        }
        for (auto const * const key : { "action", "soap_action" }) {
            auto const text = m_root.text(key);
            if (std::any_of(text.begin(), text.end(), [](char c) { return c <= 0x20 || c >= 0x7f || c == '"'; })) {
                m_root.fault(key, "an action is an address: plain ASCII without spaces and quotes");
            }
        }
        m_service.addressing = m_root.flag("addressing", false);
        m_service.signature = m_root.flag("signature", false);
        if (m_service.addressing && m_service.action.empty()) {
            m_root.fault("addressing", "addressing = true needs 'action', the wsa:Action of the operation");
        }
        read_namespaces(m_root.table("namespaces"));
        m_service.reference = path(m_root, "reference", false);
        read_requests(m_root.table("request"));
        read_answers();
        read_paging(m_root.table("paging"));
        return std::move(m_service);
    }

private:
    void read_namespaces(Table const & table)
    {
        for (auto const & [prefix, place] : table.keys()) {
            auto address = table.required_text(prefix);
            if (!is_xml_name(prefix)) {
                m_file.fault(place, "a prefix is a name: letters, digits, - and _");
            }
            m_namespaces.emplace(prefix, std::move(address));
        }
    }

    ElementPath path(Table const & table, std::string_view key, bool required)
    {
        auto const text = required ? table.required_text(key) : table.text(key);
        if (text.empty()) {
            return {};
        }
        auto parsed = parse_element_path(text, m_namespaces);
        if (!parsed) {
            table.fault(key,
                "this is not a path of elements, as in \"fwi:FWI/Waarschuwing\"; every prefix stands in [namespaces]");
            return {};
        }
        return std::move(*parsed);
    }

    void read_requests(Table const & table)
    {
        for (auto const & [name, place] : table.keys()) {
            auto const entry = table.table(name);
            ServiceRequest request;
            request.body = entry.required_text("body");
            request.one_document = entry.flag("one_document", false);
            auto const names = placeholders(request.body);
            if (!names || std::find(names->begin(), names->end(), "key") == names->end()) {
                entry.fault("body", "the body of a question holds {key}, and names between braces that are closed");
            }
            m_service.requests.emplace(name, std::move(request));
        }
        if (m_service.requests.empty()) {
            m_root.fault("request", "this service asks nothing; add a section [request.NAME] with a body");
        }
    }

    void read_answers()
    {
        static std::vector<std::pair<std::string_view, Meaning>> const words { { "found", Meaning::found },
            { "partial", Meaning::partial }, { "nothing", Meaning::nothing }, { "set_aside", Meaning::set_aside },
            { "refused", Meaning::refused }, { "unavailable", Meaning::unavailable }, { "bad", Meaning::bad } };
        bool finds = false;
        for (auto const & table : m_root.tables("answer")) {
            AnswerRule rule;
            rule.element = path(table, "element", true);
            rule.texts = table.texts("texts");
            std::vector<std::string> names;
            for (auto const & word : words) {
                names.emplace_back(word.first);
            }
            table.required_text("means");
            auto const means = table.word("means", names, "bad");
            rule.means = std::find_if(words.begin(), words.end(), [&](auto const & word) {
                return word.first == means;
            })->second;
            rule.code = path(table, "code", false);
            // A mistyped word was told already.
            finds = finds || rule.means == Meaning::found || means != table.text("means");
            m_service.answers.push_back(std::move(rule));
        }
        if (!finds) {
            m_root.fault("answer", "no [[answer]] means \"found\"; nothing would ever be read");
        }
    }

    void read_paging(Table const & table)
    {
        auto & paging = m_service.paging;
        paging.more = path(table, "more", false);
        paging.item = path(table, "item", false);
        paging.start = table.text("start");
        if (table.has("more") && (!table.has("item") || !table.has("start"))) {
            table.fault(
                "more", "an answer that goes on needs 'item' and 'start', which say where the next part begins");
        }
        auto const names = placeholders(paging.start);
        bool sound = names.has_value();
        for (auto const & name : names.value_or(std::vector<std::string>())) {
            auto element = parse_element_path(name, m_namespaces);
            sound = sound && element;
            paging.values.emplace(name, std::move(element).value_or(ElementPath()));
        }
        if (!sound) {
            table.fault("start", "between braces stands an element of the last item, as in {bg:inp.bsn}");
        }
    }

    TomlFile & m_file;
    Table m_root;
    Namespaces m_namespaces;
    Service m_service;
};

} // namespace

std::optional<ElementPath> parse_element_path(std::string_view text, Namespaces const & namespaces)
{
    ElementPath path;
    for (;;) {
        auto const slash = std::min(text.find('/'), text.size());
        auto name = text.substr(0, slash);
        Step step;
        if (auto const colon = name.find(':'); colon != std::string_view::npos) {
            auto const found = namespaces.find(std::string(name.substr(0, colon)));
            if (found == namespaces.end()) {
                return std::nullopt;
            }
            step.space = found->second;
            name.remove_prefix(colon + 1);
        }
        if (!is_xml_name(name)) {
            return std::nullopt;
        }
        step.name = name;
        path.push_back(std::move(step));
        if (slash == text.size()) {
            return path;
        }
        text.remove_prefix(slash + 1);
    }
}

std::optional<std::vector<std::string>> placeholders(std::string_view text)
{
    std::vector<std::string> names;
    for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at)) {
        auto const end = text.find('}', at);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        std::string name(text.substr(at + 1, end - at - 1));
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
        at = end;
    }
    return names;
}

std::vector<std::string> const & filled_placeholders()
{
    static std::vector<std::string> const names { "key", "size", "more", "start", "reference", "moment" };
    return names;
}

tl::expected<std::shared_ptr<Service const>, Faults> read_service(std::filesystem::path const & file)
{
    auto read = TomlFile::read(file);
    if (!read) {
        return tl::unexpected(std::move(read).error());
    }
    auto service = std::make_shared<Service const>(Reader(*read).read());
    if (auto faults = read->finish(); !faults.empty()) {
        return tl::unexpected(std::move(faults));
    }
    return service;
}

} // namespace ketensync::settings
