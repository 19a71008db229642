#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::region {

/// What can go wrong in an answer.
enum class FaultKind {
    too_many, ///< "429": with Retry-After
    unavailable, ///< "503"
    error, ///< "500"
    unauthorized, ///< "401": as if the token had expired early
    cut, ///< "cut": Content-Length promises more than comes
    cut_chunked, ///< "cut-chunked": the last chunk never comes
    reset, ///< "reset": the connection closes without an answer
    html, ///< "html": a page for people, with 200
    bad_json, ///< "bad-json": whole, but not JSON any more
    empty, ///< "empty": a list without items
    half, ///< "half": the list ends half way
    duplicate, ///< "duplicate": the page before is served again
    shifted, ///< "shifted": the page begins with the last item of the one before
    slow, ///< "slow": drips for some seconds
};

struct Fault {
    std::string source; ///< begin of a source's name: "uwv", "um", "roc-gooi", "um-laren"; "oauth"; empty: all
    FaultKind kind = FaultKind::unavailable;
    std::int64_t times = 1; ///< answers that are to go wrong; -1: all
    std::int64_t after = 0; ///< answers that go well first
    std::int64_t page = 0; ///< only of this page; 0: any
    std::int64_t seconds = 1; ///< of Retry-After, or that a slow answer takes
};

/// "429", "cut-chunked" …; nothing for a word that is no fault.
std::optional<FaultKind> fault_kind(std::string_view word);
std::string_view fault_word(FaultKind kind);

/// The faults that were asked for and have not all happened yet. Any thread may use it.
class Faults {
public:
    void add(Fault fault);
    void clear();
    /// The fault that is to happen to this answer, if any; it is counted as having happened.
    std::optional<Fault> take(std::string_view source, std::int64_t page);
    std::string json() const;

private:
    mutable std::mutex m_mutex;
    std::vector<Fault> m_faults;
    std::atomic<bool> m_any { false };
};

} // namespace ketensync::region
