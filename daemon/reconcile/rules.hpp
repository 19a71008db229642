#pragma once

#include "daemon/reconcile/aspects.hpp"
#include "daemon/reconcile/reconciler.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::reconcile {

/// What [names] of the rules says of how people write names. Everything is folded (fold.hpp).
struct NameRules {
    std::vector<std::string> prefixes; ///< words that are no part of a surname: "van", "der"; ascending
    std::vector<std::string> legal_forms; ///< words that are no part of an organisation's name: "bv"; ascending
    /// A first name and the number of a set of names that one person goes by ("jan" and "johannes" have the same one);
    /// numbers from 1; ascending. A name is in four sets at most.
    static constexpr std::size_t sets_max = 4;
    std::vector<std::pair<std::string, std::uint16_t>> alike;
};

/// Log2 of how often a level of agreement is seen between two records of the same person, of two unrelated people, and
/// of two people of one household.
struct Odds {
    double same = 0;
    double other = 0;
    double household = 0;
};

/// A property of a record from which the keys of candidates are made.
enum class KeyPart : std::uint8_t {
    bsn,
    identifier,
    email,
    telephone,
    birth_date,
    birth_year,
    sound, ///< of each surname the record may be known by
    surname, ///< each surname the record may be known by
    given, ///< the first given name
    given3, ///< its first three letters
    initial,
    sex,
    postcode,
    postcode4,
    house_number,
};

using KeyRule = std::vector<KeyPart>;

/// A kind whose records are compared by likelihood, after I. P. Fellegi and A. B. Sunter, "A theory for record
/// linkage", JASA 64 (1969), with a third class: two records of one household agree on a surname and an address without
/// being one person. Numbers only, so that two runs decide alike.
struct ProbableRules {
    using Fields = std::array<std::optional<record::FieldId>, aspect_fields_max>;
    std::array<Fields, aspect_count> fields {}; ///< of each aspect, in the order of aspects.hpp
    std::optional<record::FieldId> bsn;
    std::optional<record::FieldId> identifier;
    std::array<std::array<Odds, levels_max>, aspect_count> odds {};
    Odds prior; ///< of two arbitrary records, log2
    Odds identifier_differs; ///< the two have different numbers in the namespace of `identifier`
    std::array<double, aspect_count>
        rarest {}; ///< how seldom a value can be believed to be; 0: frequencies do not count
    double common_after = 1000; ///< values seen before their frequency weighs as much as `odds` does
    double link = 0; ///< bits from which records are one
    double review = 0; ///< bits from which a person is asked
    double margin = 0; ///< bits by which one of two candidates must be better than the other
    std::uint32_t block_max = 200; ///< records compared under one key
    std::vector<KeyRule> keys;
};

/// A kind whose records are the same when certain fields are equal.
struct ExactRules {
    /// A column is a field that is looked at, by position in `columns`.
    using Column = std::uint8_t;
    static constexpr std::size_t columns_max = 6;
    struct Period {
        Column from = 0;
        std::optional<Column> until; ///< when given, periods that overlap are near whatever their start
        std::int32_t days = 0; ///< between two starts, at most
    };
    /// All of it must hold.
    struct Same {
        std::vector<Column> equal; ///< both have it and it is equal
        std::vector<Column> equal_or_both_none; ///< equal, or neither has it
        std::vector<Column> equal_or_missing; ///< equal, or one of them lacks it
        std::optional<Period> near;
    };
    std::vector<record::FieldId> columns;
    std::vector<Same> same; ///< any of these makes two records one
    std::vector<Column> never_differ; ///< two records that both have it and differ are never one, nor in one group
};

struct KindRules {
    enum class Method : std::uint8_t { none, exact, fellegi_sunter };
    Method method = Method::none;
    ExactRules exact;
    ProbableRules probable;
    std::vector<bool> looks_at; ///< by field
};

struct Rules {
    NameRules names;
    std::vector<KindRules> kinds; ///< by kind of the schema
    Preferences preferences;
};

} // namespace ketensync::reconcile
