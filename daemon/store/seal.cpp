#include "daemon/store/seal.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace ketensync::store {

namespace {

constexpr std::size_t key_bytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
static_assert(Seal::nonce_bytes == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(Seal::tag_bytes == crypto_aead_xchacha20poly1305_ietf_ABYTES);

unsigned char const * bytes_of(std::string_view text) { return reinterpret_cast<unsigned char const *>(text.data()); }

std::string piece_place(std::uint64_t number, bool last) { return fmt::format("piece {}{}", number, last ? " last" : ""); }

}

/// The keys, each with what is derived from it. Memory that is not swapped out and is wiped when it is given back.
struct Seal::Ring {
    struct Derived {
        KeyId id {};
        std::array<unsigned char, key_bytes> sealing {};
        std::array<unsigned char, crypto_shorthash_KEYBYTES> masking {};
    };
    std::vector<Derived> keys;
    std::array<unsigned char, nonce_bytes - sizeof(std::uint64_t)> nonce_begin {};
    mutable std::atomic<std::uint64_t> nonces = 0;

    ~Ring()
    {
        for (auto & key : keys) {
            sodium_munlock(&key, sizeof(key));
        }
    }
    Derived const * find(std::span<unsigned char const> sealed) const
    {
        auto const * const id = sealed.data() + sealed.size() - overhead;
        auto const found = std::ranges::find_if(
            keys, [id](Derived const & key) { return std::memcmp(key.id.data(), id, key.id.size()) == 0; });
        return found == keys.end() ? nullptr : &*found;
    }
};

Seal::Seal() : m_ring(std::make_unique<Ring>()) { }
Seal::~Seal() = default;

Result<std::shared_ptr<Seal const>> Seal::create(std::vector<Key> const & keys)
{
    if (sodium_init() < 0) {
        return fail(Failure::bug, "libsodium cannot be made ready");
    }
    std::shared_ptr<Seal> seal(new Seal());
    auto & ring = *seal->m_ring;
    randombytes_buf(ring.nonce_begin.data(), ring.nonce_begin.size());
    ring.keys.reserve(keys.size()); // so that no copy of a key is left behind
    for (auto const & key : keys) {
        std::array<unsigned char, key_bytes> master {};
        std::size_t size = 0;
        if (sodium_hex2bin(master.data(), master.size(), key.text.data(), key.text.size(), nullptr, &size, nullptr) != 0
            || size != master.size() || key.text.size() != 2 * master.size()) {
            sodium_memzero(master.data(), master.size());
            return fail(Failure::configuration,
                fmt::format("credential '{}' is no key to seal with: it must hold {} hexadecimal digits "
                            "(openssl rand -hex {})",
                    key.name, 2 * key_bytes, key_bytes));
        }
        auto & derived = ring.keys.emplace_back();
        sodium_mlock(&derived, sizeof(derived)); // where the limit allows it
        constexpr auto * purpose = "ketensyn";
        std::array<unsigned char, crypto_kdf_BYTES_MIN> id {};
        crypto_kdf_derive_from_key(id.data(), id.size(), 1, purpose, master.data());
        std::copy_n(id.begin(), derived.id.size(), derived.id.begin());
        crypto_kdf_derive_from_key(derived.sealing.data(), derived.sealing.size(), 2, purpose, master.data());
        crypto_kdf_derive_from_key(derived.masking.data(), derived.masking.size(), 3, purpose, master.data());
        sodium_memzero(master.data(), master.size());
    }
    if (ring.keys.empty()) {
        return fail(Failure::bug, "a seal without a key");
    }
    return seal;
}

void Seal::close(std::string_view place, std::span<unsigned char const> plain, unsigned char * sealed) const
{
    auto const & key = m_ring->keys.front();
    auto * const id = sealed + plain.size();
    auto * const nonce = id + sizeof(KeyId);
    // Random for each process, counted within it: no nonce comes twice.
    std::uint64_t const number = m_ring->nonces.fetch_add(1, std::memory_order_relaxed);
    std::array<unsigned char, nonce_bytes> fresh {};
    std::ranges::copy(m_ring->nonce_begin, fresh.begin());
    std::memcpy(fresh.data() + m_ring->nonce_begin.size(), &number, sizeof(number));
    crypto_aead_xchacha20poly1305_ietf_encrypt_detached(sealed, nonce + nonce_bytes, nullptr, plain.data(), plain.size(),
        bytes_of(place), place.size(), nullptr, fresh.data(), key.sealing.data());
    std::ranges::copy(key.id, id);
    std::ranges::copy(fresh, nonce);
}

Seal::Opened Seal::open(std::string_view place, std::span<unsigned char const> sealed, unsigned char * plain) const
{
    auto const * const key = sealed.size() < overhead ? nullptr : m_ring->find(sealed);
    if (key == nullptr) {
        return Opened::other_key;
    }
    auto const size = sealed.size() - overhead;
    auto const * const nonce = sealed.data() + size + sizeof(KeyId);
    return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(plain, nullptr, sealed.data(), size, nonce + nonce_bytes,
               bytes_of(place), place.size(), nonce, key->sealing.data())
            == 0
        ? Opened::sound
        : Opened::damaged;
}

bool Seal::current(std::span<unsigned char const> sealed) const { return m_ring->find(sealed) == &m_ring->keys.front(); }

std::array<unsigned char, 8> Seal::mask(std::span<unsigned char const> sealed) const
{
    std::array<unsigned char, crypto_shorthash_BYTES> bytes {};
    if (auto const * const key = m_ring->find(sealed)) {
        auto const * const nonce = sealed.data() + sealed.size() - nonce_bytes - tag_bytes;
        crypto_shorthash(bytes.data(), nonce, nonce_bytes, key->masking.data());
    }
    return bytes;
}

std::string Seal::close_piece(std::uint64_t number, bool last, std::string_view plain) const
{
    std::string sealed(plain.size() + overhead, '\0');
    close(piece_place(number, last), { bytes_of(plain), plain.size() }, reinterpret_cast<unsigned char *>(sealed.data()));
    return sealed;
}

std::optional<std::string> Seal::open_piece(std::uint64_t number, bool last, std::string_view sealed) const
{
    if (sealed.size() < overhead) {
        return std::nullopt;
    }
    std::string plain(sealed.size() - overhead, '\0');
    auto const opened
        = open(piece_place(number, last), { bytes_of(sealed), sealed.size() }, reinterpret_cast<unsigned char *>(plain.data()));
    return opened == Opened::sound ? std::optional(std::move(plain)) : std::nullopt;
}

std::vector<std::string> Seal::key_ids() const
{
    std::vector<std::string> ids;
    for (auto const & key : m_ring->keys) {
        ids.push_back(fmt::format("{:02x}", fmt::join(key.id, "")));
    }
    return ids;
}

std::string Seal::key_id(std::span<unsigned char const> sealed)
{
    return sealed.size() < overhead
        ? std::string()
        : fmt::format("{:02x}", fmt::join(sealed.subspan(sealed.size() - overhead, sizeof(KeyId)), ""));
}

std::string keyed_hash(std::string_view key, std::string_view text)
{
    std::string hash(crypto_generichash_BYTES, '\0');
    crypto_generichash(reinterpret_cast<unsigned char *>(hash.data()), hash.size(), bytes_of(text), text.size(), bytes_of(key),
        std::min<std::size_t>(key.size(), crypto_generichash_KEYBYTES_MAX));
    return hash;
}

std::string random_bytes()
{
    std::string bytes(crypto_generichash_KEYBYTES, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::string in_hex(std::string_view bytes)
{
    std::string text;
    for (char const byte : bytes) {
        text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    }
    return text;
}

}
