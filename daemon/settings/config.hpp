#pragma once

#include "daemon/base/result.hpp"
#include "daemon/record/schema.hpp"
#include "daemon/settings/rest.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ketensync::settings {

using std::chrono::milliseconds;

/// Every bound on memory, waiting and trying, with its default. Keys of [limits] in ketensync.toml, same names.
struct Limits {
    std::uint64_t page_bytes_max = 64U << 20;    ///< of one answer, after decompression
    std::uint64_t file_bytes_max = 2ULL << 30;   ///< of one file (mapped, not read into memory)
    std::uint64_t item_bytes_max = 1U << 20;     ///< of one document
    std::uint64_t depth_max = 64;                ///< of nesting in a document
    std::uint64_t pages_max = 200'000;           ///< of one run of a feed
    milliseconds connect_timeout { 10'000 };
    milliseconds request_timeout { 60'000 };     ///< of one request, body included
    milliseconds page_timeout { 900'000 };       ///< of one page, all attempts and waiting included
    milliseconds run_timeout { 6 * 3600 * 1000 };///< of one run of a feed
    std::uint64_t attempts_max = 5;              ///< of one request
    milliseconds backoff_first { 500 };          ///< full jitter, doubled each time
    milliseconds backoff_max { 60'000 };
    milliseconds retry_after_max { 300'000 };    ///< a source that asks for more ends the run, resumable
    std::uint64_t failures_max = 20;             ///< of a source on end, before it is left alone
    milliseconds failures_rest { 300'000 };      ///< so long
    std::uint64_t batch_documents = 5'000;       ///< digested in one transaction
    std::uint64_t outbox_bytes_max = 4ULL << 30; ///< waiting for the warehouse; reading stops at this
    std::uint64_t parallel_feeds = 2;            ///< read at the same time
    std::uint64_t cache_bytes = 16U << 20;       ///< of pages of the state and of the warehouse, each
    double regroup_share = 0.01; ///< of all records that may move, at rest, to another golden record; 0: not at rest
    milliseconds warehouse_timeout { 8'000 };    ///< of one answer of a PostgreSQL warehouse
    milliseconds warehouse_lease { 60'000 };     ///< after a batch, before another daemon may deliver to that warehouse
    milliseconds certificate_soon { 30LL * 24 * 3600 * 1000 };  ///< before a certificate ends, somebody should look
    milliseconds certificate_urgent { 7LL * 24 * 3600 * 1000 }; ///< and somebody must
    milliseconds edition_patience { 60LL * 24 * 3600 * 1000 };  ///< after a half-year, before its edition of the Monitor is overdue; 0: never
    milliseconds memory_kept { 10 * 60 * 1000 }; ///< what is known of all records stays in memory so long after work
};

/// A credential is a file in $CREDENTIALS_DIRECTORY (systemd) or in [secrets] folder; never a value in configuration.
class Secrets {
public:
    Secrets() = default;
    explicit Secrets(std::filesystem::path folder) : m_folder(std::move(folder)) { }
    /// The content of the credential without its final line end. Failure::configuration names the credential, not the
    /// content. A file that others may read is refused.
    Result<std::string> read(std::string const & name) const;
    /// Where credentials lie; empty when systemd gives them and did not start this process.
    std::filesystem::path folder() const;

private:
    std::filesystem::path m_folder;
};

/// What the state is sealed with ([seal]): names of credentials, each with 64 hexadecimal digits.
struct SealKeys {
    std::string key = "state-key";     ///< seals, and opens
    std::vector<std::string> old_keys; ///< open what was sealed with them, until the state is sealed anew
    bool unsealed = false;             ///< said openly: the state lies open
};

/// When a feed is read: every so long, or at the times of a 5-field cron line in a named time zone; neither: by hand only.
struct Schedule {
    std::optional<milliseconds> every;
    std::string at;                      ///< "0 6 * * 1-5"
    std::string zone = "Europe/Amsterdam";
    milliseconds jitter { 0 };           ///< at most; spreads the load, never fires twice for one slot
};

/// What is believable of a complete delivery. Outside it, a run changes nothing and is held for a person.
struct Believable {
    std::uint64_t min = 1;               ///< documents in the feed
    std::uint64_t max = 10'000'000;
    std::uint64_t vanished_percent = 10; ///< of the documents known, that may be gone at once (small feeds: at least 5 documents)
    bool empty_allowed = false;          ///< an empty delivery is legal (SRG)
    std::uint64_t changed_percent = 100; ///< of the documents known, that may be otherwise at once (50 where each reading is complete)
    std::uint64_t emptied_percent = 10;  ///< in how many of the documents known one field may become empty at once
    std::uint64_t set_aside_percent = 100; ///< of the documents delivered, that may be set aside (25 where each reading is complete)
    std::uint64_t set_aside_max = 1'000'000'000; ///< documents that may be set aside at once, whatever they are a part of
};

/// How a feed's reading is to be understood.
enum class Reads {
    complete, ///< each run delivers everything there is: what is absent is gone
    changes,  ///< each run delivers what is new or changed since the cursor: absence says nothing
    periods,  ///< each file is everything about one period, and replaces an earlier delivery of it
};

/// What becomes of what a document told, when its source has the document no more.
enum class Gone {
    remove, ///< it is withdrawn, as if it had never been told; what was known when, stays known
    close,  ///< it holds no longer, and stays true of the time before
    keep,   ///< nothing: that it is absent, or called gone, says nothing
};

struct Service;

/// soap: what a feed asks of its service, and about whom.
struct Asking {
    std::shared_ptr<Service const> service; ///< of the mapping (service.hpp)
    std::string request;               ///< which of its requests
    std::filesystem::path questions;   ///< file with the keys to ask about, one a line; others cannot read it; empty: `ask` says whom
    std::uint64_t size = 50;           ///< items in one part of an answer
    bool take_partial = false;         ///< an answer that lacks something counts as whole; otherwise it is set aside
};

struct Feed {
    std::string name;
    std::string mapping;   ///< folder under mappings/
    Reads reads = Reads::complete;
    std::string path;      ///< rest: below the source's address; may hold {parent}
    Paging paging;
    std::optional<Parent> parent;
    std::optional<Since> since;
    std::optional<Post> post;
    std::optional<Job> job;
    std::optional<Ask> ask;
    std::optional<Asking> asking; ///< soap
    std::string files;     ///< files, sftp: a name with * and ? in the source's folder: "srg_*.txt"
    /// files and sftp, reads = periods: how the period stands in the name, "{period}" between literal text: "srg_{period}.txt"
    std::string period;
    Schedule schedule;
    Believable believable;
    Gone gone = Gone::remove;
    /// Not empty: this feed lists the documents of that feed of the same source, each with its key and what changes with
    /// it; it tells no records, and finds what reading changes missed.
    std::string sweeps;
};

/// soap: who we are in its messages, and whom we believe.
struct Messaging {
    std::string signing;        ///< name of the credential with the certificate that signs questions; empty: none
    std::string signing_key;    ///< name of the credential with its key; empty: it is in the same
    std::string signing_place;
    std::string signing_ca_file;///< authority of those who sign answers; PEM
    std::string to;             ///< wsa:To; {address} is that of the feed
    std::string from;           ///< wsa:From
    std::map<std::string, std::string> values; ///< for names between braces in the requests
};

/// When a dropped file is complete, and what becomes of it once it was read.
struct Drop {
    enum class Afterwards { keep, archive, remove };
    milliseconds settle { 2'000 };  ///< left alone for so long, a file is complete
    std::string marker;             ///< or when a file of its name with this behind it is there: ".done"
    Afterwards afterwards = Afterwards::keep;
    std::string archive = "verwerkt"; ///< a folder within the folder
};

/// Where a source's files lie on a server.
struct SftpServer {
    std::string host;
    std::uint16_t port = 22;
    std::string folder;             ///< as the server names it, without a slash behind
    std::string user;
    std::vector<std::string> host_keys; ///< "SHA256:...", never empty
};

/// How long what is only kept for a while is kept. Keys of [retention] in ketensync.toml.
struct Keeping {
    milliseconds quarantine { 90LL * 24 * 3600 * 1000 }; ///< what was set aside and nobody looked at
    milliseconds documents { 90LL * 24 * 3600 * 1000 };  ///< raw documents that a later one took the place of
    milliseconds runs { 730LL * 24 * 3600 * 1000 };      ///< the run log
    std::uint64_t batch = 1'000;                         ///< rows destroyed in one transaction
};

/// One outside system: conf/sources.d/<name>.toml.
struct Source {
    std::string name;
    std::string title;
    std::string connector;
    std::vector<std::string> powers;   ///< what it may deliver that not everybody may: `needs` of the schema's fields
    std::string activity;              ///< the processing activity, a URI in the register; stands in the processing log
    std::string address;        ///< rest: "https://host:port/path"; http only to loopback
    std::string ca_file;        ///< rest: authority to trust instead of the system's; PEM
    std::string certificate;    ///< rest: name of the credential with our own certificate and its chain; empty: none
    std::string certificate_key; ///< rest: name of the credential with its key; empty: it is in the same
    std::string certificate_place;
    Auth auth;
    std::map<std::string, std::string> headers; ///< rest: sent with every request
    std::uint64_t requests_per_second = 0;      ///< rest: budget; 0 is unlimited
    Messaging messaging;                        ///< soap
    std::filesystem::path folder;               ///< files
    SftpServer sftp;                            ///< sftp; its private key is auth.secret
    Drop drop;                                  ///< files, sftp
    std::vector<Feed> feeds;
    std::filesystem::path file;                 ///< where this was read from
};

/// Where a PostgreSQL warehouse is. Keys of [warehouse], same names.
struct PostgresServer {
    std::string host = "localhost"; ///< several, by comma: the one that takes writes is used; or the folder of a socket
    std::uint16_t port = 5432;
    std::string database = "ketensync";
    std::string user = "ketensync";
    std::string password;           ///< name of the credential; empty: none is sent
    std::string sslmode = "verify-full";
    std::string ca_file = "/etc/ssl/certs/ca-certificates.crt"; ///< PEM
    std::string schema = "analytisch"; ///< of the database
    std::string analysts;           ///< role that may read it; empty: its owner grants by hand
    std::string candidates;         ///< schema with what says who somebody is; empty: there is none
    std::string candidates_role;    ///< role that may read that one
    std::string region;             ///< value of the column `regio`, by which a distributed PostgreSQL parts tables; empty: no such column
};

/// Everything that conf/ says. Immutable once read; a reload makes a new one.
struct Config {
    std::filesystem::path file;
    std::filesystem::path state_folder = "/var/lib/ketensync";
    std::filesystem::path mappings_folder = "/usr/share/ketensync/mappings";
    std::filesystem::path sources_folder = "/etc/ketensync/sources.d";
    std::filesystem::path secrets_folder;   ///< empty: $CREDENTIALS_DIRECTORY
    SealKeys seal;
    Keeping keeping;
    std::string warehouse_type = "sqlite";
    std::filesystem::path warehouse_file = "/var/lib/ketensync/warehouse.sqlite";
    std::string warehouse_pseudonyms;       ///< name of the credential with the key of pseudonyms; empty: there are none
    PostgresServer warehouse_server;        ///< where warehouse_type is postgresql
    std::string web_address = "127.0.0.1:9464"; ///< loopback only; empty: no web
    std::string log_level = "info";
    Limits limits;
    std::vector<Source> sources;            ///< by name
};

/// Several faults of configuration, each "file:line:column: what is wrong, and what to do".
using Faults = std::vector<std::string>;

/// Reads ketensync.toml and every *.toml of its sources folder. Strict: an unknown key, a wrong type, a value out of
/// range or a name that leads nowhere is a fault, with the nearest valid name. All faults are found, not just the first.
/// Relative paths are taken from the folder of the file that names them.
tl::expected<Config, Faults> read_config(std::filesystem::path const & file);
/// The same, with what could be read beside the faults: for finding still more of them, not for working with. Nothing
/// when the file itself cannot be read.
std::optional<Config> read_config(std::filesystem::path const & file, Faults & faults);

/// Reads mappings/schema.toml.
tl::expected<record::Schema, Faults> read_schema(std::filesystem::path const & file);

}
