#include "daemon/formats/tree.hpp"

namespace ketensync::formats {

void Tree::clear()
{
    m_nodes.clear();
    m_kept.clear();
}

Tree::Id Tree::add(Id parent, std::string_view name, Type type, std::string_view text)
{
    auto const id = static_cast<Id>(m_nodes.size());
    m_nodes.push_back({ name, text, none, none, none, type });
    if (parent != none) {
        if (m_nodes[parent].first == none) {
            m_nodes[parent].first = id;
        } else {
            m_nodes[m_nodes[parent].last].next = id;
        }
        m_nodes[parent].last = id;
    }
    return id;
}

std::string_view Tree::keep(std::string text) { return m_kept.emplace_back(std::move(text)); }

Tree::Id Tree::member(Id object, std::string_view name) const
{
    for (auto id = m_nodes[object].first; id != none; id = m_nodes[id].next) {
        if (m_nodes[id].name == name) {
            return id;
        }
    }
    return none;
}

}
