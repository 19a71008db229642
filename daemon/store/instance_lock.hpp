#pragma once

#include "daemon/base/result.hpp"

#include <filesystem>

namespace ketensync::store {

/// The right to work on a state folder: one process at a time. The kernel gives it back when the process ends, however
/// it ends, so a stale lock never blocks.
class InstanceLock {
public:
    /// Failure::busy, with the process number of the holder, when somebody else has it.
    static Result<InstanceLock> take(std::filesystem::path const & file);
    InstanceLock(InstanceLock && other) noexcept;
    InstanceLock & operator=(InstanceLock && other) noexcept;
    ~InstanceLock();

private:
    explicit InstanceLock(int descriptor) : m_descriptor(descriptor) { }
    int m_descriptor;
};

}
