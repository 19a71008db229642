#pragma once

#include "daemon/commands/reading.hpp"
#include "daemon/commands/service.hpp"
#include "daemon/pipeline/progress.hpp"

#include <map>
#include <string>
#include <vector>

namespace ketensync::commands {

/// The feeds that the names on the command line mean: a source's name is all of its feeds, no name is all there are. Last
/// come those that look at what the others told. Failure::usage names the nearest when there is no such feed.
Result<std::vector<std::size_t>> chosen(pipeline::Plan const & plan, std::vector<std::string> const & names);
/// Look-ups ask about what others tell, and sweeps look whether it is all.
bool looks_back(settings::Feed const & feed);

/// Prints runs, and gives the exit code that they come to.
int show_runs(std::vector<health::Run> const & runs, Options const & options, Streams const & streams);
/// Of two exit codes the one that asks most of a person: a failure over rejects over nothing.
int worse(int a, int b);
/// What the state holds after the run, and how long it took; of a process of its own also what it cost.
Result<void> show_summary(store::Database & state, std::chrono::milliseconds took, Options const & options, Streams const & streams);

/// Until the outbox of the service is empty; the failure of the warehouse when it does not take what waits.
Result<void> wait_delivered(Service const & service);
/// Has the service begin a run of that feed in the name of who asks, or join the one that goes on: then true. Failure::busy when
/// its source is paused, or when what goes on is not what was asked. `done` is called when the run has ended.
Result<bool> begin_run(Service const & service, std::size_t feed, pipeline::RunOptions options, pipeline::Pipeline::Done done);
/// --sync, done by the running service.
int sync_by_service(Options const & options, Streams const & streams, std::shared_ptr<pipeline::Plan const> const & plan);

/// Shows how far runs are: on a terminal as one line that is written over, otherwise as JSON lines, a second apart. One
/// thread.
class Follower {
public:
    Follower(pipeline::Plan const & plan, Options const & options, Streams const & streams, Clock const & clock);
    /// Looks into the state for what a run is expected to come to, and how far its digestion is.
    void show(std::vector<pipeline::Progress> const & progress);
    /// Takes the line away.
    void end();

private:
    struct Numbers {
        std::uint64_t done = 0;
        std::uint64_t all = 0; ///< 0: not known
    };
    Numbers numbers(pipeline::Progress const & progress);
    std::string text(pipeline::Progress const & progress, Numbers const & numbers) const;

    pipeline::Plan const & m_plan;
    Options const & m_options;
    Streams const & m_streams;
    Clock const & m_clock;
    std::optional<store::Database> m_state;
    std::map<std::size_t, std::uint64_t> m_expected; ///< documents, by feed
    std::chrono::milliseconds m_shown;
    std::size_t m_width = 0;
};

} // namespace ketensync::commands
