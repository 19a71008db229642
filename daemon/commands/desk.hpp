#pragma once

#include "daemon/commands/command.hpp"
#include "daemon/pipeline/workbench.hpp"

#include <functional>
#include <memory>

namespace ketensync::commands {

/// Where work by hand on the state is done: at the bench of the service, between two batches, when the service does the
/// command; otherwise at one of this process, which then has the lock on the state folder. One thread.
class Desk {
public:
    /// Failure::busy when another process has the state; `purpose` matters only at a bench of our own.
    static Result<Desk> open(Options const & options, std::shared_ptr<pipeline::Plan const> plan, Clock const & clock,
        pipeline::Workbench::Purpose purpose = pipeline::Workbench::Purpose::work);

    /// Waits until it is done.
    Result<void> at(std::function<Result<void>(pipeline::Bench & bench)> const & work);
    /// At the end: leaves what was loaded for the next to open the state.
    Result<void> leave();
    /// Who does it: empty for the account of this process.
    std::string const & who() const { return m_who; }

private:
    Service const * m_service = nullptr;
    std::unique_ptr<pipeline::Workbench> m_own;
    std::string m_who;
};

/// Has work done that needs the state for itself, here or by the service, which lets go of it meanwhile. `who` asks for it,
/// as for the desk. Waits until it is done.
Result<void> with_state_to_itself(
    Options const & options, Streams const & streams, std::function<Result<void>(std::string const & who)> const & work);

} // namespace ketensync::commands
