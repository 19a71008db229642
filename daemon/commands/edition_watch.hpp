#pragma once

#include "daemon/pipeline/daemon.hpp"
#include "daemon/pipeline/edition_state.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace ketensync::commands {

/// Looks how the edition of the Monitor stands, now and then, on a thread of its own. The daemon outlives it.
class EditionWatch {
public:
    explicit EditionWatch(pipeline::Daemon & daemon);
    EditionWatch(EditionWatch const &) = delete;
    EditionWatch & operator=(EditionWatch const &) = delete;
    /// Ends when the look at hand is over.
    ~EditionWatch() = default;

    /// What was seen last; never nothing, never waits. Any thread.
    std::shared_ptr<health::EditionState const> last() const;

private:
    void watch(std::stop_token const & stop);

    pipeline::Daemon & m_daemon;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_over;
    std::shared_ptr<health::EditionState const> m_last = std::make_shared<health::EditionState>();
    std::jthread m_thread; ///< last: it uses the others
};

}
