#include "daemon/reconcile/dictionary.hpp"

#include <algorithm>

namespace ketensync::reconcile {

namespace {

bool is_name(MatchType type)
{
    return type == MatchType::given_name || type == MatchType::surname || type == MatchType::full_name;
}

bool has_letters(MatchType type)
{
    return is_name(type) || type == MatchType::street || type == MatchType::place || type == MatchType::email
        || type == MatchType::text;
}

/// Types of which nearly every record tells another value, that are quick to normalise.
bool is_own(MatchType type)
{
    return type == MatchType::identifier || type == MatchType::email || type == MatchType::telephone;
}

} // namespace

Dictionary::Dictionary(MatchType type, Words & words)
    : m_type(type)
    , m_vocabulary(words)
    , m_normaliser(words)
    , m_values(1)
    , m_letters(has_letters(type) ? 1 : 0)
    , m_words(is_name(type) ? 1 : 0)
    , m_seen(is_own(type) ? 0 : 1024)
{
}

Code Dictionary::add(Normal const & normal, std::uint32_t hash)
{
    auto const code = m_texts.add(normal.text, hash);
    if (code == m_values.size()) {
        m_values.push_back({ normal.near, normal.area, normal.number, 0, normal.proven, false });
        if (has_letters(m_type)) {
            m_letters.emplace_back(m_texts.text(code));
        }
        if (is_name(m_type)) {
            m_words.push_back({ normal.words, normal.word_count, normal.surname_from });
        }
    }
    return code;
}

Code Dictionary::add(Normal const & normal)
{
    return add(normal, Texts::hash(normal.text));
}

Code Dictionary::add(std::string_view raw, DateOrder order)
{
    seek(raw, order, m_sought);
    return add(raw, order, m_sought);
}

void Dictionary::seek(std::string_view raw, DateOrder order, Sought & sought)
{
    if (raw.empty()) {
        return;
    }
    if (m_seen.empty()) {
        m_normaliser.normalise(m_type, raw, order, sought.normal);
        auto const hash = Texts::hash(sought.normal.text);
        m_texts.prefetch(hash);
        sought.hash = hash;
    } else {
        sought.hash = hash_text(raw);
        __builtin_prefetch(&m_seen[static_cast<std::size_t>(sought.hash >> 1U) & (m_seen.size() - 1)]);
    }
}

Code Dictionary::add(std::string_view raw, DateOrder order, Sought & sought)
{
    if (raw.empty()) {
        return 0;
    }
    if (m_seen.empty()) {
        return add(sought.normal, static_cast<std::uint32_t>(sought.hash));
    }
    auto const mask = m_seen.size() - 1;
    auto at = static_cast<std::size_t>(sought.hash >> 1U) & mask;
    for (; m_seen[at].hash != 0; at = (at + 1) & mask) {
        if (m_seen[at].hash == sought.hash) {
            return m_seen[at].code;
        }
    }
    m_normaliser.normalise(m_type, raw, order, sought.normal);
    auto const code = add(sought.normal);
    m_seen[at] = { sought.hash, code };
    if (++m_seen_count * 10 > m_seen.size() * 7) {
        grow_seen();
    }
    return code;
}

void Dictionary::grow_seen()
{
    BigVector<Seen> seen(m_seen.size() * 2);
    auto const mask = seen.size() - 1;
    for (auto const & entry : m_seen) {
        if (entry.hash != 0) {
            auto at = static_cast<std::size_t>(entry.hash >> 1U) & mask;
            while (seen[at].hash != 0) {
                at = (at + 1) & mask;
            }
            seen[at] = entry;
        }
    }
    m_seen = std::move(seen);
}

void Dictionary::count(Code code, int more)
{
    if (code == 0) {
        return;
    }
    auto & value = m_values[code];
    if (more > 0) {
        m_squares += 2.0 * value.count;
        ++value.count;
        ++m_told;
    } else {
        --value.count;
        m_squares -= 2.0 * value.count;
        --m_told;
    }
}

double Dictionary::likeness() const
{
    auto const told = static_cast<double>(m_told);
    return m_told < 2 ? 0.0 : m_squares / (told * (told - 1.0));
}

void Dictionary::freeze()
{
    m_seen = BigVector<Seen>();
    m_texts.freeze();
}

std::size_t Dictionary::bytes() const
{
    return m_texts.bytes() + m_values.capacity() * sizeof(Value) + m_letters.capacity() * sizeof(Letters)
        + m_words.capacity() * sizeof(NameWords) + m_seen.capacity() * sizeof(Seen);
}

} // namespace ketensync::reconcile
