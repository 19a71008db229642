#pragma once

#include "daemon/formats/shape.hpp"
#include "daemon/pipeline/plan.hpp"

#include <optional>
#include <string>

namespace ketensync::pipeline {

/// The shape of a feed with what its mapping reads made known.
void make_known(formats::Shape & shape, mapping::Mapper const & mapper);

/// The differences that set a document of the feed aside.
formats::Shape::Kinds set_aside(settings::Drift const & drift);

/// What of a document's shape sets it aside; nothing when it is as was accepted.
std::optional<record::Reject> drift_reject(
    formats::Shape const & shape, formats::Tree const & tree, PlannedFeed const & feed);

/// Watches the shape of what one run of a feed delivers. One thread.
class DriftWatch {
public:
    explicit DriftWatch(PlannedFeed const & feed) : m_feed(feed) { }

    /// Takes over the shape as it is kept.
    void begin(formats::Shape shape);
    void take(formats::Tree const & tree) { m_shape.take(tree); }
    /// Before what was read counts: Failure::held when the feed stops at what it shows.
    Result<void> heed();
    /// The shape to be kept with what was read so far, when it says something that is not kept yet; `whole` when the run
    /// ends well, so that what it counted counts.
    std::optional<formats::Shape> to_keep(bool whole);
    /// The same after a run that came to nothing: what it noticed stays noticed. Nothing while the shape is learned.
    std::optional<formats::Shape> to_keep_of_nothing();
    /// One sentence about what was noticed and is not accepted; empty when there is nothing to say.
    std::string notes() const;

private:
    PlannedFeed const & m_feed;
    formats::Shape m_shape;
    std::string m_kept; ///< as it is kept
    bool m_learning = true;
};

}
