#pragma once

#include "daemon/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace ketensync {

/// Makes pieces of a file unreadable for whoever lacks a key. Each is bound to its number, and to being the last one.
class PieceSeal {
public:
    virtual ~PieceSeal() = default;
    virtual std::string close_piece(std::uint64_t number, bool last, std::string_view plain) const = 0;
    /// Nothing when it is not as it was closed.
    virtual std::optional<std::string> open_piece(std::uint64_t number, bool last, std::string_view sealed) const = 0;
    /// So many bytes longer is what is sealed.
    virtual std::size_t piece_overhead() const = 0;
};

/// What a process worked out and holds in memory, as it lies there, in a file: for the next process to begin with. It is
/// never the only place where something stands: a snapshot that is not there, is damaged, was made by another build of
/// the program or of something else (`of`) is not taken, and its owner works it out anew.
///
/// Writing and reading are one thing, so that they cannot differ: whoever has memory to keep has one function
/// `keep(Snapshot &)` that names its parts in order. After a trouble the calls that follow do nothing, and `finish` tells
/// it. For nobody else to read, for it holds what its owner holds: with a seal, it is written sealed. One thread.
class Snapshot {
public:
    /// Begins a new one, beside the one that is there until it is finished.
    static Result<Snapshot> write(
        std::filesystem::path const & file, std::string_view of, std::shared_ptr<PieceSeal const> seal = nullptr);
    /// Nothing when there is none of that, or none that the seal opens.
    static std::optional<Snapshot> read(
        std::filesystem::path const & file, std::string_view of, std::shared_ptr<PieceSeal const> seal = nullptr);
    Snapshot(Snapshot &&) noexcept;
    Snapshot & operator=(Snapshot &&) = delete;
    ~Snapshot();

    template <typename... Parts>
    void operator()(Parts &... parts)
    {
        (part(parts), ...);
    }
    /// Room that the caller holds as plain memory.
    void bytes(void * at, std::size_t size);
    bool reading() const;
    /// False after a trouble.
    bool sound() const;

    /// Written: it takes the place of the one that was there. Read: what was read is as it was written; without this it
    /// must not be looked at.
    Result<void> finish();

private:
    struct Inner;
    explicit Snapshot(std::unique_ptr<Inner> inner);
    /// How many items of so many bytes at least follow; never more than the file can hold.
    std::size_t count(std::size_t held, std::size_t item_bytes);

    template <typename T>
    void part(T & value)
    {
        if constexpr (requires { value.keep(*this); }) {
            value.keep(*this);
        } else {
            static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
            bytes(&value, sizeof(T));
        }
    }
    template <typename T, typename Memory>
    void part(std::vector<T, Memory> & items)
    {
        constexpr bool plain = std::is_trivially_copyable_v<T>;
        items.resize(count(items.size(), plain ? sizeof(T) : sizeof(std::uint64_t)));
        if constexpr (plain) {
            bytes(items.data(), items.size() * sizeof(T));
        } else {
            for (auto & item : items) {
                part(item);
            }
        }
    }
    void part(std::string & text)
    {
        text.resize(count(text.size(), 1));
        bytes(text.data(), text.size());
    }

    std::unique_ptr<Inner> m;
};

} // namespace ketensync
