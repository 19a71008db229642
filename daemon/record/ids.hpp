#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string_view>

namespace ketensync::record {

/// Position of a kind in the schema; of a field in its kind. At most 255 of each.
using KindId = std::uint8_t;
using FieldId = std::uint8_t;

/// Numbers handed out by the store, from 1 up and never again; 0 means none. 32 bits: four billion of each.
using RecordId = std::uint32_t;
using GoldenId = std::uint32_t;

/// Number of a configured source, or of one of its feeds, in the store. 0 means none.
using SourceId = std::uint16_t;
using FeedId = std::uint16_t;

/// 128 bits that stand for bytes (XXH3-128): two equal fingerprints are taken for equal bytes. For telling change and
/// for finding keys in memory; not a secret and not a signature.
struct Fingerprint {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(Fingerprint const &, Fingerprint const &) = default;
};

/// Of the parts one after another, each with its length, so that ("ab","c") and ("a","bc") differ.
Fingerprint fingerprint(std::initializer_list<std::string_view> parts);

/// Of one run of bytes: the fast form for whole documents and pages.
Fingerprint fingerprint(std::string_view bytes);

}

template <>
struct std::hash<ketensync::record::Fingerprint> {
    std::size_t operator()(ketensync::record::Fingerprint const & value) const noexcept { return value.low; }
};
