#include "daemon/record/change.hpp"

namespace ketensync::record {

namespace {

/// Where a change would begin with what it is.
constexpr char end_mark = 0x7f;
/// Beside what it is.
constexpr std::uint32_t moved_on_bit = 0x08;

void put(std::string & bytes, std::uint32_t number)
{
    while (number >= 0x80) {
        bytes.push_back(static_cast<char>(number | 0x80));
        number >>= 7;
    }
    bytes.push_back(static_cast<char>(number));
}

bool take(std::string_view & bytes, std::uint32_t & number)
{
    number = 0;
    for (int shift = 0; shift < 35; shift += 7) {
        if (bytes.empty()) {
            return false;
        }
        auto const byte = static_cast<unsigned char>(bytes.front());
        bytes.remove_prefix(1);
        number |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) {
            return true;
        }
    }
    return false;
}

bool take(std::string_view & bytes, std::vector<Change::Member> & members)
{
    std::uint32_t count = 0;
    if (!take(bytes, count) || count > bytes.size()) {
        return false;
    }
    members.resize(count);
    for (auto & member : members) {
        std::uint32_t source = 0;
        if (!take(bytes, member.record) || !take(bytes, source) || source > 0xffff) {
            return false;
        }
        member.source = static_cast<SourceId>(source);
    }
    return true;
}

void put(std::string & bytes, std::vector<Change::Member> const & members)
{
    put(bytes, static_cast<std::uint32_t>(members.size()));
    for (auto const & member : members) {
        put(bytes, member.record);
        put(bytes, member.source);
    }
}

bool take(std::string_view & bytes, Change & change)
{
    std::uint32_t what = 0;
    std::uint32_t kind = 0;
    std::uint32_t size = 0;
    if (!take(bytes, what) || what > (3U | moved_on_bit) || (what & ~moved_on_bit) > 3 || !take(bytes, kind) || kind > 255 || !take(bytes, change.golden)
        || !take(bytes, size) || size > bytes.size()) {
        return false;
    }
    change.what = static_cast<Change::What>(what & ~moved_on_bit);
    change.moved_on = (what & moved_on_bit) != 0;
    change.kind = static_cast<KindId>(kind);
    if (size != 0) {
        auto values = Values::from_bytes(bytes.substr(0, size));
        if (!values) {
            return false;
        }
        change.values = std::move(*values);
        bytes.remove_prefix(size);
    }
    return take(bytes, change.joined) && take(bytes, change.left);
}

}

void encode(Change const & change, std::string & bytes)
{
    put(bytes, static_cast<std::uint32_t>(change.what) | (change.moved_on ? moved_on_bit : 0U));
    put(bytes, change.kind);
    put(bytes, change.golden);
    put(bytes, static_cast<std::uint32_t>(change.values.bytes().size()));
    bytes += change.values.bytes();
    put(bytes, change.joined);
    put(bytes, change.left);
}

void encode_end(std::string & bytes) { bytes.push_back(end_mark); }

bool decode(std::string_view bytes, std::vector<Change> & changes)
{
    changes.clear();
    while (!bytes.empty() && bytes.front() != end_mark) {
        if (!take(bytes, changes.emplace_back())) {
            return false;
        }
    }
    return bytes.size() == 1;
}

}
