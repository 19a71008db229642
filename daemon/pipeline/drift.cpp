#include "daemon/pipeline/drift.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ketensync::pipeline {

namespace {

using formats::Shape;
using settings::OnDrift;
using What = Shape::What;

constexpr auto kinds = std::to_array<What>({ What::added, What::retyped, What::vanished });

OnDrift policy(settings::Drift const & drift, What what)
{
    return what == What::added ? drift.added : what == What::retyped ? drift.retyped : drift.vanished;
}

std::string_view word(What what)
{
    return what == What::added ? "new" : what == What::retyped ? "of another type" : "without values now";
}

/// "new: a.b, c and 3 more; without values now: d".
std::string sentence(std::vector<Shape::Notice> const & notices)
{
    constexpr std::size_t named_max = 5;
    std::string text;
    for (auto const what : kinds) {
        std::vector<std::string> paths;
        for (auto const & notice : notices) {
            if (notice.what == what) {
                paths.push_back(notice.path);
            }
        }
        if (paths.empty()) {
            continue;
        }
        auto const named = std::min(paths.size(), named_max);
        text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", word(what),
            fmt::join(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(named), ", "));
        text += paths.size() > named ? fmt::format(" and {} more", paths.size() - named) : std::string();
    }
    return text;
}

}

void make_known(Shape & shape, mapping::Mapper const & mapper)
{
    shape.know(mapper.reads());
    shape.know(mapper.unread(), true);
}

Shape::Kinds set_aside(settings::Drift const & drift)
{
    Shape::Kinds set = 0;
    for (auto const what : kinds) {
        set |= policy(drift, what) == OnDrift::set_aside ? Shape::kind(what) : Shape::Kinds { 0 };
    }
    return set;
}

std::optional<record::Reject> drift_reject(Shape const & shape, formats::Tree const & tree, PlannedFeed const & feed)
{
    auto const found = shape.objection(tree, set_aside(feed.drift));
    if (!found) {
        return std::nullopt;
    }
    return record::Reject { "shape-changed",
        fmt::format("the field '{}' is {}: when it is sound, --accept-shape={} and try again", found->path,
            word(found->what), feed.name),
        {} };
}

void DriftWatch::begin(Shape shape)
{
    m_shape = std::move(shape);
    m_kept = m_shape.encode();
    m_learning = m_shape.learns();
    make_known(m_shape, *m_feed.mapper);
    m_shape.begin();
}

Result<void> DriftWatch::heed()
{
    m_shape.judge();
    std::vector<Shape::Notice> stopping;
    for (auto & notice : m_shape.notices()) {
        if (notice.in_run && policy(m_feed.drift, notice.what) == OnDrift::stop) {
            stopping.push_back(std::move(notice));
        }
    }
    if (stopping.empty()) {
        return {};
    }
    return fail(Failure::held,
        fmt::format("the fields of its documents changed ({0}): look with --shape={1}, and --accept-shape={1} when that is "
                    "sound",
            sentence(stopping), m_feed.name));
}

std::optional<Shape> DriftWatch::to_keep(bool whole)
{
    auto kept = m_shape;
    if (whole) {
        kept.settle();
    }
    auto text = kept.encode();
    if (text == m_kept) {
        return std::nullopt;
    }
    m_kept = std::move(text);
    return kept;
}

std::optional<Shape> DriftWatch::to_keep_of_nothing()
{
    return m_learning ? std::nullopt : to_keep(false);
}

std::string DriftWatch::notes() const
{
    std::vector<Shape::Notice> notices;
    for (auto & notice : m_shape.notices()) {
        if (notice.in_run) {
            notices.push_back(std::move(notice));
        }
    }
    auto text = sentence(notices);
    if (!text.empty()) {
        text = fmt::format("fields {}", text);
    }
    if (m_shape.overflowed()) {
        text += fmt::format("{}more than {} fields: those beyond are not watched", text.empty() ? "" : "; ", Shape::fields_max);
    }
    return text;
}

}
