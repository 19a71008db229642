#pragma once

#include "daemon/record/ids.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::record {

/// The field values of one record, in the order of its kind, in the bytes in which the store keeps them: no parsing and
/// no allocation per field. A value is its canonical text; an empty text is no value at all.
///
/// Shape: one byte n, then n little-endian 16-bit offsets of where each value ends, then the texts. 64 KiB at most.
class Values {
public:
    static constexpr std::size_t bytes_max = 65'535;

    Values() = default;
    /// From texts in schema order. The texts together must fit in bytes_max, see `fits`.
    explicit Values(std::span<std::string_view const> texts);
    explicit Values(std::span<std::string const> texts);

    /// From bytes that a Values gave out earlier; nothing when they are not of this shape.
    static std::optional<Values> from_bytes(std::string_view bytes);
    static bool fits(std::span<std::string_view const> texts);
    /// As if made anew from the texts, in the memory that is there. They must not be of this object.
    void assign(std::span<std::string_view const> texts);

    /// The canonical text, or an empty view. Valid as long as this object is neither changed nor destroyed.
    std::string_view operator[](FieldId field) const;
    std::size_t size() const { return m_bytes.empty() ? 0 : static_cast<unsigned char>(m_bytes[0]); }
    std::string const & bytes() const { return m_bytes; }

    friend bool operator==(Values const &, Values const &) = default;

private:
    template <typename Texts>
    void fill(Texts const & texts);

    std::string m_bytes;
};

}
