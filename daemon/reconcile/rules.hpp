#pragma once

#include "daemon/reconcile/match_rules.hpp"
#include "daemon/reconcile/model.hpp"
#include "daemon/reconcile/reconciler.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::reconcile {

/// What [names] of the rules says of how organisations write their names. Everything is folded (fold.hpp).
struct NameRules {
    std::vector<std::string> legal_forms; ///< words that are no part of an organisation's name: "bv"; ascending
};

/// A kind whose records are compared by likelihood: which of its fields are columns, and of what type.
struct LikelyRules {
    MatchRules match;
    std::vector<record::FieldId> fields; ///< by column
    std::shared_ptr<Model const> model; ///< learned earlier; none: what is known of any registers of persons
    /// Sources (a trailing * matches any rest) that never tell one thing twice: two of their records are never one.
    std::vector<std::string> free_of_duplicates;
    double records_expected = 500'000; ///< how likely two arbitrary records are one person follows from it
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
    enum class Method : std::uint8_t { none, exact, likely };
    Method method = Method::none;
    ExactRules exact;
    LikelyRules likely;
    std::vector<bool> looks_at; ///< by field
};

struct Rules {
    NameRules names;
    std::vector<KindRules> kinds; ///< by kind of the schema
    Preferences preferences;
    record::Fingerprint written; ///< of the files they were read from
};

} // namespace ketensync::reconcile
