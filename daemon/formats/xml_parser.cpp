#include "daemon/formats/xml.hpp"
#include "daemon/formats/xml_plain.hpp"
#include "daemon/formats/xml_reader.hpp"

namespace ketensync::formats::xml {

namespace {

/// Grows a tree from events.
class Builder final : public Reader::Events {
public:
    Builder(Tree & tree, Limits const & limits, Tree const * context, std::vector<std::string> & texts)
        : m_tree(tree)
        , m_limits(limits)
        , m_context(context)
        , m_texts(texts)
    {
    }

    Result<void> opened(std::string_view name, std::vector<Reader::Attribute> const & attributes) override
    {
        if (m_open.size() >= m_limits.depth_max) {
            return fail(Failure::bad_data, "the document is nested too deep");
        }
        if (m_tree.size() + attributes.size() >= m_limits.nodes_max) {
            return too_many();
        }
        if (m_open.empty()) {
            m_open.push_back(m_tree.add(Tree::none, {}, Tree::Type::object));
            if (m_context != nullptr && !m_context->empty()) {
                copy(*m_context, Tree::root, m_tree, m_open.back(), "context");
            }
        } else {
            m_open.push_back(m_tree.add(m_open.back(), m_tree.keep(name), Tree::Type::object));
        }
        for (auto const & attribute : attributes) {
            m_name.assign("@").append(attribute.name);
            m_tree.add(m_open.back(), m_tree.keep(m_name), Tree::Type::text, m_tree.keep(attribute.value));
        }
        if (m_texts.size() < m_open.size()) {
            m_texts.emplace_back();
        }
        m_texts[m_open.size() - 1].clear();
        return {};
    }

    bool wants_text() const override { return true; }
    Result<void> text(std::string_view text) override
    {
        m_texts[m_open.size() - 1] += text;
        return {};
    }

    Result<void> closed() override
    {
        constexpr std::string_view space = " \t\r\n";
        std::string_view const text = m_texts[m_open.size() - 1];
        if (auto const first = text.find_first_not_of(space); first != std::string_view::npos) {
            if (m_tree.size() >= m_limits.nodes_max) {
                return too_many();
            }
            auto const last = text.find_last_not_of(space);
            m_tree.add(m_open.back(), "#text", Tree::Type::text, m_tree.keep(text.substr(first, last + 1 - first)));
        }
        m_open.pop_back();
        return {};
    }

private:
    static Result<void> too_many() { return fail(Failure::bad_data, "the document holds too many values"); }

    Tree & m_tree;
    Limits const & m_limits;
    Tree const * m_context;
    std::vector<std::string> & m_texts; ///< of each open element, by depth
    std::vector<Tree::Id> m_open;
    std::string m_name;
};

class XmlParser final : public DocumentParser {
public:
    explicit XmlParser(Limits const & limits)
        : m_limits(limits)
    {
    }

    Result<void> parse(std::string_view context, std::string_view document, Tree & tree) override
    {
        if (context != m_context_text) {
            m_context_text.clear();
            m_context.clear();
            m_encoding = declared_encoding(context);
            auto const element = context.substr(declaration(m_encoding).size());
            if (!element.empty()) {
                KETENSYNC_TRY(build(element, nullptr, m_context));
            }
            m_context_text = context;
        }
        // Views of the context stay valid: its tree lives here, as long as the context is the same.
        if (m_encoding == Encoding::utf8 && read_plain(document, m_limits, &m_context, tree)) {
            return {};
        }
        tree.clear();
        return build(document, &m_context, tree);
    }

private:
    Result<void> build(std::string_view text, Tree const * context, Tree & tree)
    {
        Builder builder(tree, m_limits, context, m_texts);
        return m_reader.read(text, m_encoding, Failure::bad_data, builder);
    }

    Limits m_limits;
    Reader m_reader;
    Encoding m_encoding = Encoding::utf8;
    std::string m_context_text;
    Tree m_context;
    std::vector<std::string> m_texts;
};

} // namespace

std::unique_ptr<DocumentParser> parser(Limits const & limits)
{
    return std::make_unique<XmlParser>(limits);
}

} // namespace ketensync::formats::xml
