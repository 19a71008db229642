#pragma once

#include "daemon/pipeline/schedule.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::pipeline {

/// One feed as the scheduler knows it.
struct Task {
    std::string name; ///< "source/feed"
    Timetable timetable;
    std::optional<Instant> last_slot; ///< the last that began, as stored; nothing: never, so it is due at once
};

struct DueTask {
    std::string name;
    Slot slot;
};

/// Decides which feeds must begin now and when to look again. A feed never overlaps itself; turns missed while it ran,
/// or while the service was down, are made up for once. Feeds without slots run only by hand. Does nothing itself: no
/// thread, no clock, no store. One thread owns it; the caller stores the slot before the work begins, so that a crash
/// does not repeat it.
class Scheduler {
public:
    explicit Scheduler(std::vector<Task> tasks);

    /// Every task that must begin now and is not running: the longest waiting first, equal ones by name.
    std::vector<DueTask> due(Instant now) const;
    /// When to ask `due` again, at the earliest `now`; nothing when only the end of a run or a reload can change it.
    std::optional<Instant> next_wake(Instant now) const;
    /// When this task's next turn begins if nothing is in its way; nothing when it has none. For status.
    std::optional<Instant> next_run(std::string_view name, Instant now) const;

    /// The turn began. A slot once begun is never due again.
    void begun(std::string_view name, Slot const & slot);
    /// A run by hand began: the task is not due until it ends, its slots stay as they are.
    void begun_by_hand(std::string_view name);
    void ended(std::string_view name);
    bool running(std::string_view name) const;
    /// It is not due before that moment; then what it missed is made up for once. A moment that is past ends the pause.
    void pause(std::string_view name, Instant until);

    /// Takes over a new set of tasks: those that stay keep their last slot and go on running; those that are gone are
    /// forgotten.
    void replace(std::vector<Task> tasks);

private:
    struct State {
        Timetable timetable;
        std::optional<Instant> last_slot;
        bool running = false;
        Instant paused_until {};
    };
    std::map<std::string, State, std::less<>> m_tasks;
};

} // namespace ketensync::pipeline
