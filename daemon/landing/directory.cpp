#include "daemon/landing/directory.hpp"

namespace ketensync::landing {

namespace {

constexpr std::uint32_t gone_mark = 0xffff'ffff;

template <typename Number>
void put(std::string & bytes, Number number)
{
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        bytes.push_back(static_cast<char>(number >> 8 * i & 0xff));
    }
}

template <typename Number>
Number take(std::string_view bytes, std::size_t at)
{
    Number number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        number |= static_cast<Number>(static_cast<Number>(static_cast<unsigned char>(bytes[at + i])) << 8 * i);
    }
    return number;
}

constexpr std::size_t entry_bytes = 44;

}

std::string encode(std::vector<Entry> const & entries)
{
    std::string bytes;
    bytes.reserve(entries.size() * entry_bytes);
    for (auto const & entry : entries) {
        put(bytes, entry.key.high);
        put(bytes, entry.key.low);
        put(bytes, entry.content.high);
        put(bytes, entry.content.low);
        put(bytes, entry.previous);
        put(bytes, entry.gone ? gone_mark : entry.length);
    }
    return bytes;
}

std::optional<std::vector<Entry>> decode_directory(std::string_view bytes)
{
    if (bytes.size() % entry_bytes != 0) {
        return std::nullopt;
    }
    std::vector<Entry> entries(bytes.size() / entry_bytes);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto const at = i * entry_bytes;
        auto & entry = entries[i];
        entry.key = { take<std::uint64_t>(bytes, at), take<std::uint64_t>(bytes, at + 8) };
        entry.content = { take<std::uint64_t>(bytes, at + 16), take<std::uint64_t>(bytes, at + 24) };
        entry.previous = take<std::uint64_t>(bytes, at + 32);
        entry.length = take<std::uint32_t>(bytes, at + 40);
        entry.gone = entry.length == gone_mark;
        entry.length = entry.gone ? 0 : entry.length;
    }
    return entries;
}

std::string encode(Tellings const & tellings)
{
    std::string bytes;
    for (auto const & records : tellings) {
        bytes.push_back(static_cast<char>(records.size()));
        for (auto const record : records) {
            put(bytes, record);
        }
    }
    return bytes;
}

std::optional<Tellings> decode_tellings(std::string_view bytes)
{
    Tellings tellings;
    for (std::size_t at = 0; at < bytes.size();) {
        std::size_t const count = static_cast<unsigned char>(bytes[at++]);
        if (bytes.size() - at < count * 4) {
            return std::nullopt;
        }
        auto & records = tellings.emplace_back(count);
        for (auto & record : records) {
            record = take<std::uint32_t>(bytes, at);
            at += 4;
        }
    }
    return tellings;
}

}
