#include "daemon/pipeline/run_story.hpp"

#include "daemon/golden/golden.hpp"
#include "daemon/pipeline/runs.hpp"

#include <algorithm>

namespace ketensync::pipeline {

namespace {

using What = record::Change::What;

/// Fields of one record that are shown; the rest is left for --explain.
constexpr std::size_t fields_max = 12;

std::uint64_t number(store::Statement const & row, int column) { return static_cast<std::uint64_t>(row.integer(column)); }

std::string shown(record::Field const & field, std::string_view value)
{
    return field.personal == record::Personal::none || value.empty() ? std::string(value) : "***";
}

Result<void> tell_course(store::Database & state, RunStory & story)
{
    KETENSYNC_TRY_ASSIGN(auto const known, state.number("SELECT count(*) FROM sqlite_schema WHERE name = 'run_course'"));
    if (known == 0) {
        return {};
    }
    auto const run = static_cast<std::int64_t>(story.run.id);
    KETENSYNC_TRY_ASSIGN(auto course, state.prepare("SELECT read_at, pages, bytes FROM run_course WHERE run = ?"));
    course.bind(1, run);
    KETENSYNC_TRY_ASSIGN(bool const row, course.step());
    if (row) {
        story.read_at = Instant(std::chrono::milliseconds(course.integer(0)));
        story.pages = number(course, 1);
        story.bytes = number(course, 2);
    }
    KETENSYNC_TRY_ASSIGN(
        auto rejects, state.prepare("SELECT reason, rejects FROM run_reject WHERE run = ? ORDER BY rejects DESC, reason"));
    rejects.bind(1, run);
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const more, rejects.step());
        if (!more) {
            return {};
        }
        story.rejects.push_back({ std::string(rejects.text(0)), number(rejects, 1) });
    }
}

/// The two states of the record around that moment; what retention or an erasure destroyed is not there.
Result<void> compare(golden::Golden & store, record::Kind const & kind, Instant at, RunStory::Sample & sample)
{
    KETENSYNC_TRY_ASSIGN(auto const is, store.delivered(sample.golden));
    KETENSYNC_TRY_ASSIGN(auto const past, store.past(sample.golden));
    auto const before = std::ranges::find(past, at, &golden::Golden::Past::until);
    auto const after = std::ranges::find(past, at, &golden::Golden::Past::since);
    record::Values const none;
    auto const * const was = before == past.end() ? nullptr : &before->values;
    auto const * const becomes = after != past.end() ? &after->values : is.exists && is.since == at ? &is.values : nullptr;
    sample.kept = sample.what == What::regrouped || ((was != nullptr || sample.what == What::added)
                      && (becomes != nullptr || sample.what == What::ended));
    if (!sample.kept || sample.what == What::regrouped) {
        return {};
    }
    for (std::size_t i = 0; i < kind.fields.size() && sample.fields.size() < fields_max; ++i) {
        auto const field = static_cast<record::FieldId>(i);
        auto const of = [field](record::Values const * values) { return values == nullptr ? std::string_view() : (*values)[field]; };
        if (of(was) != of(becomes)) {
            sample.fields.push_back({ kind.fields[i].name, shown(kind.fields[i], of(was)), shown(kind.fields[i], of(becomes)) });
        }
    }
    return {};
}

Result<void> tell_samples(store::Database & state, record::Schema const & schema, RunStory & story)
{
    KETENSYNC_TRY_ASSIGN(auto const known, state.number("SELECT count(*) FROM sqlite_schema WHERE name = 'run_sample'"));
    if (known == 0) {
        return {};
    }
    KETENSYNC_TRY_ASSIGN(auto store, golden::Golden::open(state));
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare("SELECT golden, kind, what, at FROM run_sample WHERE run = ? ORDER BY golden"));
    select.bind(1, static_cast<std::int64_t>(story.run.id));
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return {};
        }
        auto const kind = static_cast<std::size_t>(select.integer(1));
        if (kind >= schema.kinds.size()) {
            continue;
        }
        RunStory::Sample sample;
        sample.golden = static_cast<record::GoldenId>(select.integer(0));
        sample.kind = schema.kinds[kind].name;
        sample.what = static_cast<What>(select.integer(2));
        KETENSYNC_TRY(compare(store, schema.kinds[kind], Instant(std::chrono::milliseconds(select.integer(3))), sample));
        story.samples.push_back(std::move(sample));
    }
}

}

Result<std::optional<RunStory>> run_story(store::Database & state, std::int64_t run, record::Schema const * schema)
{
    RunStory story;
    KETENSYNC_TRY_ASSIGN(auto head, state.prepare("SELECT note FROM run WHERE id = ?"));
    head.bind(1, run);
    KETENSYNC_TRY_ASSIGN(bool const known, head.step());
    if (!known) {
        return std::nullopt;
    }
    story.note = head.text(0);
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    KETENSYNC_TRY_ASSIGN(story.run, runs.run(run));
    KETENSYNC_TRY(tell_course(state, story));
    KETENSYNC_TRY(schema == nullptr ? Result<void>() : tell_samples(state, *schema, story));
    if (story.run.ended) {
        KETENSYNC_TRY_ASSIGN(auto waiting, state.prepare("SELECT count(*) FROM outbox WHERE known BETWEEN ? AND ?"));
        waiting.bind(1, std::int64_t { story.run.started.time_since_epoch().count() });
        waiting.bind(2, std::int64_t { story.run.ended->time_since_epoch().count() });
        KETENSYNC_TRY(waiting.step());
        story.waiting = number(waiting, 0);
    }
    return story;
}

Result<std::vector<health::Run>> choose_runs(store::Database & state, RunChoice const & choice)
{
    // Each condition has an index to go by: the run log may hold a million runs.
    std::string sql = "SELECT r.id FROM run r WHERE ";
    sql += choice.source.empty() ? "?1 = ?1 AND ?2 = ?2"
                                 : "r.feed IN (SELECT f.id FROM feed f JOIN source s ON s.id = f.source "
                                   "WHERE s.name = ?1 AND (?2 = '' OR f.name = ?2))";
    sql += choice.failed ? " AND r.state IN ('failed', 'held') AND (r.state NOT IN ('succeeded', 'running') OR r.cause = 'manual')" : "";
    sql += " AND (?3 = 0 OR r.id < ?3) ORDER BY r.id DESC LIMIT ?4";
    KETENSYNC_TRY_ASSIGN(auto select, state.prepare(sql));
    select.bind(1, std::string_view(choice.source)).bind(2, std::string_view(choice.feed));
    select.bind(3, choice.before).bind(4, static_cast<std::int64_t>(choice.limit));
    KETENSYNC_TRY_ASSIGN(auto runs, Runs::open(state));
    std::vector<health::Run> chosen;
    for (;;) {
        KETENSYNC_TRY_ASSIGN(bool const row, select.step());
        if (!row) {
            return chosen;
        }
        KETENSYNC_TRY_ASSIGN(auto run, runs.run(select.integer(0)));
        chosen.push_back(std::move(run));
    }
}

}
