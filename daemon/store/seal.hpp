#pragma once

#include "daemon/base/result.hpp"
#include "daemon/base/snapshot.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ketensync::store {

/// Stands for a text, for whoever has `key` only: without it, nobody finds out by trying all texts there are. 32 bytes.
std::string keyed_hash(std::string_view key, std::string_view text);
/// 32 bytes that nobody can guess.
std::string random_bytes();
std::string in_hex(std::string_view bytes);

/// What the stored is sealed with: unreadable for whoever lacks the key, and any change of it found out before it is
/// used (XChaCha20-Poly1305). What is sealed is bound to its place and opens nowhere else. The first key seals; all of
/// them open, so that a key can be changed while what was sealed with the old one still lies there. Immutable; any thread.
class Seal final : public PieceSeal {
public:
    /// A key as a person keeps it: 64 hexadecimal digits. `name` is what messages call it.
    struct Key {
        std::string name;
        std::string text;
    };
    /// Failure::configuration when a key is no key; no part of it is in the message.
    static Result<std::shared_ptr<Seal const>> create(std::vector<Key> const & keys);
    ~Seal() override;

    /// Which key sealed something: derived from it, and tells nothing of it.
    using KeyId = std::array<unsigned char, 8>;
    static constexpr std::size_t nonce_bytes = 24;
    static constexpr std::size_t tag_bytes = 16;
    /// So many bytes longer is what is sealed: behind it lie the key's id, the nonce and the tag.
    static constexpr std::size_t overhead = sizeof(KeyId) + nonce_bytes + tag_bytes;

    /// Writes `plain.size() + overhead` bytes. `plain` may begin where `sealed` begins.
    void close(std::string_view place, std::span<unsigned char const> plain, unsigned char * sealed) const;
    enum class Opened { sound, other_key, damaged };
    /// Writes `sealed.size() - overhead` bytes; they count for nothing unless it was sound.
    Opened open(std::string_view place, std::span<unsigned char const> sealed, unsigned char * plain) const;
    /// True when it was sealed with the key that seals now.
    bool current(std::span<unsigned char const> sealed) const;
    /// Eight bytes that only who has the key can work out; of what is sealed, and the same for it every time. Nothing for
    /// another key.
    std::array<unsigned char, 8> mask(std::span<unsigned char const> sealed) const;

    std::string close_piece(std::uint64_t number, bool last, std::string_view plain) const override;
    std::optional<std::string> open_piece(std::uint64_t number, bool last, std::string_view sealed) const override;
    std::size_t piece_overhead() const override { return overhead; }

    /// The ids of the keys as text, the one that seals first: for messages and logs.
    std::vector<std::string> key_ids() const;
    static std::string key_id(std::span<unsigned char const> sealed);

private:
    struct Ring;
    Seal();
    std::unique_ptr<Ring> m_ring;
};

}
