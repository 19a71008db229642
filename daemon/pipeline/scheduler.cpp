#include "daemon/pipeline/scheduler.hpp"

#include <algorithm>

namespace ketensync::pipeline {

Scheduler::Scheduler(std::vector<Task> tasks)
{
    replace(std::move(tasks));
}

std::vector<DueTask> Scheduler::due(Instant now) const
{
    std::vector<DueTask> result;
    for (auto const & [name, state] : m_tasks) {
        if (state.running || state.paused_until > now) {
            continue;
        }
        if (auto const slot = state.timetable.due(state.last_slot, now)) {
            result.push_back({ name, *slot });
        }
    }
    std::stable_sort(
        result.begin(), result.end(), [](auto const & a, auto const & b) { return a.slot.fires < b.slot.fires; });
    return result;
}

std::optional<Instant> Scheduler::next_wake(Instant now) const
{
    std::optional<Instant> earliest;
    for (auto const & [name, state] : m_tasks) {
        if (state.running) {
            continue;
        }
        if (auto const next = next_run(name, now); next && (!earliest || *next < *earliest)) {
            earliest = next;
        }
    }
    return earliest;
}

std::optional<Instant> Scheduler::next_run(std::string_view name, Instant now) const
{
    auto const found = m_tasks.find(name);
    if (found == m_tasks.end()) {
        return std::nullopt;
    }
    auto const & state = found->second;
    auto const from = std::max(now, state.paused_until);
    if (state.running && from == now) { // what is due is under way
        auto const next = state.timetable.next(now);
        return next ? std::optional(next->fires) : std::nullopt;
    }
    return state.timetable.next_begin(state.last_slot, from);
}

void Scheduler::pause(std::string_view name, Instant until)
{
    if (auto const found = m_tasks.find(name); found != m_tasks.end()) {
        found->second.paused_until = until;
    }
}

void Scheduler::begun(std::string_view name, Slot const & slot)
{
    if (auto const found = m_tasks.find(name); found != m_tasks.end()) {
        found->second.last_slot = slot.at;
        found->second.running = true;
    }
}

void Scheduler::begun_by_hand(std::string_view name)
{
    if (auto const found = m_tasks.find(name); found != m_tasks.end()) {
        found->second.running = true;
    }
}

void Scheduler::ended(std::string_view name)
{
    if (auto const found = m_tasks.find(name); found != m_tasks.end()) {
        found->second.running = false;
    }
}

bool Scheduler::running(std::string_view name) const
{
    auto const found = m_tasks.find(name);
    return found != m_tasks.end() && found->second.running;
}

void Scheduler::replace(std::vector<Task> tasks)
{
    std::map<std::string, State, std::less<>> next;
    for (auto & task : tasks) {
        State state { std::move(task.timetable), task.last_slot, false, {} };
        if (auto const known = m_tasks.find(task.name); known != m_tasks.end()) {
            state.last_slot = known->second.last_slot ? known->second.last_slot : state.last_slot;
            state.running = known->second.running;
            state.paused_until = known->second.paused_until;
        }
        next.emplace(std::move(task.name), std::move(state));
    }
    m_tasks = std::move(next);
}

} // namespace ketensync::pipeline
