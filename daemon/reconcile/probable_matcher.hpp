#pragma once

#include "daemon/reconcile/agglomerate.hpp"
#include "daemon/reconcile/blocks.hpp"
#include "daemon/reconcile/chunks.hpp"
#include "daemon/reconcile/judge.hpp"
#include "daemon/reconcile/matcher.hpp"
#include "daemon/reconcile/parts.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// Puts records of people together by likelihood: finds who shares a key, judges each, weighs their groups, and joins
/// the best, or none where two are as good and cannot both be right. About 130 bytes a record.
class ProbableMatcher final : public Matcher {
public:
    ProbableMatcher(ProbableRules const & rules, NameRules const & names, KindId number, Groups & groups);
    void load(Told const & told) override;
    void settle(Told const & told, Outcome & outcome) override;
    void withdraw(RecordId record, Outcome & outcome) override;
    std::size_t bytes() const override;
    std::uint64_t capped() const override { return m_capped + m_blocks.left_out(); }

private:
    /// A group that the record may join, and what speaks for it.
    struct Standing {
        std::size_t part = 0;
        Linkage linkage;
        RecordId nearest = 0; ///< the record of it that says most for
        double nearest_bits = 0;
        RecordId clashing = 0; ///< one with the same BSN that is somebody else
        double clashing_bits = 0;
    };

    Features const & features(RecordId record) const { return m_features[m_groups.local(record)]; }
    void enter(RecordId record, Features const & features);
    void forget(RecordId record);
    void take_apart(RecordId record);
    void find_candidates();
    void weigh_candidates(RecordId record);
    Linkage between(std::vector<RecordId> const & a, std::vector<RecordId> const & b) const;
    Standing stand(std::size_t part, RecordId record, RecordId known, Verdict const & of_known) const;
    std::size_t join(RecordId record);
    bool ambiguous(std::size_t best) const;
    void tell_doubts(RecordId record, std::size_t own, Outcome & outcome) const;

    ProbableRules const & m_rules;
    KindId m_number;
    Groups & m_groups;
    Names m_names;
    Judge m_judge;
    double m_ignorance = 0;
    Chunks<Features> m_features;
    Blocks m_blocks;
    std::uint64_t m_capped = 0;

    // Of the decision at hand; kept for their memory.
    Parts m_parts;
    std::vector<Standing> m_standings;
    std::vector<std::uint64_t> m_keys;
    std::vector<RecordId> m_candidates;
    std::vector<RecordId> m_rest;
};

} // namespace ketensync::reconcile
