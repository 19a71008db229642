#include "daemon/record/values.hpp"

namespace ketensync::record {

namespace {

std::size_t end_offset(std::string_view bytes, std::size_t index)
{
    auto const at = 1 + 2 * index;
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]))
        | static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + 1])) << 8;
}

}

template <typename Texts>
void Values::fill(Texts const & texts)
{
    std::size_t total = 0;
    for (auto const & text : texts) {
        total += text.size();
    }
    auto const count = texts.size();
    m_bytes.reserve(1 + 2 * count + total);
    m_bytes.push_back(static_cast<char>(count));
    std::size_t end = 0;
    for (auto const & text : texts) {
        end += text.size();
        m_bytes.push_back(static_cast<char>(end & 0xff));
        m_bytes.push_back(static_cast<char>(end >> 8 & 0xff));
    }
    for (auto const & text : texts) {
        m_bytes += text;
    }
}

void Values::assign(std::span<std::string_view const> texts)
{
    m_bytes.clear();
    fill(texts);
}

Values::Values(std::span<std::string_view const> texts) { fill(texts); }
Values::Values(std::span<std::string const> texts) { fill(texts); }

std::optional<Values> Values::from_bytes(std::string_view bytes)
{
    if (bytes.empty()) {
        return std::nullopt;
    }
    std::size_t const count = static_cast<unsigned char>(bytes[0]);
    auto const head = 1 + 2 * count;
    if (bytes.size() < head) {
        return std::nullopt;
    }
    std::size_t end = 0;
    for (std::size_t i = 0; i < count; ++i) {
        auto const next = end_offset(bytes, i);
        if (next < end) {
            return std::nullopt;
        }
        end = next;
    }
    if (bytes.size() != head + end) {
        return std::nullopt;
    }
    Values values;
    values.m_bytes = bytes;
    return values;
}

bool Values::fits(std::span<std::string_view const> texts)
{
    std::size_t total = 0;
    for (auto const text : texts) {
        total += text.size();
    }
    return texts.size() <= 255 && total <= bytes_max;
}

std::string_view Values::operator[](FieldId field) const
{
    auto const count = size();
    if (field >= count) {
        return {};
    }
    std::string_view const bytes(m_bytes);
    auto const begin = field == 0 ? 0 : end_offset(bytes, field - 1U);
    auto const head = 1 + 2 * count;
    return bytes.substr(head + begin, end_offset(bytes, field) - begin);
}

}
