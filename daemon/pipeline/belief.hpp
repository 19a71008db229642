#pragma once

#include "daemon/landing/landing.hpp"
#include "daemon/pipeline/plan.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ketensync::pipeline {

/// What one delivery does to what was known of its feed, or of its period, and whether that is to be believed: a source
/// that lost its documents, or its fields, tells so in a way that looks like any other change. One thread.
class Belief {
public:
    Belief(PlannedFeed const & feed, landing::Landing & landing, formats::Limits const & limits);

    /// A delivery begins; so many documents were known before. `period` is empty where it is of the whole feed.
    void begin(std::string period, std::size_t known);
    /// A document that was landed as `was` has another content now; `tree` is of that. Of many, a part is looked at.
    Result<void> take_change(
        record::Fingerprint const & key, landing::Version was, formats::Tree const & tree, mapping::Told const & told);

    /// A document that was not delivered like this before; `tree` is null where it cannot be read. Of many, a part is mapped.
    void take_news(record::Fingerprint const & key, formats::Tree const * tree, mapping::Told const & told);

    /// Failure::held, and why, when the delivery holds fewer or more than may be, or is silent about too much.
    Result<void> judge_size(std::size_t delivered, std::size_t absent) const;
    /// The same, when it changed or emptied more than may be.
    Result<void> judge_changes() const;
    /// The same, when more of it would be set aside than may be.
    Result<void> judge_set_aside(std::size_t delivered) const;
    Error too_many(std::size_t delivered) const;

private:
    Result<bool> read(landing::Version version);
    std::size_t limit(std::uint64_t percent) const;
    std::string of() const;

    PlannedFeed const & m_feed;
    landing::Landing & m_landing;
    formats::Parser m_parser;
    std::string m_period;
    std::size_t m_known = 0;
    std::size_t m_changed = 0;
    std::size_t m_stride = 1; ///< of so many changed documents one is looked at
    std::map<std::pair<record::KindId, record::FieldId>, std::size_t> m_emptied; ///< of those looked at, by field

    /// News that was mapped: where it lies among all, and whether it would be set aside.
    struct Looked {
        std::uint64_t place = 0;
        bool aside = false;
    };
    std::vector<Looked> m_looked;
    std::size_t m_news_stride = 1; ///< of so much news one is looked at
    std::map<std::string, std::size_t, std::less<>> m_reasons; ///< why, of all that was ever looked at

    std::optional<landing::Page> m_page; ///< the last looked in
    formats::Tree m_tree;
    record::MappedDocument m_before;
    record::MappedDocument m_now;
};

}
