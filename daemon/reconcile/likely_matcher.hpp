#pragma once

#include "daemon/reconcile/batch.hpp"
#include "daemon/reconcile/blocks.hpp"
#include "daemon/reconcile/cluster.hpp"
#include "daemon/reconcile/matcher.hpp"
#include "daemon/reconcile/parts.hpp"
#include "daemon/reconcile/recipes.hpp"
#include "daemon/reconcile/rules.hpp"
#include "daemon/reconcile/scorer.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ketensync::reconcile {

/// The engine of batch.hpp a record at a time: the same columns, keys, comparison, model and clustering, of the groups
/// that a record touches. Who shares a key with it is judged; the groups worth it are agglomerated anew with it.
/// `reconcile` does it for all records at once, so that in the end no order of arrival matters.
class LikelyMatcher final : public Matcher {
public:
    /// `free`: by source, whether it is free of duplicates.
    LikelyMatcher(LikelyRules const & rules, KindId number, Groups & groups, std::vector<bool> free = {});
    void load(Told const & told) override;
    void settle(Told const & told, Outcome & outcome) override;
    void withdraw(RecordId record, Outcome & outcome) override;
    void judge(RecordId a, RecordId b, Judgement judgement, Outcome & outcome) override;
    void reconcile(Outcome & outcome) override;
    Result<std::optional<Learned>> learn(std::filesystem::path const & file) override;
    std::optional<Explanation> explain(RecordId a, RecordId b) const override;
    void keep(Snapshot & snapshot) override { snapshot(m_table, m_blocks, m_free, m_record_of, m_sources, m_capped); }
    std::size_t bytes() const override;
    std::uint64_t capped() const override { return m_capped + m_blocks.left_out(); }

private:
    struct Candidate {
        RecordId record = 0;
        Verdict verdict;
    };

    BatchResult decide(std::optional<Model> const & model);
    Row row(RecordId record) const { return m_table.row(m_groups.local(record)); }
    bool of_one_free_source(RecordId a, RecordId b) const;
    Verdict weigh(RecordId a, RecordId b);
    void read(Told const & told);
    void enter(Told const & told);
    void find_blocks(RecordId record);
    void index(RecordId record);
    void forget(RecordId record);
    void meet(RecordId record);
    void find_candidates(RecordId record);
    void gather(RecordId record);
    void regroup(std::span<RecordId const> gone, Outcome & outcome);
    void join_whole(RecordId record, std::span<RecordId const> gone, Outcome & outcome);
    void tell_doubts(RecordId record, Outcome & outcome) const;

    LikelyRules const & m_rules;
    KindId m_number;
    Groups & m_groups;
    RecordTable m_table;
    Form m_form;
    Model m_model;
    Recipes m_recipes;
    Scorer m_scorer;
    Judgements m_judgements; ///< by record
    Blocks m_blocks;
    std::vector<std::uint32_t> m_free; ///< rows
    std::vector<RecordId> m_record_of; ///< by row
    std::vector<bool> m_free_of_duplicates; ///< by source
    std::vector<SourceId> m_sources; ///< by row; only where the rules name sources free of duplicates
    std::uint64_t m_capped = 0;

    // Of the decision at hand; kept for their memory.
    std::vector<std::string_view> m_texts;
    std::vector<Code> m_read;
    std::array<std::uint32_t, Recipes::recipes_max * Recipes::ways_max> m_keys {};
    std::vector<std::uint64_t> m_block_of; ///< the record's keys, as m_blocks knows them
    std::vector<RecordId> m_found;
    std::vector<Candidate> m_candidates;
    std::vector<RecordId> m_touched;
    std::vector<Link> m_links;
    Parts m_parts;
};

} // namespace ketensync::reconcile
